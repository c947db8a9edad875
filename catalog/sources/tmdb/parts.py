"""What a whole answer says beyond the title itself and its people."""

from collections.abc import Collection, Iterator
from typing import Any

from catalog.locales import is_country, is_language
from catalog.sources.ages import age_of
from catalog.sources.facts import NAME_LENGTH, AliasFacts, AvailabilityFacts, CertificationFacts, TranslationFacts
from catalog.sources.fields import Record, each

from . import values

MOST_ALIASES = 100
MOST_WAYS = 3000
"""A film that is to be had everywhere has about a thousand, in sixty countries."""

SERVICE_LENGTH = 100
LABEL_LENGTH = 20
KINDS = {"flatrate": "subscription", "free": "free", "ads": "adverts", "rent": "rent", "buy": "buy"}
UNRATED = ("", "NR", "UR", "NOT RATED", "UNRATED")


def read_aliases(whole: Record, *, without: Collection[str]) -> list[AliasFacts]:
    """Other names than those that it has anyway."""
    inner = whole.inner("alternative_titles")
    nodes = inner.items("titles") or inner.items("results")  # of a film, of a series
    named = each(nodes, f"{whole.subject}, other name", _alias, whole.problems)
    return [alias for alias in named if alias.name not in without][:MOST_ALIASES]


def _alias(record: Record) -> AliasFacts:
    return AliasFacts(record.name(NAME_LENGTH, "title"), values.country_of(record))


def read_translations(whole: Record, name: str) -> list[TranslationFacts]:
    """One for each language but English: that of the country after which it is named, else the first with a name."""
    nodes = whole.inner("translations").items("translations")
    told = each(nodes, f"{whole.subject}, translation", lambda record: _translation(record, name), whole.problems)
    by_language: dict[str, TranslationFacts] = {}
    for facts, _is_at_home in sorted(told, key=lambda pair: (not pair[0].name, not pair[1])):
        if facts.language != "en" and is_language(facts.language) and (facts.name or facts.overview):
            by_language.setdefault(facts.language, facts)
    return list(by_language.values())


def _translation(record: Record, name: str) -> tuple[TranslationFacts, bool]:
    """With whether it is for the country after which the language is named."""
    language, told = record.line(10, "iso_639_1"), record.inner("data")
    facts = TranslationFacts(values.language_code(language), told.line(NAME_LENGTH, name), told.prose("overview"))
    return facts, record.line(10, "iso_3166_1").casefold() == language.casefold()


def read_certifications(whole: Record) -> list[CertificationFacts]:
    """The labels whose age is known; the others are named in one problem."""
    labels = {pair: age_of(*pair) for pair in _labels(whole) if pair[1].upper() not in UNRATED}
    if strange := sorted(f"{country} {label}" for (country, label), age in labels.items() if age is None):
        whole.note("age labels", f"{', '.join(strange)}: no age that we know; left out")
    return [CertificationFacts(*pair, min_age=age) for pair, age in labels.items() if age is not None]


def _labels(whole: Record) -> Iterator[tuple[str, str]]:
    """Countries and labels: of a series one each, of a film those of all its releases."""
    for part in ("content_ratings", "release_dates"):
        for country in each(whole.inner(part).items("results"), f"{whole.subject}, {part}", _itself, whole.problems):
            releases = each(country.items("release_dates"), f"{country.subject}, release", _itself, whole.problems)
            labels = [country.line(LABEL_LENGTH, "rating")]
            labels += [release.line(LABEL_LENGTH, "certification") for release in releases]
            code = values.country_of(country)
            yield from ((code, label) for label in labels if code)


def read_availabilities(whole: Record) -> tuple[AvailabilityFacts, ...] | None:
    """None when nothing can be concluded from the answer."""
    told = whole.data.get("watch/providers")
    regions = told.get("results") if isinstance(told, dict) else None
    if not isinstance(regions, dict):
        whole.note("watch/providers", "is missing or of another shape; what we have stays")
        return None
    known = {region: node for region, node in regions.items() if is_country(region)}
    ways = (way for region, node in known.items() for way in _ways(region, node, whole))
    return tuple(dict.fromkeys(ways))[:MOST_WAYS]


def _ways(region: str, node: Any, whole: Record) -> Iterator[AvailabilityFacts]:
    for offers in each([node], f"{whole.subject}, {region}", _itself, whole.problems):
        link = offers.link("link")
        for theirs, kind in KINDS.items():
            nodes = offers.items(theirs)
            for service in each(nodes, f"{offers.subject}, {theirs}", _service, whole.problems):
                yield AvailabilityFacts(service, region, kind, link)


def _service(record: Record) -> str:
    return record.name(SERVICE_LENGTH, "provider_name")


def _itself(record: Record) -> Record:
    return record
