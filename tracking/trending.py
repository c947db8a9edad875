"""What is watched most lately, by how many different profiles; the newer the more. Worked out by a job, kept in Redis,
and read for every viewer with the ages that viewer may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db import connection
from django.db.models import BigIntegerField, F, Func, IntegerField, Value

from accounts.viewers import Viewer
from catalog.models import Title
from tracking.tastes import FEWEST

LATELY = timedelta(days=14)
HALF_LIFE = timedelta(days=5)
"""A viewing of so long ago counts half."""

MOST = 300
"""Titles that are kept, so that something is left for every age."""

KEPT = timedelta(hours=2)
"""Without the job what everybody knows stands there instead."""

ENOUGH = 6
"""With fewer titles it is no trend."""

KEY = "trending"

# One library entry is one profile and title, with the moment of its last viewing.
RANKED = """
select title_id
from tracking_libraryentry where last_watched_at > %(since)s and last_watched_at <= %(now)s
group by title_id having count(*) >= %(fewest)s
order by sum(power(0.5, extract(epoch from %(now)s - last_watched_at) / %(half_life)s)) desc, title_id desc
limit %(most)s
"""


@dataclass(frozen=True)
class Shelf:
    titles: list[Title]
    is_trending: bool
    """Otherwise these are the best known: too little was watched lately."""


def warm(now: datetime) -> int:
    """Work out what is watched most and keep it; returns of how many titles."""
    limits = {"half_life": HALF_LIFE.total_seconds(), "fewest": FEWEST, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(RANKED, {"now": now, "since": now - LATELY, **limits})
        ranked = [row[0] for row in cursor.fetchall()]
    cache.set(KEY, ranked, KEPT.total_seconds())
    return len(ranked)


def shelf(viewer: Viewer, size: int) -> Shelf:
    """What the viewer may see of it, the most watched first; what everybody knows where that is too little."""
    ranked: list[int] = cache.get(KEY) or []
    shown = Title.objects.visible_to(viewer).for_cards()
    titles = list(shown.filter(pk__in=ranked).order_by(_place(ranked))[:size]) if ranked else []
    if len(titles) >= min(ENOUGH, size):
        return Shelf(titles, is_trending=True)
    return Shelf(list(shown.best_known()[:size]), is_trending=False)


def _place(ranked: list[int]) -> Func:
    ids = Value(ranked, output_field=ArrayField(BigIntegerField()))
    return Func(ids, F("pk"), function="array_position", output_field=IntegerField())
