"""Which episode of a series a row speaks of: by ids, then by names, then by numbers; contradictions are asked about."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from catalog import names
from catalog.models import Episode, ExternalId, Season

from .lines import Line
from .readers import words

ALIKE = 80
"""How alike (0 to 100) two names are that may be spellings of one."""

PLAIN = re.compile(r"[^\d]{0,15}(\d{1,4})")
"""“Episode 7”, “Chapter 7”: names that only count. “The Kiss 2” looks like one, so what is called so comes first."""

WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Place:
    """An episode as it is compared."""

    pk: int
    season: int
    number: int | None
    called: str

    @cached_property
    def name(self) -> str:
        """Folded, which costs: of most episodes nobody asks."""
        return folded(self.called)

    @property
    def is_named(self) -> bool:
        return bool(self.name) and not PLAIN.fullmatch(self.name)


@dataclass(frozen=True)
class Found:
    """What a row speaks of. Certain, unless `doubt` says in words what the viewer should look at."""

    episode: int | None = None
    season: int | None = None
    doubt: str = ""
    missing: str = ""
    """Why nothing was found."""


@dataclass
class Parts:
    """The seasons and episodes of one series, to be found in."""

    episodes: list[Place] = field(default_factory=list)
    seasons: dict[int, int] = field(default_factory=dict)
    by_id: dict[tuple[str, str], Place] = field(default_factory=dict)

    @cached_property
    def by_number(self) -> dict[tuple[int | None, int | None], Place]:
        return {(each.season, each.number): each for each in self.episodes if each.number is not None}

    @cached_property
    def by_name(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for each in self.episodes:
            if each.name:
                found[each.name].append(each)
        return found

    def find(self, row: Line) -> Found:
        for source, value in row.episode_ids.items():
            if (source, value) in self.by_id:
                return self._episode(self.by_id[source, value])
        exact = self.by_number.get((row.season_number, row.episode_number))
        if exact and exact.called == row.episode_name:
            return self._episode(exact)
        name = folded(row.episode_name)
        if row.episode_number is None and not name:
            return self._season(row)
        numbered = self._by_number(row, name)
        named = self._by_name(name, row.season_number) if name else None
        return self._weigh(row, numbered, named, name)

    def _season(self, row: Line) -> Found:
        if row.season_number is not None and row.season_number in self.seasons:
            return Found(season=self.seasons[row.season_number])
        return Found(missing=_("There is no such season or episode."))

    def _by_number(self, row: Line, name: str) -> Place | None:
        number = row.episode_number if row.episode_number is not None else words.episode(row.episode_name)
        if number is None and (plain := PLAIN.fullmatch(name)):
            number = int(plain[1])
        if number is None:
            return None
        if row.season_number is None:
            regular = [each for each in self.episodes if each.season > 0 and each.number is not None]
            in_one_season = len({each.season for each in regular}) == 1
            return next((each for each in regular if each.number == number), None) if in_one_season else None
        return self.by_number.get((row.season_number, number))

    def _by_name(self, name: str, season: int | None) -> Place | None:
        called = self.by_name.get(name, [])
        there = [each for each in called if each.season == season]
        if len(there) == 1:
            return there[0]
        return called[0] if len(called) == 1 and not PLAIN.fullmatch(name) else None

    def _weigh(self, row: Line, numbered: Place | None, named: Place | None, name: str) -> Found:
        if named:
            return self._episode(named)
        if numbered is None:
            return self._looks_like(row, name)
        only_counts = words.episode(row.episode_name) is not None
        if not name or only_counts or not numbered.is_named or fuzz.WRatio(name, numbered.name) >= ALIKE:
            return self._episode(numbered)
        called = {"theirs": row.episode_name, "ours": numbered.name}
        return Found(numbered.pk, doubt=_("Called “%(theirs)s” there and “%(ours)s” here.") % called)

    def _looks_like(self, row: Line, name: str) -> Found:
        of_season = [each for each in self.episodes if row.season_number in (None, each.season) and each.is_named]
        scored = [(fuzz.WRatio(name, each.name), each) for each in of_season] if name else []
        best = max(scored, key=lambda pair: pair[0], default=None)
        if best and best[0] >= ALIKE:
            return Found(best[1].pk, doubt=_("Here “%(ours)s” comes closest.") % {"ours": best[1].name})
        return Found(missing=_("There is no such season or episode."))

    @staticmethod
    def _episode(place: Place) -> Found:
        return Found(place.pk)


def folded(name: str) -> str:
    """Without case, accents and signs."""
    return " ".join(WORDS.findall(names.fold(name)))


def load(titles: Collection[int], *, with_ids: Collection[int]) -> dict[int, Parts]:
    """The parts of these series, by their pks; the ids of the episodes only of those `with_ids`."""
    parts: dict[int, Parts] = defaultdict(Parts)
    for pk, title, number in Season.objects.filter(title__in=titles).values_list("pk", "title_id", "number"):
        parts[title].seasons[number] = pk
    places: dict[int, tuple[int, Place]] = {}
    listed = Episode.objects.listed().filter(title__in=titles)
    columns = ("pk", "title_id", "season__number", "number", "name")
    for pk, title, season, number, name in listed.values_list(*columns):
        place = Place(pk, season, number, name)
        parts[title].episodes.append(place)
        places[pk] = title, place
    for source, value, pk in _ids(with_ids) if with_ids else ():
        if pk in places:
            title, place = places[pk]
            parts[title].by_id[source, value] = place
    return parts


def _ids(titles: Collection[int]) -> Iterable[tuple[str, str, Any]]:
    known = ExternalId.objects.filter(kind="episode", episode__title__in=titles)
    return known.values_list("source", "value", "episode_id")
