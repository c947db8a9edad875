"""Imports whose worker is killed outright go on by themselves."""

import threading
from contextlib import contextmanager, suppress

import psutil
import pytest
from werkzeug import Response

from tests.site import wait_until

SHOWS = ("41", "42", "43")


@pytest.fixture
def hanging(tvmaze_server):
    """Three more series; the second hangs when it is first asked for, by when this event is set."""
    from tests.catalog import tvmaze_shapes as tvmaze

    for number in map(int, SHOWS):
        episodes = [tvmaze.episode(place) | {"id": number * 1000 + place} for place in (1, 2)]
        tvmaze.serve(tvmaze_server, number, name=f"Ferry {number}", episodes=episodes, cast=[tvmaze.cast(number)])
    with hanging_once(tvmaze_server, "/shows/42") as asked:
        yield asked


@contextmanager
def hanging_once(server, path):
    """The first answer to what is asked for at this path never comes; the event is set when it is asked for."""
    asked, release = threading.Event(), threading.Event()

    def hang(request):
        asked.set()
        release.wait(30)
        return Response(status=503)

    server.expect_oneshot_request(path).respond_with_handler(hang)
    yield asked
    release.set()


def bulk_worker(site):
    """The worker that takes imports, and the process in which it does its job."""
    for process in psutil.Process(site.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if process.cmdline()[-1:] == ["bulk"]:
                yield process


def kill_bulk_worker(site):
    for process in bulk_worker(site):
        with suppress(psutil.NoSuchProcess):
            process.kill()


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
    kill_bulk_worker(site)
    wait_until(lambda: saved(site) == ["6", "done"], 60)


def shelved(site):
    """How many titles stand in the collection of this test, how many of them are whole, and how the pipeline is."""
    code = (
        "from catalog.models import CollectionItem, ImportRun;"
        "items = CollectionItem.objects.filter(collection__slug='drama');"
        "run = ImportRun.objects.filter(what='pipeline').last();"
        "print(items.count(), items.exclude(title__detailed_at=None).count(), run and run.state)"
    )
    return site.manage("shell", "--verbosity", "0", "-c", code).split()


def test_a_pipeline_whose_worker_was_killed_fills_its_shelves_all_the_same(site, tvmaze_server):
    rule = "{'genres': ['drama'], 'language': 'en', 'limit': 3}"
    create = f"Collection.objects.create(name='Drama', slug='drama', kind='rule', rule={rule})"
    site.manage("shell", "--verbosity", "0", "-c", f"from catalog.models import Collection; {create}")
    with hanging_once(tvmaze_server, "/shows/2") as asked:
        site.manage("pipeline", "--background")
        assert asked.wait(30)
        kill_bulk_worker(site)
        wait_until(lambda: shelved(site) == ["3", "3", "done"], 60)
