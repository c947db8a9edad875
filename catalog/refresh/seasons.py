"""The seasons of a series."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.models import ExternalId, Season, Subject, Title
from catalog.sources.facts import Parts, SeasonFacts

from . import rows


def save_seasons(title: Title, source: str, parts: Parts) -> tuple[dict[int, Season], set[int]]:
    """The seasons by number, made for episodes too whose season the source does not describe; the numbers of those that
    are new."""
    described: dict[int, SeasonFacts] = {}
    for facts in parts.seasons:
        described.setdefault(facts.number, facts)
    seasons = {season.number: season for season in Season.objects.filter(title=title)}
    revised = [
        (season, changed)
        for number, season in seasons.items()
        if number in described
        and (changed := rows.revise(season, _values(described[number]), source=source, kind=title.kind))
    ]
    rows.write([season for season, _ in revised], {name for _, changed in revised for name in changed})
    missing = sorted({*described, *(facts.season for facts in parts.episodes)} - seasons.keys())
    new = [
        Season(
            title=title,
            number=number,
            field_sources={rows.ANY: source},
            **rows.given(_values(described.get(number))),
        )
        for number in missing
    ]
    Season.objects.bulk_create(new)
    seasons |= {season.number: season for season in new}
    _name_outside(source, described.values(), seasons)
    return seasons, set(missing)


def _values(facts: SeasonFacts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    return {"name": facts.name, "overview": facts.overview, "premiered": facts.premiered, "ended": facts.ended}


def _name_outside(source: str, described: Iterable[SeasonFacts], seasons: Mapping[int, Season]) -> None:
    """Keep the sources' ids of seasons; one that moved to another number follows it."""
    wanted = {str(facts.id): seasons[facts.number].pk for facts in described if facts.id}
    stored = ExternalId.objects.filter(source=source, kind=Subject.SEASON, value__in=wanted)
    known = {outside.value: outside for outside in stored}
    moved = [outside for value, outside in known.items() if outside.season_id != wanted[value]]
    for outside in moved:
        outside.season_id = wanted[outside.value]
    rows.write(moved, ["season_id"])
    ExternalId.objects.bulk_create(
        [
            ExternalId(source=source, kind=Subject.SEASON, value=value, season_id=pk)
            for value, pk in wanted.items()
            if value not in known
        ]
    )
