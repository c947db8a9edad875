"""A history of ten thousand rows from its file into the log and back."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking.histories import choosing, receiving, words, working
from tracking.models import ImportRow, LogImport

from .measuring import Benchmark, Budget, Measured, SkippedError, Took, clocked
from .site import Site

ROWS = 10_000
SERIES, EPISODES = 300, 28
ROUNDS = 3
FIRST = datetime(2021, 1, 1, 20, tzinfo=UTC)

PREVIEW = Budget(median=5000)
APPLY = Budget(median=2000)
UNDO = Budget(median=10_000)

State, Verdict = LogImport.State, ImportRow.Verdict


def preview(site: Site) -> Measured:
    """Read, matched by names and years, judged: of 300 series an episode at a time, and of films."""
    with _imports(site) as bring:
        return _measured([bring()[1] for _round in range(ROUNDS)])


def apply(site: Site) -> Measured:
    with _imports(site) as bring:
        times = []
        for _round in range(ROUNDS):
            log_import, _took = bring()
            times.append(_stretch(log_import, State.APPLYING))
            _stretch(log_import, State.UNDOING)
        return _measured(times, note=f"{words.number(log_import, Verdict.ADDED):,} rows added")


def undo(site: Site) -> Measured:
    with _imports(site) as bring:
        times = []
        for _round in range(ROUNDS):
            log_import, _took = bring()
            _stretch(log_import, State.APPLYING)
            times.append(_stretch(log_import, State.UNDOING))
        return _measured(times)


def _measured(times: list[Took], *, note: str = "") -> Measured:
    return Measured(times, note=note)


def _stretch(log_import: LogImport, state: LogImport.State) -> Took:
    if not working.begin(log_import, state, of=(*choosing.OPEN, State.APPLIED), at=timezone.now()):
        raise SkippedError(f"the import is {log_import.state}")
    return clocked(lambda: working.carry_on(log_import, clock=timezone.now))


@contextmanager
def _imports(site: Site) -> Iterator[Callable[[], tuple[LogImport, Took]]]:
    """Brings the file to a profile that has no log yet, which is gone afterwards."""
    content = _export()
    profile = Profile.objects.create(household=site.viewer.household, name="Benchmark", time_zone="UTC")

    def bring() -> tuple[LogImport, Took]:
        log_import = receiving.receive(profile, ContentFile(content), "export.zip", at=timezone.now())
        took = clocked(lambda: working.carry_on(log_import, clock=timezone.now))
        if log_import.state != State.READY:
            raise SkippedError(f"the file was not read: {log_import.error}")
        return log_import, took

    try:
        yield bring
    finally:
        profile.delete()


def _export() -> bytes:
    """A ZIP as Trakt gives it, without an id that anybody here knows."""
    rows = [*_plays_of_series(), *_plays_of_films()][:ROWS]
    for number, row in enumerate(rows):
        at = FIRST + timedelta(hours=4 * number)
        row |= {"id": number + 1, "watched_at": f"{at:%Y-%m-%dT%H:%M:%S.000Z}", "action": "watch"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("watched/history.json", json.dumps(rows))
    return packed.getvalue()


def _plays_of_series() -> Iterator[dict[str, Any]]:
    series = Title.objects.series().filter(episode_count__gte=EPISODES).best_known()[:SERIES]
    for title in series:
        show = {"title": title.name, "year": title.year, "ids": {"trakt": title.pk}}
        episodes = Episode.objects.regular().filter(title=title).in_order()
        for season, number, name in episodes.values_list("season__number", "number", "name")[:EPISODES]:
            episode = {"season": season, "number": number, "title": name, "ids": {"trakt": number}}
            yield {"type": "episode", "episode": episode, "show": show}


def _plays_of_films() -> Iterator[dict[str, Any]]:
    for title in Title.objects.movies().best_known()[:ROWS]:
        movie = {"title": title.name, "year": title.year, "ids": {"trakt": title.pk}}
        yield {"type": "movie", "movie": movie}


BENCHMARKS = (
    Benchmark("history of 10,000 rows, previewed", PREVIEW, preview),
    Benchmark("history of 10,000 rows, applied", APPLY, apply),
    Benchmark("history of 10,000 rows, taken back", UNDO, undo),
)
