"""Spans of whole days that statistics are about."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

DAY = timedelta(days=1)


def month_end(on: date) -> date:
    return on.replace(day=monthrange(on.year, on.month)[1])


def next_month(on: date) -> date:
    return month_end(on) + DAY


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included; without an end it is open there, without both it is all time."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_month(cls, on: date) -> "Period":
        return cls(on.replace(day=1), month_end(on))

    @property
    def key(self) -> str:
        """What tells it from other periods where something is kept by it."""
        return f"{self.first}:{self.last}"

    @property
    def is_all_time(self) -> bool:
        return self.first is None and self.last is None

    @property
    def year(self) -> int | None:
        """The year that this is, if it is one."""
        return self.first.year if self.first and self == Period.of_year(self.first.year) else None

    @property
    def is_month(self) -> bool:
        return self.first is not None and self == Period.of_month(self.first)

    @property
    def spoken(self) -> str:
        """Such as “2026”, “March 2026” or “3 May 2026 to 9 June 2026”."""
        if self.first and self.year:
            return str(self.year)
        if self.first and self.is_month:
            return date_format(self.first, "F Y")
        first, last = (date_format(day, "j F Y") if day else "" for day in (self.first, self.last))
        if first and last:
            return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        if first:
            return _("since %(day)s") % {"day": first}
        return _("until %(day)s") % {"day": last} if last else _("All time")

    def before(self) -> "Period | None":
        """The period of the same kind or length just before; none where this one has no beginning or end."""
        if self.first is None or self.last is None or self.first.year == 1:
            return None
        if self.year:
            return Period.of_year(self.year - 1)
        if self.is_month:
            return Period.of_month(self.first - DAY)
        length = self.last - self.first + DAY
        return Period(self.first - length, self.last - length)

    def a_year_earlier(self) -> "Period | None":
        """The same days of the year before; the 29th of February becomes the 28th."""
        if self.first is None or self.last is None or self.first.year == 1:
            return None
        if self.is_month:
            return Period.of_month(_year_back(self.first))
        return Period(_year_back(self.first), _year_back(self.last))

    def within(self, first: date, last: date) -> tuple[date, date]:
        """Its ends, where it is open those that are given."""
        return self.first or first, self.last or last

    def holds(self, on: date) -> bool:
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


def _year_back(on: date) -> date:
    return on.replace(year=on.year - 1, day=min(on.day, monthrange(on.year - 1, on.month)[1]))


def months(first: date, last: date) -> Iterator[date]:
    """The first of every month that has a day between these."""
    on = first.replace(day=1)
    while on <= last:
        yield on
        on = next_month(on)
