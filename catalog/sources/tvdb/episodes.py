"""Seasons and episodes of a series, in the order in which they were broadcast; where they stand in others beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from catalog.sources.facts import NAME_LENGTH, EpisodeFacts, Parts, Place, Problem, SeasonFacts
from catalog.sources.fields import Record, UnusableError, each

from .pictures import picture
from .words import ENGLISH

OFFICIAL = "official"
OTHERS = ("dvd", "absolute")
"""TheTVDB's names of orders, which are also ours; it has more of them, which hardly any series uses."""

KEPT = {
    "english": ("id", "name", "overview"),
    "dvd": ("id", "seasonNumber", "number"),
    "absolute": ("id", "seasonNumber", "number"),
}
"""Of an episode that another list holds whole."""


def aired_order(series: Mapping[str, Any]) -> str:
    """What the order of broadcast is called in addresses: the default one of a series that has no official order."""
    return OFFICIAL if OFFICIAL in _orders(series) else "default"


def other_orders(series: Mapping[str, Any]) -> list[str]:
    orders = _orders(series)
    return [order for order in OTHERS if order in orders]


def kept_of(name: str, nodes: list[Any]) -> list[Any]:
    """What is worth keeping of one of the lists of a series."""
    wanted = KEPT.get(name)
    if wanted is None:
        return nodes
    return [{field: node.get(field) for field in wanted} for node in nodes if isinstance(node, dict)]


def add(parts: Parts, series: Record) -> Parts:
    """The parts with the seasons and episodes of a series, whose lists stand in `_embedded`."""
    lists, problems, subject = series.inner("_embedded"), series.problems, series.subject
    nodes = lists.items("episodes")
    ids = {node["id"] for node in nodes if isinstance(node, dict) and isinstance(node.get("id"), int)}
    is_english = series.data.get("originalLanguage") == ENGLISH
    english = None if is_english else _by_id(lists.items("english"))
    places = {order: _by_id(lists.items(order)) for order in OTHERS}

    def read(record: Record) -> EpisodeFacts:
        return _episode(record, english, places)

    told = each(nodes, f"{subject}, episode", read, problems)
    return replace(
        parts,
        seasons=tuple(each(_aired_seasons(series), f"{subject}, season", _season, problems)),
        episodes=tuple({episode.id: episode for episode in told}.values()),
        episode_ids=frozenset(ids) if "episodes" in lists.data and len(ids) == len(nodes) else None,
    )


def _orders(series: Mapping[str, Any]) -> dict[str, int | None]:
    """The orders of which the series has seasons, and their numbers at TheTVDB."""
    seasons = series.get("seasons")
    types = [season.get("type") for season in seasons if isinstance(season, dict)] if isinstance(seasons, list) else []
    return {str(kind.get("type")): kind.get("id") for kind in types if isinstance(kind, dict)}


def _aired_seasons(series: Record) -> Iterator[Any]:
    """Numbers repeat from order to order: only the seasons of the one that we follow."""
    orders = _orders(series.data)
    wanted = orders.get(OFFICIAL, series.data.get("defaultSeasonType"))
    for season in series.items("seasons"):
        kind = season.get("type") if isinstance(season, dict) else None
        if isinstance(kind, dict) and kind.get("id") == wanted:
            yield season


def _season(record: Record) -> SeasonFacts:
    number = record.whole("number", 0, 99_999)
    if number is None:
        raise UnusableError(Problem(record.subject, "number", "is missing; left out"))
    return SeasonFacts(
        number=number,
        id=record.whole("id", 1, 2**31 - 1),
        name=record.line(NAME_LENGTH, "name"),
        overview="",
        premiered=None,
        ended=None,
    )


def _episode(
    record: Record, english: Mapping[int, Record] | None, places: Mapping[str, Mapping[int, Record]]
) -> EpisodeFacts:
    """`english` holds the English names and overviews of a series from elsewhere."""
    number = record.id()
    record = replace(record, subject=f"{record.subject} (id {number})")
    season = record.whole("seasonNumber", 0, 99_999)
    if season is None:
        raise UnusableError(Problem(record.subject, "season", "is missing; left out"))
    translated = record if english is None else english.get(number, Record({}, record.subject))
    place = record.whole("number", 0, 99_999)
    return EpisodeFacts(
        id=number,
        season=season,
        number=place,
        is_special=season == 0 or place is None,
        name=translated.line(NAME_LENGTH, "name") or record.line(NAME_LENGTH, "name"),
        overview=translated.prose("overview"),
        air_date=record.day("aired"),
        airs_at=None,  # TheTVDB knows an hour of the series, in the time of a place that it does not name
        runtime=record.whole("runtime", 0, 32_767) or None,
        rating=None,
        picture=picture(record),
        orders=tuple(_places(number, places)),
    )


def _places(number: int, places: Mapping[str, Mapping[int, Record]]) -> Iterator[Place]:
    for order, listed in places.items():
        record = listed.get(number, Record({}, order))
        place, season = record.whole("number", 0, 99_999), record.whole("seasonNumber", 0, 99_999)
        if place is not None:
            yield Place(order, None if order == "absolute" else season, place)


def _by_id(nodes: Iterable[Any]) -> dict[int, Record]:
    listed = [node for node in nodes if isinstance(node, dict) and isinstance(node.get("id"), int)]
    return {node["id"]: Record(node, f"episode {node['id']}") for node in listed}
