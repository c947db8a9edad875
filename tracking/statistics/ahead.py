"""How long it would take to see what was shown already of the series that were begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking.models import LibraryEntry, Watch

SHOWN = 7


@dataclass(frozen=True)
class Left:
    """Of one series, or of all together where there is no `title`."""

    episodes: int
    minutes: int
    title: int | None = None


@dataclass(frozen=True)
class Remaining:
    total: Left
    longest: Sequence[Left]

    @property
    def titles(self) -> list[tuple[Title, Left]]:
        """The longest with their titles: one query, each time."""
        found = Title.objects.for_cards().in_bulk([left.title for left in self.longest])
        return [(found[left.title], left) for left in self.longest if left.title in found]


def remaining(profile: Profile, *, now: datetime) -> Remaining:
    """Of series being watched or paused; what is yet to be shown is not counted, what was dropped neither."""
    states = LibraryEntry.State
    begun = LibraryEntry.objects.of(profile).filter(state__in=[states.WATCHING, states.PAUSED], seen_count__gt=0)
    seen = Watch.objects.of(profile).filter(
        title=OuterRef("title"), episode=OuterRef("pk"), run=OuterRef("title__library__run")
    )
    waiting = (
        Episode.objects.visible_to(profile)
        .regular()
        .aired(now)
        .filter(~Exists(seen), title__library__in=begun)
        .order_by()
        .values("title")
        .annotate(episodes=Count("pk"), minutes=Sum(Coalesce(F("runtime"), F("title__runtime"), 0)))
        .values_list("episodes", "minutes", "title")
    )
    rows = sorted((Left(*row) for row in waiting), key=lambda left: (-left.minutes, -left.episodes, left.title))
    return Remaining(Left(sum(row.episodes for row in rows), sum(row.minutes for row in rows)), rows[:SHOWN])
