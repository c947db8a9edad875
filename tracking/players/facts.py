"""What players say, in one shape for all of them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

COUNTS_FROM = 0.85
"""So much of it played is a viewing, where the player does not say so itself."""

MOST_IN_A_FILE = 4
IN_FILE = re.compile(r"s(\d{1,4})((?:[ ._-]*e\d{1,4})+)(?:[ ._]*-[ ._]*(\d{1,4})(?!\d|p))?", re.IGNORECASE | re.ASCII)
PLACE = re.compile(r"e(\d{1,4})", re.IGNORECASE | re.ASCII)


class Event(StrEnum):
    START = "start"
    RESUME = "resume"
    PROGRESS = "progress"
    PAUSE = "pause"
    STOP = "stop"
    PLAYED = "played"
    """The player itself says that it was played to its end."""

    MARKED = "marked"
    """Somebody ticked it as watched there, some time after it was."""

    UNMARKED = "unmarked"


@dataclass(frozen=True)
class Thing:
    """A film (no `season`) or what is in one file of a series, as the player names it.

    `ids` are those of the film, or of the first episode; `numbers` are all episodes of the file. `item` is the id of
    the file in the player's own library, and `year` that of the film or of the series, never of an episode.
    """

    is_film: bool
    name: str
    year: int | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    series_ids: Mapping[str, str] = field(default_factory=dict)
    season: int | None = None
    numbers: tuple[int, ...] = ()
    episode_name: str = ""
    item: str = ""

    @property
    def kind(self) -> str:
        return "movie" if self.is_film else "series"

    @property
    def work(self) -> str:
        """The same for all that the player says of one film or series."""
        return digest(self.kind, self.name.casefold(), self.year, sorted(self._work_ids.items()))

    @property
    def mark(self) -> str:
        """The same whenever the player speaks of this file."""
        return digest(self.item or [self.work, self.season, self.numbers, sorted(self.ids.items())])

    @property
    def _work_ids(self) -> Mapping[str, str]:
        return self.ids if self.is_film else self.series_ids

    @property
    def is_named(self) -> bool:
        """Whether it says anything by which it could ever be recognised."""
        return bool(self.name or self.ids or self.series_ids)

    def __str__(self) -> str:
        name = self.name or self.episode_name or ", ".join(f"{source} {value}" for source, value in self.ids.items())
        if self.is_film:
            return f"{name} ({self.year})" if self.year else name
        places = "".join(f" E{number}" for number in self.numbers)
        return f"{name} S{self.season}{places}" if self.season is not None else name

    @property
    def row(self) -> dict[str, Any]:
        """As JSON, which `of` reads."""
        return {
            name: dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value
            for name, value in vars(self).items()
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return cls(**{**row, "numbers": tuple(row["numbers"])})


@dataclass(frozen=True)
class Said:
    """One message of a player. `accounts` are the names and ids of whoever plays; `session` is the same from the start
    of a play to its end, where the player tells it; times are in seconds, `at` is aware and may be unknown."""

    event: Event
    thing: Thing
    accounts: tuple[str, ...] = ()
    session: str = ""
    seconds: int | None = None
    length: int | None = None
    is_complete: bool | None = None
    at: datetime | None = None
    device: str = ""

    @property
    def share(self) -> float | None:
        """How much of it lies behind, 0 to 1."""
        return self.seconds / self.length if self.seconds is not None and self.length else None

    @property
    def counts(self) -> bool:
        """Whether this is a viewing: somebody who only begins at the end has not seen it yet."""
        if self.event in (Event.PLAYED, Event.MARKED) or (self.event is Event.STOP and self.is_complete):
            return True
        is_on_the_way = self.event in (Event.PROGRESS, Event.PAUSE, Event.STOP)
        return is_on_the_way and self.share is not None and self.share >= COUNTS_FROM


def numbers(first: int | None, last: int | None, *, season: int | None, file: str) -> tuple[int, ...]:
    """All episodes of a file, by what the player counts or, where it does not, by the file's name (“S01E01-E02”)."""
    if first is None:
        return ()
    if last is None and file:
        last = _last_in(file, season, first)
    is_range = last is not None and first < last < first + MOST_IN_A_FILE
    return tuple(range(first, last + 1)) if is_range and last is not None else (first,)


def _last_in(file: str, season: int | None, first: int) -> int | None:
    for found in IN_FILE.finditer(file):
        places = [int(place) for place in [*PLACE.findall(found[2]), found[3]] if place]
        if (int(found[1]), places[0]) == (season, first):
            return places[-1]
    return None


def digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()[:40]
