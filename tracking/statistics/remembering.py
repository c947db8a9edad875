"""Sums are kept for a while: adding up 20,000 viewings takes ten times as long as seeing that none has changed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.db.models import Count, DecimalField, Max, Min, QuerySet, Subquery, Sum
from django.db.models.functions import Extract, JSONObject

from accounts.models import Profile
from config.keeping import kept
from tracking.models import LibraryEntry, Watch

T = TypeVar("T")

FOR_SECONDS = 15 * 60
"""Also the longest that a corrected running time or genre of the catalogue takes to show."""


@dataclass(frozen=True)
class State:
    """Of a log: `key` is the same as long as the log and who may see it are; its first and last day."""

    key: str
    first: date | None
    last: date | None

    @property
    def years(self) -> list[int]:
        """From that of the last viewing to that of the first."""
        return list(range(self.last.year, self.first.year - 1, -1)) if self.first and self.last else []


def state_of(profile: Profile) -> State:
    """An undo leads back to the state before, to the letter.

    Told from the library: whatever changes the log counts its title anew. Of the viewings only an index is read.
    """
    viewings = JSONObject(count=Count("pk"), last=Max("pk"))
    moments = Sum(Extract("counted_at", "epoch"), output_field=DecimalField())
    entries = JSONObject(
        count=Count("pk"), titles=Sum("title"), said=Max("updated_at"), counted=Max("counted_at"), moments=moments
    )
    log = _summed(Watch.objects.of(profile), viewings)
    library = _summed(LibraryEntry.objects.of(profile).visible_to(profile), entries)
    said = Profile.objects.filter(pk=profile.pk).values_list("pk", log, library)
    known = (*said, profile.time_zone, profile.highest_age, profile.kind)
    state = State(hashlib.sha256(repr(known).encode()).hexdigest(), None, None)
    first, last = remembered("span", partial(_span, profile), state=state)
    return replace(state, first=first, last=last)


def _summed(rows: QuerySet[Any], what: JSONObject) -> Subquery:
    return Subquery(rows.order_by().values("profile").annotate(summed=what).values("summed"))


def _span(profile: Profile) -> tuple[date | None, date | None]:
    days = Watch.objects.of(profile).visible_to(profile).aggregate(Min("watched_on"), Max("watched_on"))
    return days["watched_on__min"], days["watched_on__max"]


def remembered(what: str, make: Callable[[], T], *, state: State) -> T:
    """What `make` says of this state of the log; `what` tells it from other things that are kept."""
    return kept(f"statistics:{what}:{state.key}", make, seconds=FOR_SECONDS)
