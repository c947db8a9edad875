"""Films and series, as they stand in a search and as they are answered whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from catalog.sources.facts import NAME_LENGTH, Parts, Problem, TitleFacts
from catalog.sources.fields import Record, UnusableError

from . import parts, people, values

FEWEST_VOTES = 5
"""Fewer say nothing of a title, and would put it on top of all."""


@dataclass(frozen=True)
class Words:
    """How TMDB calls what we ask about a kind of title."""

    noun: str
    """Ours, in problems."""

    path: str
    name: str
    original_name: str
    premiered: str
    statuses: Mapping[str, str]
    parts: tuple[str, ...]
    """What one call answers as well."""

    found_by: tuple[str, ...]
    """The ids elsewhere by which it can be looked up."""


BOTH = ("external_ids", "alternative_titles", "translations", "watch/providers")
WORDS = {
    "movie": Words(
        noun="film",
        path="movie",
        name="title",
        original_name="original_title",
        premiered="release_date",
        statuses={
            "released": "released",
            "rumored": "planned",
            "planned": "planned",
            "in production": "planned",
            "post production": "planned",
            "canceled": "",
        },
        parts=(*BOTH, "credits", "release_dates"),
        found_by=("imdb_id", "wikidata_id"),
    ),
    "series": Words(
        noun="show",
        path="tv",
        name="name",
        original_name="original_name",
        premiered="first_air_date",
        statuses={
            "returning series": "running",
            "planned": "planned",
            "pilot": "planned",
            "in production": "planned",
            "ended": "ended",
            "canceled": "ended",
        },
        parts=(*BOTH, "content_ratings"),
        found_by=("imdb_id", "tvdb_id", "wikidata_id"),
    ),
}
MEDIA = {words.path: kind for kind, words in WORDS.items()}


def read_title(kind: str, record: Record) -> TitleFacts:
    """A title without its parts; its problems go with it. Raises UnusableError when it has no id or no name."""
    words, problems = WORDS[kind], list[Problem]()
    record = Record(record.data, f"{words.noun} {record.id()}", problems)
    status = record.word("status", words.statuses, "status")
    return TitleFacts(
        source="tmdb",
        kind=kind,
        id=record.id(),
        name=record.name(NAME_LENGTH, words.name),
        original_name=record.line(NAME_LENGTH, words.original_name),
        overview=record.prose("overview"),
        status=status,
        runtime=_minutes(record),
        language=values.language(record),
        country=values.country(record),
        network=None,
        genres=values.genres(record),
        premiered=record.day(words.premiered),
        ended=record.day("last_air_date") if status == "ended" else None,
        popularity=values.popularity(record.amount("popularity")),
        rating=_rating(record),
        external_ids=values.ids_elsewhere(record.inner("external_ids")),
        updated_at=None,
        raw=dict(record.data),
        picture=values.picture(record, "poster_path"),
        problems=tuple(problems),
    )


def read_hit(record: Record) -> TitleFacts:
    """What a search found. Raises UnusableError also for people, of whom it speaks as well."""
    kind = MEDIA.get(record.line(20, "media_type"))
    if kind is None:
        raise UnusableError(Problem(record.subject, "media_type", "is no film and no series; left out"))
    return read_title(kind, record)


def read_whole_title(kind: str, record: Record) -> TitleFacts:
    """A title with all parts of the answer. Raises UnusableError when it has no id or no name."""
    title = read_title(kind, record)
    problems = list(title.problems)
    whole = Record(record.data, title.subject, problems)
    credit_lists = whole.inner("credits")
    crew = people.read_crew(credit_lists)
    told = Parts(
        cast=tuple(people.read_cast(credit_lists)),
        crew=tuple(crew),
        aliases=tuple(parts.read_aliases(whole, without={title.name, title.original_name})),
        translations=tuple(parts.read_translations(whole, WORDS[kind].name)),
        certifications=tuple(parts.read_certifications(whole)),
        availabilities=parts.read_availabilities(whole),
    )
    return replace(title, director=people.directors(crew), parts=told, problems=tuple(problems))


def read_stored(kind: str, answer: dict[str, Any]) -> TitleFacts:
    """What a stored answer says. Raises UnusableError when it says no name."""
    return read_whole_title(kind, Record(answer, WORDS[kind].noun))


def _rating(record: Record) -> Decimal | None:
    votes = record.whole("vote_count", 0, 2**40) or 0
    return record.rating("vote_average") if votes >= FEWEST_VOTES else None


def _minutes(record: Record) -> int | None:
    """Of a film, or of the usual episode."""
    if usual := record.items("episode_run_time"):
        record = replace(record, data={"runtime": usual[0]})
    return record.whole("runtime", 0, 32_767) or None
