"""What a step of long work is made of."""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.refresh import Tally

INDEX, DETAILS, SHOWS, PIPELINE, TITLES = "index", "details", "shows", "pipeline", "titles"
UPDATES, STALE = "updates", "stale"
"""What a run may be; all but the pipeline are also the names of its steps."""


class Missing(enum.Enum):
    """What it means that the source knows no such thing."""

    END = enum.auto()
    GONE = enum.auto()
    ERROR = enum.auto()


@dataclass(frozen=True)
class Item:
    """A piece of work: its place in the order of its step, and its number where it is fetched (a page or a show)."""

    key: int
    number: int


def never_missing(item: Item, at: datetime) -> Missing:
    return Missing.ERROR


@dataclass(frozen=True)
class Step:
    """One kind of work. `items` are those behind a key, in order; `again` those with these keys."""

    name: str
    items: Callable[[int], Iterable[Item]]
    again: Callable[[Sequence[int]], Iterable[Item]]
    fetch: Callable[[int], Any]
    """Called in a thread of its own: it may ask a source, but not our database."""

    save: Callable[[Any, datetime], Tally]
    total: Callable[[], int | None]
    missing: Callable[[Item, datetime], Missing] = never_missing
    piece: str = ""
    """What a number of it is, where an error does not say which piece it is about: “page”."""

    counted: str = ""
    """What is said behind “created” and “changed” where they would be mistaken for those of another step."""

    starts_over: bool = False
    """Whether it begins anew when a step before it found more to do; else it goes on behind what it had."""
