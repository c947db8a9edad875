"""What the nightly and quarter-hourly jobs learn from the log, and the page that shows it. These come first: the pages
that are measured later show what was learned."""

from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile
from tracking import trending
from tracking.models import AlsoWatched
from tracking.tastes import also_watched, recommending

from .measuring import NO_BUDGET, UNTIMED, Benchmark, Budget, Measured, calls, clocked, pages
from .site import Site

PAGE = Budget(median=25, p95=60, queries=12, kilobytes=60)
PROFILE = Budget(p95=500)


def co_watch(site: Site) -> Measured:
    """The whole log once, as by night, with what PostgreSQL put on disk for it."""
    before = _spilled()
    took = clocked(also_watched.compute)
    note = f"{AlsoWatched.objects.count():,} rows, {(_spilled() - before) / 1e6:.0f} MB on disk, bit by bit"
    return Measured([took], note=note)


def _spilled() -> int:
    """Bytes of temporary files of this database up to now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()")
        (spilled,) = cursor.fetchone()
    return int(spilled)


def trend(site: Site) -> Measured:
    return calls([partial(trending.warm, timezone.now())] * (min(site.rounds, 10) + UNTIMED))


def recommend(site: Site) -> Measured:
    """Of those that are measured elsewhere, and of profiles with logs of every length."""
    profiles = Profile.objects.order_by("pk")[: site.rounds + UNTIMED]
    return calls([partial(recommending.recommend, profile, at=timezone.now()) for profile in profiles])


def for_you(site: Site) -> Measured:
    path = reverse("tracking:for_you")
    return pages(site.client, [path, f"{path}?kind=series", f"{path}?mine=1"], rounds=site.rounds)


BENCHMARKS = (
    Benchmark("co-watch of the whole log", NO_BUDGET, co_watch),
    Benchmark("trending", NO_BUDGET, trend),
    Benchmark("recommendations of a profile", PROFILE, recommend),
    Benchmark("for you", PAGE, for_you),
)
