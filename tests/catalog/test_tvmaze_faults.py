"""The shows pipeline against recorded answers with each fault of the wire: in the end the rows are the same."""

import socket
import subprocess
import sys
from contextlib import contextmanager
from functools import cache

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings

from catalog.models import Collection, CollectionItem, Credit, Episode, Title
from catalog.sources import http, tvmaze
from catalog.sources.limits import RateLimit

from .test_tvmaze_replay import REPLAY, pytestmark  # noqa: F401

SHELF = 20
TRIES = 12
"""Times that the pipeline is started again, at most."""

FAULTS = {
    "errors": ["--errors", "0.2"],
    "garbage": ["--garbage", "0.2"],
    "drop": ["--drop", "0.2"],
    "slow": ["--slow", "0.05", "--delay", "1"],
    "all": ["--errors", "0.05", "--garbage", "0.05", "--drop", "0.05", "--slow", "0.02", "--delay", "1"],
}


@pytest.fixture(autouse=True)
def hurried(db, settings, monkeypatch):
    """A short shelf, no pauses and no limit: what is tested is what comes of the faults, not the patience with them."""
    settings.SOURCE_TIMEOUT = 0.5
    shelf = Collection.objects.get(slug="top-english-action")
    shelf.rule = {**shelf.rule, "limit": SHELF}
    shelf.save()
    monkeypatch.setattr(http, "BACK_OFF", 0.0)
    wide = RateLimit("tvmaze", calls=100_000, seconds=1.0, redis=tvmaze.LIMIT.redis)
    monkeypatch.setattr(tvmaze, "LIMIT", wide)


@contextmanager
def replay(*faults):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(REPLAY), "--port", str(port), "--rate", "1000000", *faults]
    address = override_settings(TVMAZE_URL=f"http://127.0.0.1:{port}")
    with address, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def carried_out():
    """How often the pipeline had to be started until nothing was left open."""
    for tries in range(1, TRIES + 1):
        try:
            call_command("pipeline", skip_checks=True)
        except CommandError:
            continue
        return tries
    pytest.fail(f"something is still open after {TRIES} tries")


def rows():
    """What is stored, by names that do not depend on the order in which it came."""
    titles = Title.objects.annotate(shown_by=F("network__name")).values_list(
        "slug", "name", "overview", "status", "premiered", "ended", "popularity", "shown_by", "episode_count"
    )
    episodes = Episode.objects.values_list("title__slug", "season__number", "number", "name", "air_date", "airs_at")
    credited = Credit.objects.values_list("title__slug", "person__name", "role", "character", "job", "position")
    shelf = CollectionItem.objects.values_list("collection__slug", "title__slug", "position")
    genres = Title.genres.through.objects.values_list("title__slug", "genre__slug")
    return [sorted(map(repr, each)) for each in (titles, episodes, credited, shelf, genres)]


@cache
def rows_without_faults():
    with transaction.atomic(), replay():
        assert carried_out() == 1
        clean = rows()
        transaction.set_rollback(True)
    return clean


@pytest.mark.parametrize("fault", FAULTS)
def test_the_pipeline_ends_in_the_same_rows(fault):
    clean = rows_without_faults()
    with replay(*FAULTS[fault]):
        carried_out()
    assert [len(each) for each in rows()] == [len(each) for each in clean]
    assert rows() == clean
    assert all(clean)
