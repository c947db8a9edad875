"""A few rows of every day, however many a day has: first which, then only those are loaded."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber


@dataclass(frozen=True)
class Place:
    """A row is the `nth`, from 1, of so many `of_day`."""

    pk: int
    day: date
    nth: int
    of_day: int


def some(rows: QuerySet[Any], *order: str, each: int, after: int = 0) -> list[Place]:
    """At most `each` rows of every day, behind the `after` first of it. The rows come with the `day` they belong to."""
    by = [F(name).asc(nulls_first=True) for name in (*order, "pk")]
    nth, of_day = Window(RowNumber(), partition_by="day", order_by=by), Window(Count("pk"), partition_by="day")
    placed = rows.annotate(nth=nth, of_day=of_day).filter(nth__gt=after, nth__lte=after + each).order_by("day", "nth")
    return [Place(*row) for row in placed.values_list("pk", "day", "nth", "of_day")]


def load(rows: QuerySet[Any], days: Mapping[int, date]) -> list[tuple[Any, date]]:
    """The rows whose pk are given with their days, each with its day."""
    found = rows.in_bulk(list(days)) if days else {}
    return [(found[pk], day) for pk, day in days.items() if pk in found]


def days(places: Iterable[Place]) -> dict[int, date]:
    """The days of the rows, by their pk."""
    return {place.pk: place.day for place in places}


def left(places: Iterable[Place]) -> Counter[date]:
    """How many rows of each day stand behind those."""
    return Counter({place.day: place.of_day - place.nth for place in places})
