"""The diary's lines put together by day, with what each day and month amounts to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tracking.models import Watch


@dataclass(frozen=True)
class Total:
    """How many viewings, and how many minutes of them are known."""

    count: int = 0
    minutes: int = 0

    @property
    def spoken(self) -> str:
        """Such as “3 h 20 min”."""
        hours, minutes = divmod(self.minutes, 60)
        if not hours:
            return _("%(minutes)s min") % {"minutes": minutes}
        if not minutes:
            return _("%(hours)s h") % {"hours": hours}
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


@dataclass(frozen=True)
class Day:
    """The viewings of one local day; of a month or year, or of no known date, as `precision` says."""

    on: date | None
    precision: Watch.Precision
    watches: Sequence[Watch]
    total: Total


MINUTES = Coalesce(F("episode__runtime"), F("title__runtime"), 0)
EXACT = (Watch.Precision.MINUTE, Watch.Precision.DAY)


def _day_of(watch: Watch) -> tuple[date | None, Watch.Precision]:
    exact = watch.precision in EXACT
    return watch.watched_on, Watch.Precision.DAY if exact else Watch.Precision(watch.precision)


def by_day(watches: Sequence[Watch], known: dict[tuple[date | None, str], Total]) -> list[Day]:
    grouped = groupby(watches, key=_day_of)
    return [Day(on, precision, list(rows), known.get((on, precision), Total())) for (on, precision), rows in grouped]


def totals(watches: QuerySet[Watch], shown: Sequence[Watch]) -> dict[tuple[date | None, str], Total]:
    """What the days of the lines shown amount to as a whole, also where a page ends within a day."""
    if not shown:
        return {}
    days = {watch.watched_on for watch in shown if watch.precision in EXACT}
    oldest, newest = shown[-1].sort_at - timedelta(days=2), shown[0].sort_at + timedelta(days=2)
    near = watches.filter(sort_at__range=(oldest, newest), watched_on__in=days, precision__in=EXACT)
    rows = near.order_by().values("watched_on").annotate(count=Count("pk"), minutes=Sum(MINUTES))
    return {(row["watched_on"], Watch.Precision.DAY): Total(row["count"], row["minutes"]) for row in rows}


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)


def month_total(watches: QuerySet[Watch], on: date) -> Total:
    """What the month of `on` amounts to so far."""
    first = on.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    near = (_midnight(first) - timedelta(days=2), _midnight(following) + timedelta(days=2))
    within = watches.filter(sort_at__range=near, watched_on__gte=first, watched_on__lt=following, precision__in=EXACT)
    row = within.aggregate(count=Count("pk"), minutes=Sum(MINUTES))
    return Total(row["count"], row["minutes"] or 0)
