"""The whole of the largest log in one file, and the page that leads to it."""

import resource
import tempfile
from functools import partial

from django.urls import reverse

from accounts.models import Profile
from tracking import exporting

from .measuring import Benchmark, Budget, Measured, clocked, pages
from .site import Site
from .viewers import HEAVIEST

EXPORT = Budget(median=5000)
PAGE = Budget(median=25, p95=60, queries=12, kilobytes=60)
ROUNDS = 3


def export(site: Site) -> Measured:
    """The note says how much the memory of the process grew by it."""
    profile, before = Profile.objects.get(pk=HEAVIEST), _megabytes()
    times = []
    for _round in range(ROUNDS):
        with tempfile.TemporaryFile() as file:
            times.append(clocked(partial(exporting.write, profile, file)))
            size = file.tell()
    rows = profile.watches.count()
    return Measured(times, note=f"{rows:,} viewings, {size / 1e6:.1f} MB, {_megabytes() - before:.0f} MB of memory")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def page(site: Site) -> Measured:
    return pages(site.client, [reverse("tracking:export")], rounds=site.rounds)


BENCHMARKS = (
    Benchmark("export of 100,000", EXPORT, export),
    Benchmark("what is exported", PAGE, page),
)
