"""How large the catalogue is and how it grows: counted whole once a night, guessed in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Credit, DailyCount, Episode, Person, Title
from config import tables

SHOWN_DAYS = 30

NAMES: dict[str, str | Promise] = {
    "series": _("Series"),
    "films": _("Films"),
    "episodes": _("Episodes"),
    "people": _("People"),
    "credits": _("Credits"),
}


@dataclass(frozen=True)
class Step:
    """A day and what was there in its night; `change` is the difference to the last day that was counted."""

    day: date
    total: int
    change: int


@dataclass(frozen=True)
class Growth:
    name: str | Promise
    steps: Sequence[Step]

    @property
    def change(self) -> int:
        return sum(step.change for step in self.steps)

    @property
    def signed(self) -> str:
        return f"{self.change:+,}"


def count(*, on: date) -> DailyCount:
    """Count everything and keep it as that of a day; a second count of the day replaces the first."""
    titles = Title.objects.filter(merged_into=None).aggregate(
        series=Count("pk", filter=Q(kind=Title.Kind.SERIES)), films=Count("pk", filter=Q(kind=Title.Kind.MOVIE))
    )
    counts = titles | {
        "episodes": Episode.objects.listed().count(),
        "people": Person.objects.count(),
        "credits": Credit.objects.count(),
    }
    counted, _made = DailyCount.objects.update_or_create(day=on, defaults={"counts": counts})
    return counted


def sizes() -> dict[str | Promise, int]:
    """What there is now, by its name; large numbers are near ones."""
    names = {Title: _("Titles"), Episode: NAMES["episodes"], Person: NAMES["people"], Credit: NAMES["credits"]}
    counted = tables.sizes(names)
    return {name: counted[model] for model, name in names.items()}


def lately() -> list[Growth]:
    """The last days that were counted, the oldest first; nothing before there are two of them."""
    counted = list(DailyCount.objects.order_by("-day")[: SHOWN_DAYS + 1])[::-1]
    if len(counted) < 2:
        return []
    return [Growth(name, _steps(key, counted)) for key, name in NAMES.items()]


def _steps(key: str, counted: Sequence[DailyCount]) -> list[Step]:
    """A day that knows nothing of this is like the one before it."""
    steps, before = [], counted[0].counts.get(key, 0)
    for row in counted[1:]:
        total = row.counts.get(key, before)
        steps.append(Step(row.day, total, total - before))
        before = total
    return steps
