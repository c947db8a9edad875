"""What comes to one log at once takes turns (Yamtrack#1142, Ryot#1392)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.search import rebuild
from tests.factories import EpisodeFactory, ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory
from tracking.histories import choosing, receiving, working
from tracking.models import LibraryEntry, LogImport, Watch
from tracking.players import connecting

from . import player_shapes as shapes
from .histories import trakt_shapes as trakt

NOW = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)
LAMPS = trakt.show(tvdb=81189)


@pytest.fixture
def series():
    title = TitleFactory(name="The Lamplighters", year=2011)
    ExternalIdFactory(source="tvdb", value="81189", title=title)
    for number in range(1, 31):
        EpisodeFactory(title=title, number=number)
    return title


def brought(profile, episodes):
    plays = [trakt.played(number, f"2024-02-{number % 28 + 1:02}T20:30:00.000Z", of=LAMPS) for number in episodes]
    content = ContentFile(trakt.export(watched__history=plays))
    log_import = receiving.receive(profile, content, "export.zip", at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    assert working.begin(log_import, LogImport.State.APPLYING, of=choosing.OPEN, at=NOW)
    return log_import


@pytest.mark.django_db(transaction=True)
def test_two_imports_and_a_webhook_at_once_lose_and_double_nothing(series):
    profile = ProfileFactory(household=UserFactory().household)
    film = MovieFactory(name="Night Ferry", year=1999, runtime=50)
    ExternalIdFactory(source="tmdb", kind="movie", value=shapes.FILM["tmdb"], title=film)
    _player, secret = connecting.connect(profile, "plex", shapes.ACCOUNT, at=timezone.now())
    rebuild()
    one, other = brought(profile, range(1, 21)), brought(profile, range(11, 31))

    def apply(log_import):
        working.carry_on(log_import, clock=lambda: NOW)
        connection.close()

    def tell(_nothing):
        message = json.dumps(shapes.plex("scrobble"))
        answer = Client().post(f"/webhooks/plex/{secret}/", message, content_type="application/json")
        connection.close()
        return answer.status_code

    with ThreadPoolExecutor(max_workers=4) as pool:
        applied, told = pool.map(apply, [one, other]), pool.map(tell, range(4))
        assert (list(applied), set(told)) == ([None, None], {200})
    assert {each.state for each in LogImport.objects.all()} == {LogImport.State.APPLIED}
    assert sorted(Watch.objects.filter(title=series).values_list("episode__number", flat=True)) == [*range(1, 31)]
    assert Watch.objects.filter(title=film).count() == 1
    counts = dict(LibraryEntry.objects.of(profile).values_list("title", "watch_count"))
    assert counts == {series.pk: 30, film.pk: 1}
