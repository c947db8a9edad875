"""TheTVDB's records as facts.

Its habits that matter here: names and overviews of a record are in the language of its origin, all others stand beside
them as translations; countries and languages have three letters; what is unknown is null or ""; addresses of pictures
may lack their host; a series has a list of seasons for each order of its episodes, in which numbers repeat.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from catalog.sources.ages import age_of
from catalog.sources.facts import (
    GENRE_LENGTH,
    NAME_LENGTH,
    NETWORK_NAME_LENGTH,
    PERSON_NAME_LENGTH,
    AliasFacts,
    CertificationFacts,
    NetworkFacts,
    Parts,
    PersonFacts,
    TitleFacts,
    TranslationFacts,
)
from catalog.sources.fields import Record, each

from . import credited, episodes
from .pictures import picture
from .words import (
    ELSEWHERE,
    ENGLISH,
    GENDERS,
    POSTERS,
    SOURCE,
    STATUSES,
    TMDB_KINDS,
    WORLDWIDE,
    country_of,
    language_of,
)

LABEL_LENGTH = 20
MOST_ALIASES = 100
MOST_TRANSLATIONS = 60
DIRECTORS_NAMED = 3
BYLINE_LENGTH = 200
TEN_MILLION = 7
"""Powers of ten: the score of what everybody knows."""


@dataclass(frozen=True)
class Told:
    """What a record is called in one language."""

    name: str = ""
    overview: str = ""


def read_title(kind: str, record: Record) -> TitleFacts:
    """A title without its parts; its problems go with it. Raises UnusableError when it has no id or no name."""
    record = Record(record.data, f"{'film' if kind == 'movie' else 'show'} {record.id()}", [])
    original = Told(record.line(NAME_LENGTH, "name"), record.prose("overview"))
    english = _english(record, original)
    network = None if kind == "movie" else _network(record)
    status = record.inner("status").word("name", STATUSES[kind], "status")
    return TitleFacts(
        source=SOURCE,
        kind=kind,
        id=record.id(),
        name=english.name or original.name or record.name(NAME_LENGTH),
        original_name=original.name if english.name not in ("", original.name) else "",
        overview=english.overview,
        status=status,
        runtime=_minutes(record, "averageRuntime" if kind == "series" else "runtime"),
        language=_language(record),
        country=_country(record, "originalCountry"),
        network=network,
        genres=_genres(record),
        premiered=record.day("firstAired") if kind == "series" else _first_release(record),
        ended=record.day("lastAired") if status == "ended" else None,
        popularity=popularity(record.amount("score")),
        rating=None,
        external_ids=ids_elsewhere(record, kind),
        updated_at=_changed_at(record),
        raw=dict(record.data),
        picture=_poster(record, kind),
        problems=tuple(record.problems),
    )


def read_whole_title(kind: str, node: Mapping[str, Any]) -> TitleFacts:
    """A title with its parts; the episodes of a series stand in `_embedded`. Raises UnusableError when it has no id or
    no name."""
    title = read_title(kind, Record(node, kind))
    problems = list(title.problems)
    record = Record(node, title.subject, problems)
    cast, crew = credited.read(record)
    parts = Parts(
        cast=cast,
        crew=crew,
        aliases=tuple(_aliases(record, title)),
        translations=tuple(_translations(record)),
        certifications=tuple(_certifications(record)),
    )
    if kind == "series":
        parts = episodes.add(parts, record)
    return replace(title, director=_directors(parts) if kind == "movie" else "", parts=parts, problems=tuple(problems))


def read_hit(record: Record) -> TitleFacts:
    """A title out of a search, whose records are of a shape of their own. Raises UnusableError."""
    hit = record.data
    number = str(hit.get("tvdb_id") or "")
    names, overviews = _by_language(hit, "translations", "name"), _by_language(hit, "overviews", "overview")
    node = {
        "id": int(number) if number.isascii() and number.isdigit() else None,
        "name": hit.get("name"),
        "image": hit.get("image_url"),
        "overview": hit.get("overview"),
        "firstAired": hit.get("first_air_time"),
        "status": {"name": hit.get("status")},
        "originalCountry": hit.get("country"),
        "originalLanguage": hit.get("primary_language"),
        "genres": [{"name": name} for name in record.items("genres")],
        "remoteIds": record.items("remote_ids"),
        "translations": {"nameTranslations": names, "overviewTranslations": overviews},
    }
    if hit["type"] == "movie":
        node["releases"] = [{"date": hit.get("first_air_time")}]
    return read_title(hit["type"], replace(record, data={name: value for name, value in node.items() if value}))


def read_person(record: Record) -> PersonFacts:
    """Raises UnusableError when there is no id or no name."""
    biographies = [
        biography.prose("biography")
        for biography in each(record.items("biographies"), f"{record.subject}, biography", _itself, record.problems)
        if biography.data.get("language") == ENGLISH
    ]
    english = _told(record).get("en", Told())
    return PersonFacts(
        id=record.id(),
        name=english.name[:PERSON_NAME_LENGTH].rstrip() or record.name(PERSON_NAME_LENGTH),
        gender=GENDERS.get(record.whole("gender", 0, 99) or 0, ""),
        born=record.day("birth"),
        died=record.day("death"),
        country="",
        biography=next(iter(biographies), "") or english.overview,
        picture=picture(record),
        external_ids=ids_elsewhere(record, "person"),
    )


def popularity(score: float | None) -> float | None:
    """From 0 to 100, on a scale of logarithms: TheTVDB counts from 0 to some ten million and promises no more than that
    a higher score is better known."""
    return None if score is None else round(min(100.0, 100 * math.log10(1 + score) / TEN_MILLION), 1)


def ids_elsewhere(record: Record, kind: str) -> dict[str, str]:
    """By source, the first of each."""
    found: dict[str, str] = {}
    for remote in each(record.items("remoteIds"), f"{record.subject}, id elsewhere", _itself, record.problems):
        known = ELSEWHERE.get(remote.line(60, "sourceName").casefold())
        value = str(remote.data.get("id") or "").strip()
        if known is None or TMDB_KINDS.get(remote.whole("type", 0, 9999) or 0, kind) != kind:
            continue
        if known[1].fullmatch(value):
            found.setdefault(known[0], value)
        else:
            record.note("remoteIds", f"“{value[:60]}” is no id of {remote.line(60, 'sourceName')}; left out")
    return found


def _poster(record: Record, kind: str) -> str:
    """The one that TheTVDB chose, else the best of its posters."""
    if chosen := picture(record):
        return chosen
    artworks = each(record.items("artworks"), f"{record.subject}, artwork", _itself, record.problems)
    posters = [artwork for artwork in artworks if artwork.data.get("type") == POSTERS[kind]]
    best = sorted(posters, key=lambda artwork: -(artwork.amount("score") or 0))
    return next((address for artwork in best if (address := picture(artwork))), "")


def _english(record: Record, original: Told) -> Told:
    told = _told(record).get("en", Told())
    if record.data.get("originalLanguage") != ENGLISH:
        return told
    return Told(told.name or original.name, told.overview or original.overview)


def _told(record: Record) -> dict[str, Told]:
    """What it is called by language; of several in one language the first name and the first overview."""
    by_name, by_overview = _translated(record, "nameTranslations"), _translated(record, "overviewTranslations")
    names = [(_code(told), told.line(NAME_LENGTH, "name")) for told in by_name if not told.flag("isAlias")]
    overviews = [(_code(told), told.prose("overview")) for told in by_overview]
    codes = dict.fromkeys(code for code, text in (*names, *overviews) if text)
    if strange := sorted(code for code in codes if not language_of(code)):
        record.note("translations", f"{', '.join(strange)} are no languages that we know; left out")
    languages = dict.fromkeys(language for code in codes if (language := language_of(code)))
    return {language: Told(_first(names, language), _first(overviews, language)) for language in languages}


def _first(told: Iterable[tuple[str, str]], language: str) -> str:
    return next((text for code, text in told if text and language_of(code) == language), "")


def _code(told: Record) -> str:
    return told.line(40, "language")


def _translated(record: Record, name: str) -> list[Record]:
    nodes = record.inner("translations").items(name)[:MOST_TRANSLATIONS]
    return each(nodes, f"{record.subject}, {name}", _itself, record.problems)


def _translations(record: Record) -> list[TranslationFacts]:
    """All but English, which the title itself speaks; the original among them."""
    quiet = replace(record, problems=[])
    told = _told(quiet)
    if original := language_of(quiet.line(40, "originalLanguage")):
        own = told.get(original, Told())
        name, overview = quiet.line(NAME_LENGTH, "name"), quiet.prose("overview")
        told[original] = Told(own.name or name, own.overview or overview)
    return [
        TranslationFacts(language, words.name, words.overview)
        for language, words in told.items()
        if language != "en" and (words.name or words.overview)
    ]


def _aliases(record: Record, title: TitleFacts) -> list[AliasFacts]:
    """Other names than those that it has anyway."""
    named = each(record.items("aliases"), f"{record.subject}, other name", _alias, record.problems)
    for told in _translated(replace(record, problems=[]), "nameTranslations"):
        others = [told.line(NAME_LENGTH, "name")] if told.flag("isAlias") else []
        others += [alias.strip()[:NAME_LENGTH] for alias in told.items("aliases") if isinstance(alias, str)]
        named += [AliasFacts(name, language=language_of(_code(told))) for name in others if name]
    once: dict[str, AliasFacts] = {}
    for alias in named:
        if alias.name not in (title.name, title.original_name):
            once.setdefault(alias.name, alias)
    return list(once.values())[:MOST_ALIASES]


def _alias(record: Record) -> AliasFacts:
    return AliasFacts(record.name(NAME_LENGTH), language=language_of(_code(record)))


def _certifications(record: Record) -> list[CertificationFacts]:
    """The labels whose age is known; the others are named in one problem."""
    found: dict[tuple[str, str], CertificationFacts] = {}
    strange = []
    for rating in each(record.items("contentRatings"), f"{record.subject}, age label", _itself, record.problems):
        country, label = country_of(rating.line(40, "country")), rating.line(LABEL_LENGTH, "name")
        age = age_of(country, label)
        if country and age is not None:
            found[country, label] = CertificationFacts(country, label, age)
        else:
            strange.append(f"{country or '?'} {label}")
    if strange:
        record.note("contentRatings", f"{', '.join(sorted(strange))} name no age that we know; left out")
    return list(found.values())


def _network(record: Record) -> NetworkFacts | None:
    for name in ("originalNetwork", "latestNetwork"):
        network = record.inner(name)
        if network.data and (called := network.line(NETWORK_NAME_LENGTH, "name")):
            is_web = called in WORLDWIDE
            return NetworkFacts(called, is_web, "" if is_web else _country(network, "country"), time_zone="")
    return None


def _genres(record: Record) -> tuple[str, ...]:
    names = [node.get("name") for node in record.items("genres") if isinstance(node, dict)]
    cut = [name.strip()[:GENRE_LENGTH] for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(name for name in cut if name))


def _directors(parts: Parts) -> str:
    names = dict.fromkeys(member.person.name for member in parts.crew if member.role == "director")
    return ", ".join(list(names)[:DIRECTORS_NAMED])[:BYLINE_LENGTH]


def _first_release(record: Record) -> date | None:
    """The earliest anywhere, festivals too: that is when it was first shown."""
    releases = each(record.items("releases"), f"{record.subject}, release", _itself, record.problems)
    days = [release.day("date") for release in (record.inner("first_release"), *releases)]
    return min((day for day in days if day), default=None)


def _language(record: Record) -> str:
    code = record.line(40, "originalLanguage")
    return language_of(code) or _unknown(record, "originalLanguage", code, "language")


def _country(record: Record, name: str) -> str:
    code = record.line(40, name)
    return country_of(code) or _unknown(record, name, code, "country")


def _unknown(record: Record, name: str, code: str, what: str) -> str:
    if code:
        record.note(name, f"“{code}” is no {what} that we know; left empty")
    return ""


def _minutes(record: Record, name: str) -> int | None:
    return record.whole(name, 0, 32_767) or None


def _changed_at(record: Record) -> datetime | None:
    """TheTVDB writes moments without their offset; they are in UTC."""
    text = record.line(40, "lastUpdated")
    return replace(record, data={"lastUpdated": f"{text}+00:00"}).moment("lastUpdated") if text else None


def _by_language(hit: Mapping[str, Any], name: str, what: str) -> list[dict[str, Any]]:
    told = hit.get(name)
    return [{"language": code, what: text} for code, text in told.items()] if isinstance(told, dict) else []


def _itself(record: Record) -> Record:
    return record
