"""An export is written as it is read: how much there is makes it longer, not larger (Yamtrack#507)."""

import tracemalloc
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile

import pytest

from config import bulk
from tests.factories import EpisodeFactory, ProfileFactory
from tracking import exporting
from tracking.models import Watch

pytestmark = pytest.mark.django_db

FIRST = datetime(2016, 1, 1, tzinfo=UTC)


def fill(profile, episode, numbers):
    moments = ((number, FIRST + timedelta(hours=number)) for number in numbers)
    bulk.insert(
        Watch(
            profile=profile,
            title=episode.title,
            episode=episode,
            watched_at=at,
            watched_on=at.date(),
            sort_at=at,
            zone="UTC",
            precision=Watch.Precision.MINUTE,
            origin=Watch.Origin.FORM,
            key=f"large-{number}",
        )
        for number, at in moments
    )


def peak(profile):
    """In bytes, of all that Python holds meanwhile."""
    with TemporaryFile() as file:
        tracemalloc.start()
        exporting.write(profile, file)
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return highest


def test_five_times_as_many_viewings_take_hardly_more_memory():
    profile, episode = ProfileFactory(), EpisodeFactory()
    fill(profile, episode, range(3_000))
    some = peak(profile)
    fill(profile, episode, range(3_000, 15_000))
    assert peak(profile) < some * 2
