"""The days of a span, each with what airs and with what was seen on it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, QuerySet
from django.utils.dates import WEEKDAYS

from accounts.models import Profile
from tracking.days import EXACT
from tracking.models import Watch

from . import airings, places
from .airings import Airing
from .spans import OF_A_DAY, Span

EACH = {"month": 3, "week": 8, "agenda": 6, "day": OF_A_DAY}
"""How many of one sort a day shows at most: viewings, episodes, films."""

ROOM = {"month": 4, "week": 12, "agenda": 6, "day": 3 * OF_A_DAY}
"""How much it shows in all; half of it is kept for each of what airs and what was seen."""

OF_WATCHES = (
    *("watched_at", "zone", "title__kind", "title__name", "title__slug"),
    *("episode__number", "episode__name", "episode__season__number"),
)
SLACK = timedelta(days=2)
"""Between the day of a viewing and its place in the diary."""


@dataclass(frozen=True)
class Day:
    on: date
    airings: Sequence[Airing] = ()
    watches: Sequence[Watch] = ()
    others: int = 0
    """How many stand behind those."""

    @property
    def iso(self) -> str:
        return self.on.isoformat()

    @property
    def weekday(self) -> str:
        return str(WEEKDAYS[self.on.weekday()])

    @property
    def is_empty(self) -> bool:
        return not (self.airings or self.watches)


@dataclass(frozen=True)
class Sheet:
    """A page of the calendar."""

    span: Span
    days: dict[date, Day]

    @property
    def is_empty(self) -> bool:
        return not self.filled

    @property
    def filled(self) -> list[Day]:
        return [day for day in self.days.values() if not day.is_empty]

    @property
    def airings(self) -> Iterator[Airing]:
        return (airing for day in self.days.values() for airing in day.airings)

    @property
    def weeks(self) -> list[list[Day | None]]:
        return [[self.days[day] if day else None for day in week] for week in self.span.weeks]

    @property
    def has_more(self) -> bool:
        return any(day.others for day in self.days.values())


def sheet(profile: Profile, span: Span) -> Sheet:
    each, room = EACH[span.view], ROOM[span.view]
    aired: defaultdict[date, list[Airing]] = defaultdict(list)
    seen: defaultdict[date, list[Watch]] = defaultdict(list)
    left: Counter[date] = Counter()
    if span.show != "seen":
        found = airings.on_days(profile, span.first, span.last, each=each, after=span.after)
        left += found.left
        for airing in found.shown:
            aired[airing.on].append(airing)
    if span.show != "airs":
        watches = places.some(_watches(profile, span), "sort_at", each=each, after=span.after)
        left += places.left(watches)
        rows = Watch.objects.select_related("title", "episode__season").only(*OF_WATCHES)
        for watch, day in places.load(rows, places.days(watches)):
            seen[day].append(watch)
    return Sheet(span, {day: _day(day, aired[day], seen[day], left[day], room=room) for day in span.days})


def _day(on: date, aired: list[Airing], seen: list[Watch], left: int, *, room: int) -> Day:
    airings = aired[: max(room // 2, room - len(seen))]
    watches = seen[: room - len(airings)]
    return Day(on, airings, watches, left + len(aired) - len(airings) + len(seen) - len(watches))


def _watches(profile: Profile, span: Span) -> QuerySet[Watch]:
    """Viewings whose day is known, by the day that the diary gives them."""
    near = (_midnight(span.first) - SLACK, _midnight(span.last) + 2 * SLACK)
    watches = Watch.objects.of(profile).visible_to(profile).filter(sort_at__range=near, precision__in=EXACT)
    watches = watches.filter(watched_on__range=(span.first, span.last))
    return watches.annotate(day=F("watched_on"))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)
