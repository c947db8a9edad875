"""Messages that real players and the tests of other trackers sent: each has the outcome it should."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from catalog.search import rebuild
from tests.factories import EpisodeFactory, ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory
from tracking.models import Play, Watch
from tracking.players import connecting

WEBHOOKS = Path(os.environ.get("MARQUEE_SAMPLES", "")) / "webhooks"
NO_SAMPLES = not (os.environ.get("MARQUEE_SAMPLES") and WEBHOOKS.is_dir())

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES names no folder with webhooks"),
]

NOW = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)
YAMTRACK, MOVARY = "Neurology0443+Yamtrack/payloads/test_webhooks_", "leepeuker+movary/"
KNOWN = {
    "logged": [
        "emby__test_anime_episode_mark_played__1.json",
        "emby__test_anime_movie_mark_played__1.json",
        "emby__test_movie_mark_played__1.json",
        "emby__test_tv_episode_mark_played__1.json",
        "jellyfin__test_anime_episode_mark_played__1.json",
        "jellyfin__test_anime_movie_mark_played__1.json",
        "jellyfin__test_mark_played_enabled__1.json",
        "jellyfin__test_mark_unplayed_enabled_deletes_tv_episode__1.json",
        "jellyfin__test_movie_mark_played__1.json",
        "jellyfin__test_repeated_watch__1.json",
        "jellyfin__test_tv_episode_mark_played__1.json",
        "plex__test_anime_episode_mark_played__1.json",
        "plex__test_anime_movie_mark_played__1.json",
        "plex__test_movie_mark_played__1.json",
        "plex__test_tv_episode_mark_played__1.json",
        # by name and year, for want of ids
        "emby__test_missing_tmdb_id__1.json",
    ],
    "stopped": [
        "jellyfin__test_extract_external_ids__1.json",
        "jellyfin__test_extract_external_ids_empty__1.json",
        "jellyfin__test_extract_external_ids_missing__1.json",
        "jellyfin__test_mark_unplayed__1.json",
    ],
    "unknown": [
        "jellyfin__test_tv_episode_uses_imdb_fallback_when_tvdb_missing__1.json",
        "jellyfin__test_tv_episode_uses_imdb_fallback_when_tvdb_tmdb_lookup_misses__1.json",
        "jellyfin__test_tv_episode_uses_tvdb_series_tmdb_id_when_tmdb_find_misses__1.json",
        # a name without its year is no proof
        "plex__test_missing_tmdb_id__1.json",
        "plex__test_username_matching__1.json",
    ],
    "ignored": [
        "emby__test_extract_external_ids__1.json",
        "emby__test_extract_external_ids_empty__1.json",
        "emby__test_extract_external_ids_missing__1.json",
        "emby__test_ignored_event_types__1.json",
        "emby__test_ignored_media_types__1.json",
        "jellyfin__test_ignored_event_types__1.json",
        "jellyfin__test_mark_unplayed_untracked_anime_does_not_create_item__1.json",
        "jellyfin__test_mark_unplayed_untracked_movie_does_not_create_item__1.json",
        "jellyfin__test_missing_tmdb_id__1.json",
        "plex__test_anime_episode_anidb_guid_mark_played__1.json",
        "plex__test_ignored_event_types__1.json",
    ],
}
OUTCOMES = [(YAMTRACK + name, outcome) for outcome, names in KNOWN.items() for name in names] + [
    (MOVARY + "payloads/jellyfin-scrobble__1.json", "logged"),
    (MOVARY + "payloads/plex-scrobble__1.json", "logged"),
    (MOVARY + "tests/rest/web/jellyfin-scrobble.http", "logged"),
    (MOVARY + "tests/rest/web/plex-scrobble.http", "logged"),
]


@pytest.fixture
def catalogue():
    """What the messages speak of, as far as it is to be recognised."""
    for name, year, source, value in (
        ("The Matrix", 1999, "tmdb", "603"),
        ("Perfect Blue", 1997, "imdb", "tt0156887"),
        ("The Menu", 2022, "tmdb", "593643"),
        ("Big Trouble in Little China", 1986, "imdb", "tt0090728"),
    ):
        ExternalIdFactory(source=source, kind="movie", value=value, title=MovieFactory(name=name, year=year))
    for name, episode, value in (
        ("Friends", "The One Where Monica Gets a Roommate", "303821"),
        ("Frieren: Beyond Journey's End", "The Journey's End", "9350138"),
    ):
        first = EpisodeFactory(title=TitleFactory(name=name), number=1, name=episode)
        ExternalIdFactory(source="tvdb", kind="episode", value=value, title=None, episode=first)
    rebuild()


def program_of(path):
    return next(program for program in ("emby", "jellyfin", "plex") if program in Path(path).name)


def body_of(path):
    """A recorded request holds its headers too."""
    text = (WEBHOOKS / path).read_text()
    return text.partition("\n\n")[2] if path.endswith(".http") else text


def send(path):
    program = program_of(path)
    profile = ProfileFactory(household=UserFactory().household)
    _player, secret = connecting.connect(profile, program, "", at=timezone.now())
    kind = "application/x-www-form-urlencoded" if path.endswith(".http") else "application/json"
    return Client().post(f"/webhooks/{program}/{secret}/", body_of(path), content_type=kind)


@pytest.mark.parametrize(("path", "outcome"), OUTCOMES, ids=lambda each: Path(each).name)
def test_a_recorded_message_has_its_outcome(catalogue, path, outcome):
    response = send(path)
    assert (response.status_code, response.json()["outcome"]) == (200, outcome)
    assert Watch.objects.count() == (outcome == "logged")
    assert Play.objects.filter(outcome="unknown").count() == (outcome == "unknown")


def test_no_recorded_message_is_left_out():
    there = {str(path.relative_to(WEBHOOKS)) for path in WEBHOOKS.rglob("*") if path.is_file()}
    assert there == {path for path, _outcome in OUTCOMES}
