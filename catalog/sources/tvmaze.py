"""TVmaze (https://www.tvmaze.com/api): series, their episodes and people. No key; 20 calls in 10 seconds.

Its habits that matter here: a page of the index holds the ids from 250 * page on, and the first page past the end is
404; `airtime` may be empty and `airstamp` then says noon; a season may be a year; a special has no number; what one
request embeds leaves specials out, so that a whole show takes two.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings

from catalog import live

from .errors import MalformedError, NotFoundError
from .facts import (
    GENRE_LENGTH,
    JOB_LENGTH,
    NAME_LENGTH,
    NETWORK_NAME_LENGTH,
    PERSON_NAME_LENGTH,
    AliasFacts,
    CastMember,
    CrewMember,
    EpisodeFacts,
    IndexPage,
    NetworkFacts,
    Parts,
    PersonFacts,
    PersonRecord,
    Problem,
    SeasonFacts,
    TitleFacts,
)
from .fields import Record, UnusableError, each
from .http import JsonClient
from .limits import RateLimit
from .provider import Provider
from .roles import role_of

SOURCE = "tvmaze"
NAME = "TVmaze"
PAGE_SIZE = 250
ID = r"^[1-9][0-9]{0,8}$"
PERIODS = ("day", "week", "month")
"""How far its update feed may look back."""

EMBEDDED = ("seasons", "cast", "crew", "akas")
# The window is a little longer than TVmaze's own, so that its clock need not agree with ours. Two of the twenty calls
# are kept for whoever has a page open: one show whole takes two.
LIMIT = RateLimit(SOURCE, calls=20, seconds=10.1, redis=live.redis, reserved=2)

STATUSES = {
    "running": "running",
    "ended": "ended",
    "to be determined": "undecided",
    "in development": "planned",
}
GENDERS = {"female": "female", "male": "male", "non-binary": "other", "other": "other"}
EPISODE_TYPES = {"regular": "regular", "significant_special": "special", "insignificant_special": "special"}
LOOKED_UP = {"thetvdb": "tvdb", "imdb": "imdb"}
ELSEWHERE = {"imdb": "imdb", "thetvdb": "tvdb", "tvrage": "tvrage"}


Thing = TypeVar("Thing")


@dataclass(frozen=True)
class TVmaze:
    """The questions that can be asked. Each raises a SourceError when there is no usable answer."""

    client: JsonClient

    def index_page(self, number: int) -> IndexPage:
        """A page of the index. Raises NotFoundError behind the last one."""
        document = self.client.get("/shows", [("page", number)])
        if not isinstance(document, list):
            raise MalformedError(f"{NAME} answered page {number} of its index with something that is not a list.")
        problems: list[Problem] = []
        shows = each(document, f"page {number}, record", read_show, problems)
        return IndexPage(number, tuple({show.id: show for show in shows}.values()), tuple(problems))

    def show(self, show_id: int) -> TitleFacts:
        """A show whole: seasons, episodes with specials, cast, crew and other names."""
        show = self.client.get(f"/shows/{show_id}", [("embed[]", part) for part in EMBEDDED])
        episodes = self.client.get(f"/shows/{show_id}/episodes", [("specials", 1)])
        if not isinstance(show, dict) or not isinstance(episodes, list):
            raise MalformedError(f"{NAME} answered show {show_id} with something that is not a show.")
        embedded = show.get("_embedded")
        parts = (embedded if isinstance(embedded, dict) else {}) | {"episodes": episodes}
        try:
            return read_whole_show(show | {"_embedded": parts})
        except UnusableError as error:
            raise MalformedError(f"{NAME}, {error}") from error

    def updates(self, since: str) -> dict[int, datetime]:
        """The shows that changed within the last “day”, “week” or “month”, and when."""
        document = self.client.get("/updates/shows", [("since", since)])
        if not isinstance(document, dict):
            raise MalformedError(f"{NAME} answered its update feed with something that is not an object.")
        record = Record({key: document[key] for key in document if re.fullmatch(ID, key)}, "update feed")
        return {int(key): at for key in record.data if (at := record.stamp(key))}

    def indexed_show(self, show_id: int) -> TitleFacts:
        """A show as it stands in the index, without its parts."""
        try:
            return read_show(Record.of(self.client.get(f"/shows/{show_id}"), f"show {show_id}", []))
        except UnusableError as error:
            raise MalformedError(f"{NAME}, {error}") from error

    def title(self, kind: str, number: int) -> TitleFacts:
        """What `show` gives: it knows no films."""
        return self.show(number)

    def search(self, words: str) -> list[TitleFacts]:
        """The shows whose names are like these words, the likeliest first."""
        document = self.client.get("/search/shows", [("q", words)])
        if not isinstance(document, list):
            raise MalformedError(f"{NAME} answered a search with something that is not a list.")
        shows = [hit.get("show") for hit in document if isinstance(hit, dict)]
        return each(shows, "search, record", read_show, [])

    def find(self, kind: str, ids: Mapping[str, str]) -> int | None:
        """The id of a series here by its id at TheTVDB or IMDb; None where neither leads to one."""
        asked = [(name, ids[source]) for name, source in LOOKED_UP.items() if source in ids and kind == "series"]
        for name, value in asked:
            try:
                show = Record.of(self.client.get("/lookup/shows", [(name, value)]), f"{name} {value}", [])
                return show.id()
            except (NotFoundError, UnusableError):
                continue
        return None

    def person(self, person_id: int) -> PersonRecord:
        document, problems = self.client.get(f"/people/{person_id}"), list[Problem]()
        try:
            record = Record.of(document, f"person {person_id}", problems)
            return PersonRecord(read_person(record), document, tuple(problems))
        except UnusableError as error:
            raise MalformedError(f"{NAME}, {error}") from error


def connect(*, is_bulk: bool, stop: threading.Event | None = None) -> TVmaze:
    """Bulk work leaves some of the allowed calls to viewers who wait."""
    return TVmaze(
        JsonClient(
            NAME, settings.TVMAZE_URL, LIMIT, settings.SOURCE_TIMEOUT, is_bulk=is_bulk, stop=stop or threading.Event()
        )
    )


def read_show(record: Record) -> TitleFacts:
    """A show as it stands in the index; its problems go with it. Raises UnusableError when it has no id or no name."""
    problems: list[Problem] = []
    record = Record(record.data, f"show {record.id()}", problems)
    network = read_network(record)
    return TitleFacts(
        source=SOURCE,
        kind="series",
        id=record.id(),
        name=record.name(NAME_LENGTH),
        overview=record.prose("summary"),
        status=record.word("status", STATUSES, "status"),
        runtime=_minutes(record, "runtime") or _minutes(record, "averageRuntime"),
        language=record.language("language"),
        country=network.country if network else "",
        network=network,
        genres=_genres(record),
        premiered=record.day("premiered"),
        ended=record.day("ended"),
        popularity=record.amount("weight"),
        rating=record.inner("rating").rating("average"),
        external_ids=_ids_elsewhere(record.inner("externals")),
        updated_at=record.stamp("updated"),
        raw=dict(record.data),
        picture=_picture(record),
        problems=tuple(problems),
    )


def read_whole_show(node: dict[str, Any]) -> TitleFacts:
    """A show with its `_embedded` parts. Raises UnusableError when it has no id or no name."""
    show = read_show(Record(node, "show"))
    problems = list(show.problems)
    parts = read_parts(Record(node, f"show {show.id}", problems).inner("_embedded"))
    return replace(show, parts=parts, problems=tuple(problems))


def read_parts(embedded: Record) -> Parts:
    """What can be used of the embedded lists; the rest is noted as problems of the record."""

    def all_of(name: str, what: str, read: Callable[[Record], Thing]) -> list[Thing]:
        return each(embedded.items(name), f"{embedded.subject}, {what}", read, embedded.problems)

    nodes = embedded.items("episodes")
    ids = [node["id"] for node in nodes if isinstance(node, dict) and isinstance(node.get("id"), int)]
    return Parts(
        seasons=tuple(all_of("seasons", "season", read_season)),
        episodes=tuple({episode.id: episode for episode in all_of("episodes", "episode", read_episode)}.values()),
        episode_ids=frozenset(ids) if len(ids) == len(nodes) else None,
        cast=tuple(all_of("cast", "cast", read_cast_member)),
        crew=tuple(all_of("crew", "crew", read_crew_member)),
        aliases=tuple(all_of("akas", "other name", read_alias)),
    )


def read_season(record: Record) -> SeasonFacts:
    number = record.whole("number", 0, 99_999)
    if number is None:
        raise UnusableError(Problem(record.subject, "number", "is missing; left out"))
    return SeasonFacts(
        number=number,
        id=record.whole("id", 1, 2**31 - 1),
        name=record.line(NAME_LENGTH, "name"),
        overview=record.prose("summary"),
        premiered=record.day("premiereDate"),
        ended=record.day("endDate"),
    )


def read_episode(record: Record) -> EpisodeFacts:
    record = replace(record, subject=f"{record.subject} (id {record.id()})")
    season = record.whole("season", 0, 99_999)
    if season is None:
        raise UnusableError(Problem(record.subject, "season", "is missing; left out"))
    number = record.whole("number", 0, 99_999)
    kind = record.word("type", EPISODE_TYPES, "kind of episode")
    return EpisodeFacts(
        id=record.id(),
        season=season,
        number=number,
        is_special=number is None or kind == "special",
        name=record.line(NAME_LENGTH, "name"),
        overview=record.prose("summary"),
        air_date=record.day("airdate"),
        airs_at=record.moment("airstamp") if record.line(20, "airtime") else None,
        runtime=_minutes(record, "runtime"),
        rating=record.inner("rating").rating("average"),
        picture=_picture(record),
    )


def read_cast_member(record: Record) -> CastMember:
    return CastMember(
        person=read_person(_person(record)),
        character=record.inner("character").line(NAME_LENGTH, "name"),
        is_voice=record.flag("voice"),
        is_self=record.flag("self"),
    )


def read_crew_member(record: Record) -> CrewMember:
    job = record.line(JOB_LENGTH, "type")
    return CrewMember(read_person(_person(record)), job, role_of(job))


def read_person(record: Record) -> PersonFacts:
    """Raises UnusableError when there is no id or no name."""
    return PersonFacts(
        id=record.id(),
        name=record.name(PERSON_NAME_LENGTH),
        gender=record.word("gender", GENDERS, "gender"),
        born=record.day("birthday"),
        died=record.day("deathday"),
        country=record.country("country"),
        picture=_picture(record),
    )


def read_alias(record: Record) -> AliasFacts:
    return AliasFacts(record.name(NAME_LENGTH), record.country("country"))


def read_network(show: Record) -> NetworkFacts | None:
    """The broadcaster; for series that are only on the web, the service."""
    for name in ("network", "webChannel"):
        network = show.inner(name)
        if network.data and (called := network.line(NETWORK_NAME_LENGTH, "name")):
            zone = network.inner("country").time_zone("timezone")
            return NetworkFacts(called, name == "webChannel", network.country("country"), zone)
    return None


def _genres(record: Record) -> tuple[str, ...]:
    """The genres, and the type of the show too: an “Animation” or a “Talk Show” is one to us."""
    labels = [label for label in record.items("genres") if isinstance(label, str)]
    cut = [label.strip()[:GENRE_LENGTH] for label in (*labels, record.line(GENRE_LENGTH, "type"))]
    return tuple(dict.fromkeys(label for label in cut if label))


def _ids_elsewhere(record: Record) -> dict[str, str]:
    given = {ours: record.data.get(theirs) for theirs, ours in ELSEWHERE.items()}
    return {
        source: str(value).strip()
        for source, value in given.items()
        if isinstance(value, int | str) and not isinstance(value, bool) and 0 < len(str(value).strip()) <= 64
    }


def _picture(record: Record) -> str:
    image = record.inner("image")
    return image.link("original") or image.link("medium")


def _minutes(record: Record, name: str) -> int | None:
    return record.whole(name, 0, 32_767) or None


def _person(record: Record) -> Record:
    person = record.inner("person")
    return replace(person, subject=f"{record.subject}, person {person.data.get('id')}")


def read_stored(kind: str, answer: dict[str, Any]) -> TitleFacts:
    """What a stored answer says. Raises UnusableError when it says no name."""
    return read_whole_show(answer)


PROVIDER = Provider(
    source=SOURCE,
    name=NAME,
    kinds=frozenset({"series"}),
    calls_per_title=2,
    limit=lambda: LIMIT,
    connect=connect,
    read_stored=read_stored,
    find=TVmaze.find,
)
