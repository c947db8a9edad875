"""The days that one page of the calendar shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

VIEWS = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "agenda": gettext_lazy("Agenda"),
    "day": gettext_lazy("Day"),
}
SHOWS = {
    "": gettext_lazy("Both"),
    "airs": gettext_lazy("What airs"),
    "seen": gettext_lazy("What I saw"),
}
EARLIEST, LATEST = date(1888, 1, 1), date(2199, 12, 31)
"""From the first film there is."""

LENGTHS = {"week": 7, "agenda": 14, "day": 1}
OF_A_DAY = 30
"""What a page of a single day shows of each sort."""

LAST_PLACE = 100_000


@dataclass(frozen=True)
class Span:
    """What is asked for: a view around a day, and which of the two sorts. `week_begins`: 0 is Monday."""

    view: str
    on: date
    show: str = ""
    week_begins: int = 0
    after: int = 0
    """Of a single day, how many of each sort were on the pages before."""

    @property
    def first(self) -> date:
        if self.view == "month":
            return self.on.replace(day=1)
        if self.view == "week":
            return _back(self.on, (self.on.weekday() - self.week_begins) % 7)
        return self.on

    @property
    def last(self) -> date:
        """The last day itself."""
        return _on(self.following, -1) if self.following else LATEST

    @property
    def following(self) -> date | None:
        """The day behind it, with which the next span begins; None where the calendar ends."""
        if self.view == "month":
            year, month = divmod(self.on.year * 12 + self.on.month, 12)
            behind = date(year, month + 1, 1)
        else:
            behind = _on(self.first, LENGTHS[self.view])
        return behind if behind <= LATEST else None

    @property
    def preceding(self) -> date | None:
        """A day of the span before."""
        before = _on(self.first, -1) if self.view == "month" else _on(self.first, -LENGTHS[self.view])
        if before < EARLIEST:
            return None
        return before.replace(day=1) if self.view == "month" else before

    @property
    def earlier(self) -> "Span | None":
        return self.at(self.preceding) if self.preceding else None

    @property
    def later(self) -> "Span | None":
        return self.at(self.following) if self.following else None

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> list[date]:
        return [_on(self.first, number) for number in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date | None]]:
        """Its days as rows of seven, with None for the days of other months."""
        lead = (self.first.weekday() - self.week_begins) % 7
        cells = [*[None] * lead, *self.days, *[None] * (-(lead + len(self.days)) % 7)]
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]

    @property
    def weekdays(self) -> list[int]:
        """The days of the week in their order; 0 is Monday."""
        return [(self.week_begins + number) % 7 for number in range(7)]

    @property
    def name(self) -> str:
        """Such as “November 2026” or “16 to 22 November 2026”."""
        if self.view == "month":
            return date_format(self.first, "F Y")
        if self.view == "day":
            return date_format(self.on, "l j F Y")
        same_year, same_month = self.first.year == self.last.year, self.first.month == self.last.month
        first = date_format(self.first, "j" if same_year and same_month else "j F" if same_year else "j F Y")
        return _("%(first)s to %(last)s") % {"first": first, "last": date_format(self.last, "j F Y")}

    @property
    def query(self) -> str:
        """The query string that means this."""
        said = {"view": self.view, "on": self.on.isoformat(), "show": self.show, "after": self.after or ""}
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def onward(self) -> "Span":
        """Of a single day, the page behind this one."""
        return replace(self, after=self.after + OF_A_DAY)

    def at(self, on: date) -> "Span":
        return replace(self, on=on, after=0)

    def seen_as(self, view: str) -> "Span":
        return replace(self, view=view, after=0)

    def showing(self, show: str) -> "Span":
        return replace(self, show=show, after=0)


def understood(asked: Mapping[str, str], *, today: date, week_begins: int) -> Span:
    """What the query string asks for; what makes no sense is the month of today."""
    view, show, after = asked.get("view", ""), asked.get("show", ""), asked.get("after", "")
    view = view if view in VIEWS else "month"
    is_place = view == "day" and after.isascii() and after.isdigit() and len(after) < len(str(LAST_PLACE))
    return Span(
        view,
        _day(asked.get("on", "")) or today,
        show if show in SHOWS else "",
        week_begins,
        int(after) if is_place else 0,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _on(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _back(day: date, days: int) -> date:
    return max(EARLIEST, day - timedelta(days=days))
