"""Changes of the log, with the counters and the next episode that follow from them."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse
from django.utils import timezone

from catalog.models import Episode, Title
from tracking import diary, moments
from tracking.models import LibraryEntry, LogChange

from .measuring import UNTIMED, Benchmark, Budget, Measured, SkippedError, calls
from .site import Site

CHECK_IN = Budget(p95=20)
MARK = Budget(p95=1000)
KEY = "benchmark-write-"


def check_in(site: Site) -> Measured:
    """Committed one by one, each in another series; taken back afterwards."""
    return _undoing(site, _check_ins(site))


def _check_ins(site: Site) -> Iterator[Callable[[], LogChange]]:
    for entry in _entries(site):
        yield partial(_check_in, site, entry.title, entry.next_episode, timezone.now())


def _check_in(site: Site, title: Title, episode: Episode | None, at: datetime) -> LogChange:
    moment, key = moments.minute(at, site.viewer.time_zone), f"{KEY}{uuid.uuid4()}"
    return diary.check_in(site.viewer, title, episode, moment=moment, key=key, at=at)


def _entries(site: Site) -> list[LibraryEntry]:
    entries = site.next_up(site.rounds + UNTIMED)
    if len(entries) <= UNTIMED:
        raise SkippedError("too few series in progress")
    return entries


def long_series(site: Site) -> Measured:
    """Every further episode of one series of 751, at a distance that is not taken for a second press."""
    title, now = site.longest_series, timezone.now()
    episodes = title.episodes.regular().in_order().select_related("season")[300 : 300 + site.rounds + UNTIMED]
    each = (
        partial(_check_in, site, title, episode, now - timedelta(hours=1000 - number))
        for number, episode in enumerate(list(episodes))
    )
    return _undoing(site, each)


def mark(site: Site) -> Measured:
    """A series of 751 in one press, in a run in which nothing was seen; taken back after each."""
    reach, title = diary.Reach(), site.longest_series
    diary.begin_again(site.viewer, title, key=f"{KEY}{uuid.uuid4()}", at=timezone.now())

    def once() -> None:
        key, now = f"{KEY}{uuid.uuid4()}", timezone.now()
        marked = diary.mark(site.viewer, title, reach, moment=moments.some_time("UTC"), key=key, at=now)
        if marked.change:
            diary.undo_press(marked.change, at=now)

    return _undoing(site, (once for _round in range(min(site.rounds, 10) + UNTIMED)))


def press(site: Site) -> Measured:
    """The whole request of a pressed button: session, check, log, and the button as it is now."""
    paths = [reverse("tracking:check_in_episode", args=[entry.next_episode_id]) for entry in _entries(site)]
    return _undoing(site, (partial(_press, site, path) for path in paths))


def _press(site: Site, path: str) -> None:
    response = site.client.post(path, {"key": f"{KEY}{uuid.uuid4()}"}, headers={"HX-Request": "true"})
    if response.status_code != 200:
        raise SkippedError(f"{path} answered {response.status_code}")


def undo(site: Site) -> Measured:
    changes = [call() for call in _check_ins(site)]
    return _undoing(site, (partial(diary.undo, change, at=timezone.now()) for change in changes))


def _undoing(site: Site, each: Iterable[Callable[[], object]]) -> Measured:
    try:
        return calls(each)
    finally:
        _take_back(site)


def _take_back(site: Site) -> None:
    """Leave the log as it was, for the next run."""
    changes = LogChange.objects.of(site.viewer).filter(key__startswith=KEY)
    for change in changes.filter(undone_at=None).order_by("-pk"):
        diary.undo(change, at=timezone.now())
    changes.delete()


BENCHMARKS = (
    Benchmark("check-in, counters and next episode", CHECK_IN, check_in),
    Benchmark("check-in, series of 751 episodes", CHECK_IN, long_series),
    Benchmark("mark a series of 751 episodes, and its undo", MARK, mark),
    Benchmark("check-in, the whole request", CHECK_IN, press),
    Benchmark("undo of a check-in", CHECK_IN, undo),
)
