"""Days in a row with a viewing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .periods import DAY


@dataclass(frozen=True)
class Streak:
    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


def runs(days: Iterable[date]) -> list[Streak]:
    """All of them, the earliest first."""
    found: list[Streak] = []
    for day in sorted(days):
        if found and day - found[-1].last <= DAY:
            found[-1] = Streak(found[-1].first, day)
        else:
            found.append(Streak(day, day))
    return found


def longest(days: Iterable[date]) -> Streak | None:
    """The latest of the longest."""
    return max(runs(days), key=lambda run: (run.length, run.first), default=None)


def current(days: Iterable[date], *, today: date) -> Streak | None:
    """The one that today belongs to, or may still be carried on today."""
    last = next(reversed(runs(days)), None)
    return last if last and last.last >= today - DAY else None
