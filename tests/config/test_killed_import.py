"""A bulk import whose worker is killed outright goes on by itself."""

import threading
from contextlib import suppress

import psutil
import pytest
from werkzeug import Response

from tests.site import wait_until

SHOWS = ("41", "42", "43")


@pytest.fixture
def hanging(tvmaze_server):
    """Three more series; the second hangs when it is first asked for, by when this event is set."""
    from tests.catalog import tvmaze_shapes as tvmaze

    asked, release = threading.Event(), threading.Event()

    def hang(request):
        if not asked.is_set():
            asked.set()
            release.wait(30)
        return Response(status=503)

    tvmaze_server.expect_oneshot_request("/shows/42").respond_with_handler(hang)
    for number in map(int, SHOWS):
        episodes = [tvmaze.episode(place) | {"id": number * 1000 + place} for place in (1, 2)]
        tvmaze.serve(tvmaze_server, number, name=f"Ferry {number}", episodes=episodes, cast=[tvmaze.cast(number)])
    yield asked
    release.set()


def bulk_worker(site):
    """The worker that takes imports, and the process in which it does its job."""
    for process in psutil.Process(site.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if process.cmdline()[-1:] == ["bulk"]:
                yield process


def saved(site):
    code = (
        "from catalog.models import Episode, ImportRun;"
        "run = ImportRun.objects.filter(what='shows').last();"
        "print(Episode.objects.filter(title__name__startswith='Ferry').count(), run and run.state)"
    )
    return site.manage("shell", "--verbosity", "0", "-c", code).split()


def test_an_import_whose_worker_was_killed_goes_on_within_a_minute(site, hanging):
    site.manage("import_tvmaze", "--background", *(part for show in SHOWS for part in ("--show", show)))
    assert hanging.wait(30)
    for process in bulk_worker(site):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    wait_until(lambda: saved(site) == ["6", "done"], 60)
