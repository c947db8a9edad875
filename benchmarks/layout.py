"""How much there is of everything, and which row is which: a pure function of scale, seed and day, kept small."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from math import gcd
from random import Random

from .words import log_uniform

LONGEST_SERIES = 751
MOST_CREDITS = 400
RANK_OF_LONGEST = 2
SERIES_IN_TEN = 7


@dataclass(frozen=True)
class Size:
    """Numbers of rows; factor 1 is the large catalogue of the budgets."""

    factor: float
    seed: int
    today: date

    def _of(self, count: int, at_least: int) -> int:
        return max(at_least, round(count * self.factor))

    @property
    def titles(self) -> int:
        return self._of(100_000, 60)

    @property
    def people(self) -> int:
        return self._of(500_000, 300)

    @property
    def profiles(self) -> int:
        return self._of(10_000, 8)

    @property
    def watches(self) -> int:
        return self._of(10_000_000, 4000)

    @property
    def networks(self) -> int:
        return self._of(1200, 12)

    def of_viewer(self, count: int) -> int:
        """The log of a viewer who is measured: as long as it says from scale 0.05 upwards, less in a small try."""
        return min(count, max(20, round(count * self.factor * 20)))

    @property
    def label(self) -> str:
        return f"scale {self.factor:g}, seed {self.seed}"


class Ranks:
    """Ids 1 to count in an order of fame that looks like chance: rank 0 is the best known."""

    def __init__(self, count: int) -> None:
        step = round(count * 0.618) or 1
        while gcd(step, count) != 1:
            step += 1
        self.count, self._step, self._back = count, step, pow(step, -1, count)

    def id_at(self, rank: int) -> int:
        return 1 + rank * self._back % self.count

    def rank_of(self, row_id: int) -> int:
        return (row_id - 1) * self._step % self.count


@dataclass(frozen=True)
class Shape:
    """What a series consists of: for each season its regular episodes and its specials; the last few are to come."""

    premiered: date
    seasons: tuple[tuple[int, int], ...]
    unaired: int
    undated: int
    is_running: bool

    @property
    def regular(self) -> int:
        return sum(regular for regular, _specials in self.seasons)

    @property
    def episodes(self) -> int:
        return sum(regular + specials for regular, specials in self.seasons)

    @property
    def aired(self) -> int:
        """Regular episodes that were shown already."""
        return self.regular - self.unaired


@dataclass(frozen=True)
class Slot:
    """One episode by its place: `id_offset` counts from the first of its series, a special has no number."""

    id_offset: int
    season: int
    number: int | None
    air_date: date | None


class Layout:
    """The rows of a size, by id."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.titles = Ranks(size.titles)
        self.people = Ranks(size.people)
        self.series_count = sum(self.is_series(row_id) for row_id in range(1, size.titles + 1))
        self.shape = lru_cache(maxsize=5000)(self._shape)
        self._lengthen()

    def is_series(self, title_id: int) -> bool:
        return self.titles.rank_of(title_id) % 10 < SERIES_IN_TEN

    def series_at(self, rank: int) -> int:
        """The id of the series that is the best known but `rank` others."""
        return self.titles.id_at(rank // SERIES_IN_TEN * 10 + rank % SERIES_IN_TEN)

    def movie_at(self, rank: int) -> int:
        rest = 10 - SERIES_IN_TEN
        return self.titles.id_at(rank // rest * 10 + SERIES_IN_TEN + rank % rest)

    @cached_property
    def longest_series(self) -> int:
        return self.titles.id_at(RANK_OF_LONGEST)

    @cached_property
    def busiest_person(self) -> int:
        return self.people.id_at(0)

    def first_season(self, title_id: int) -> int:
        return self._first_season[title_id]

    def first_episode(self, title_id: int) -> int:
        return self._first_episode[title_id]

    def _lengthen(self) -> None:
        self._first_season, self._first_episode = array("q", [0]), array("q", [0])
        season = episode = 1
        for title_id in range(1, self.size.titles + 1):
            self._first_season.append(season)
            self._first_episode.append(episode)
            if self.is_series(title_id):
                shape = self._shape(title_id)
                season += len(shape.seasons)
                episode += shape.episodes
        self.episodes = episode - 1

    def _shape(self, title_id: int) -> Shape:
        rng = Random(title_id * 1_000_003 + self.size.seed)
        years = rng.randint(0, 24) if rng.random() < 0.8 else rng.randint(25, 60)
        premiered = self.size.today - timedelta(days=365 * years + rng.randint(0, 364))
        if title_id == self.titles.id_at(RANK_OF_LONGEST):
            long = ((20, 0),) * 36 + ((LONGEST_SERIES - 36 * 20, 0),)
            return Shape(self.size.today - timedelta(days=365 * 37), long, 0, 0, is_running=True)
        length = min(700, max(1, round(rng.lognormvariate(2.99, 1.22))))
        each = rng.choice((6, 8, 8, 10, 10, 12, 13, 20, 22, 26)) if length < 300 else 40
        sizes = [each] * (length // each) + ([length % each] if length % each else [])
        seasons = tuple((size, rng.randint(1, 3) if rng.random() < 0.25 else 0) for size in sizes)
        running = rng.random() < 0.3
        unaired = rng.randint(1, min(8, sizes[-1])) if running and rng.random() < 0.6 else 0
        return Shape(premiered, seasons, unaired, rng.randint(0, unaired), is_running=running)

    def slots(self, title_id: int) -> Iterator[Slot]:
        """The episodes of a series in the order of their ids: each season's regular ones, then its specials."""
        shape = self.shape(title_id)
        step = self._days_between(shape)
        last_aired = self._last_aired
        offset = done = 0
        for season, (regular, specials) in enumerate(shape.seasons, start=1):
            for number in range(1, regular + 1):
                done += 1
                day: date | None
                if done <= shape.aired:
                    day = min(last_aired, shape.premiered + timedelta(days=round((done - 1) * step)))
                else:
                    day = self.size.today + timedelta(days=7 * (done - shape.aired))
                yield Slot(offset, season, number, None if done > shape.regular - shape.undated else day)
                offset += 1
            for _special in range(specials):
                yield Slot(offset, season, None, min(last_aired, shape.premiered + timedelta(days=round(done * step))))
                offset += 1

    @property
    def _last_aired(self) -> date:
        return self.size.today - timedelta(days=3)

    def _days_between(self, shape: Shape) -> float:
        """A week, or what makes a running series reach today."""
        past = (self.size.today - shape.premiered).days
        return past / max(1, shape.aired) if shape.is_running else min(7.0, past / max(1, shape.aired))

    def last_day(self, shape: Shape) -> date:
        """Of what was shown."""
        reached = shape.premiered + timedelta(days=round((shape.aired - 1) * self._days_between(shape)))
        return min(self._last_aired, max(shape.premiered, reached))

    def aired_ids(self, title_id: int) -> list[int]:
        """The regular episodes of a series that were shown, in their order."""
        shape, first = self.shape(title_id), self.first_episode(title_id)
        found: list[int] = []
        offset = 0
        for regular, specials in shape.seasons:
            found.extend(range(first + offset, first + offset + regular))
            offset += regular + specials
        return found[: shape.aired]

    def pick_series(self, rng: Random) -> int:
        return self.series_at(log_uniform(rng, self.series_count))

    def pick_movie(self, rng: Random) -> int:
        return self.movie_at(log_uniform(rng, self.size.titles - self.series_count))
