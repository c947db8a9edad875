"""A profile's ratings beside those of everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, ExpressionWrapper, F, FloatField, QuerySet, Sum, When
from django.db.models.functions import Abs, Cast, Ceil

from accounts.models import Profile
from catalog.models import Title
from tracking.models import Rating

from . import shapes
from .figures import seen_in
from .periods import Period

STEP = 10
STEPS = range(0, 100, STEP)
APART = 5
"""So many titles are named on which opinions differ the most."""


@dataclass(frozen=True)
class Opinion:
    """Both of 1 to 100, as stored."""

    title: Title
    own: int
    crowd: int


@dataclass(frozen=True)
class Compared:
    """How many titles were rated by both, what they give on average (1 to 100), and how often in each step of ten."""

    count: int
    own: float
    crowd: float
    own_steps: Sequence[int]
    crowd_steps: Sequence[int]
    apart: Sequence[Opinion]

    @property
    def difference(self) -> float:
        return self.own - self.crowd

    @property
    def chart(self) -> shapes.Columns:
        """Own ratings as columns, everybody's as dashes, by steps of ten."""
        labels = [str(step + STEP) for step in STEPS]
        return shapes.columns(list(zip(labels, self.own_steps, strict=True)), self.crowd_steps)

    @property
    def rows(self) -> Sequence[tuple[str, int, int]]:
        """What the table behind the chart says: ratings from and to, own, everybody's."""
        steps = [f"{step + 1}–{step + STEP}" for step in STEPS]
        return list(zip(steps, self.own_steps, self.crowd_steps, strict=True))


def compare(profile: Profile, period: Period) -> Compared | None:
    """Of the titles seen in the period; None where none was rated by both.

    The crowd is that of the source; where it has no rating, the other viewers here.
    """
    both = _rated_by_both(profile, period)
    steps = both.annotate(own_step=Ceil(F("value") / float(STEP)), crowd_step=Ceil(F("crowd") / float(STEP)))
    grouped = steps.order_by().values_list("own_step", "crowd_step")
    rows = grouped.annotate(Count("pk"), Sum("value"), Sum("crowd"))
    own_steps, crowd_steps, count, own, others = [0] * len(STEPS), [0] * len(STEPS), 0, 0.0, 0.0
    for own_step, crowd_step, titles, own_sum, crowd_sum in rows:
        own_steps[max(0, int(own_step) - 1)] += titles
        crowd_steps[max(0, int(crowd_step) - 1)] += titles
        count, own, others = count + titles, own + own_sum, others + crowd_sum
    if not count:
        return None
    apart = both.annotate(apart=Abs(F("value") - F("crowd"))).filter(apart__gte=STEP).order_by("-apart", "-pk")
    wide = ("title__overview", "title__field_sources")
    opinions = [
        Opinion(rating.title, rating.value, round(rating.crowd))
        for rating in apart.select_related("title").defer(*wide)[:APART]
    ]
    return Compared(count, own / count, others / count, own_steps, crowd_steps, opinions)


def _rated_by_both(profile: Profile, period: Period) -> QuerySet[Rating, Any]:
    others = F("title__rating_sum") - F("value"), F("title__rating_count") - 1
    crowd = Case(
        When(title__source_rating__isnull=False, then=Cast("title__source_rating", FloatField()) * 10.0),
        When(title__rating_count__gt=1, then=ExpressionWrapper(others[0] * 1.0 / others[1], FloatField())),
    )
    rated = Rating.objects.filter(
        profile=profile, season=None, episode=None, title__in=Title.objects.suitable_for(profile)
    )
    if not period.is_all_time:
        rated = rated.filter(title__in=seen_in(profile, period).values("title"))
    return rated.annotate(crowd=crowd).exclude(crowd=None)
