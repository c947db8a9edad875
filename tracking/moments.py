"""When something was watched, as precisely as is known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tracking.models import Watch


@dataclass(frozen=True)
class Moment:
    """A date that keeps its precision: `at` is aware, `on` is the day in `zone` (or the first of the month or year)."""

    precision: Watch.Precision
    zone: str
    at: datetime | None = None
    on: date | None = None

    @property
    def sort_at(self) -> datetime:
        """Where it stands in the diary: what has no time of day stands at the start of its day, month or year."""
        if self.at:
            return self.at
        if self.on:
            return datetime.combine(self.on, time.min, ZoneInfo(self.zone)).astimezone(UTC)
        return Watch.SOME_TIME


def minute(at: datetime, zone: str) -> Moment:
    """`at` is an aware moment; its day is the one in `zone`."""
    return Moment(Watch.Precision.MINUTE, zone, at=at, on=at.astimezone(ZoneInfo(zone)).date())


def day(on: date, zone: str) -> Moment:
    return Moment(Watch.Precision.DAY, zone, on=on)


def month(on: date, zone: str) -> Moment:
    return Moment(Watch.Precision.MONTH, zone, on=on.replace(day=1))


def year(on: date, zone: str) -> Moment:
    return Moment(Watch.Precision.YEAR, zone, on=on.replace(month=1, day=1))


def some_time(zone: str) -> Moment:
    return Moment(Watch.Precision.UNKNOWN, zone)
