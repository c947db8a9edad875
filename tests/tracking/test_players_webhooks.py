"""What players tell becomes viewings: once, of the right thing, and only for the right account."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken
from catalog.search import rebuild
from config.redaction import WithoutSecrets
from tests.factories import EpisodeFactory, ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory
from tracking import diary, moments
from tracking.models import LogChange, Play, Position, Watch
from tracking.players import connecting, programs, scrobbling
from tracking.views.webhooks import MOST_BYTES

from . import player_shapes as shapes

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)
Outcome = Play.Outcome


@pytest.fixture
def profile():
    return ProfileFactory(household=UserFactory().household, time_zone="America/New_York")


@pytest.fixture
def film():
    film = MovieFactory(name="Night Ferry", year=1999, runtime=50)
    ExternalIdFactory(source="tmdb", kind="movie", value=shapes.FILM["tmdb"], title=film)
    return film


@pytest.fixture
def series():
    series = TitleFactory(name="The Lamplighters", year=2010)
    ExternalIdFactory(source="tvdb", kind="series", value=shapes.SERIES["tvdb"], title=series)
    for number, name in enumerate(["The Harbour", "The Fog", "The Light"], start=1):
        EpisodeFactory(title=series, number=number, name=name)
    return series


def connect(profile, program="plex", account=shapes.ACCOUNT):
    """A player, and its address."""
    player, secret = connecting.connect(profile, program, account, at=timezone.now())
    return player, f"/webhooks/{program}/{secret}/"


def send(address, payload):
    return Client(enforce_csrf_checks=True).post(address, json.dumps(payload), content_type="application/json")


def tell(player, payload, *, at=NOW):
    """The same without the wire: what becomes of a message that comes at a moment."""
    return scrobbling.tell(player, programs.read(player.program, payload), now=at)


def logged(profile):
    """The episodes' numbers and the films' names, in the order of the log."""
    watches = Watch.objects.of(profile).order_by("pk").select_related("title", "episode")
    return [watch.episode.number if watch.episode else watch.title.name for watch in watches]


# -- what is logged ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "payload"),
    [
        ("plex", shapes.plex()),
        ("jellyfin", shapes.jellyfin(PlayedToCompletion=True)),
        ("jellyfin", shapes.jellyfin(PlayedToCompletion="True")),
        ("emby", shapes.emby(complete=True)),
        ("kodi", shapes.kodi("end")),
        ("kodi", shapes.kodi_notification()),
        ("tautulli", shapes.tautulli()),
        ("tautulli", shapes.plex("watched")),
    ],
)
def test_a_film_played_to_its_end_is_in_the_log(profile, film, program, payload):
    _player, address = connect(profile, program)
    if program == "kodi":
        payload = payload | {"username": shapes.ACCOUNT}
    response = send(address, payload)
    assert (response.status_code, response.json()) == (200, {"outcome": "logged", "reason": ""})
    watch = Watch.objects.get()
    assert (watch.profile, watch.title, watch.origin, watch.zone) == (profile, film, "webhook", "America/New_York")


def test_plex_sends_a_form_with_a_picture(profile, film):
    _player, address = connect(profile)
    picture = SimpleUploadedFile("thumb.jpg", b"\xff\xd8" + b"x" * 50_000, content_type="image/jpeg")
    response = Client().post(address, {"payload": json.dumps(shapes.plex()), "thumb": picture})
    assert response.json()["outcome"] == "logged"


def test_a_viewing_stands_at_the_time_when_it_was_told_to_have_ended(profile, film):
    player, _address = connect(profile, "kodi", "")
    tell(player, shapes.kodi(when="2026-11-19T23:10:00+01:00"))
    assert Watch.objects.get().watched_at == datetime(2026, 11, 19, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize("when", ["2031-01-01T00:00:00+00:00", "1999-01-01T00:00:00+00:00", "yesterday", None])
def test_a_clock_that_cannot_be_right_is_not_believed(profile, film, when):
    player, _address = connect(profile, "kodi", "")
    tell(player, shapes.kodi(when=when))
    assert Watch.objects.get().watched_at == NOW


def test_a_viewing_by_webhook_can_be_undone_and_stays_undone(profile, film):
    player, _address = connect(profile, "jellyfin")
    tell(player, shapes.jellyfin(PlayedToCompletion=True))
    diary.undo(LogChange.objects.get(), at=NOW)
    tell(player, shapes.jellyfin(PlayedToCompletion=True))
    assert not Watch.objects.exists()


# -- once --------------------------------------------------------------------------------------------------------------


def test_a_webhook_replayed_a_thousand_times_is_one_viewing(profile, film):
    """Plex-Trakt-Scrobbler#218: about 5,200 plays of one thing."""
    _player, address = connect(profile)
    codes = {send(address, shapes.plex()).status_code for _again in range(1000)}
    assert codes == {200, 429}
    assert (Watch.objects.count(), Play.objects.count(), LogChange.objects.count()) == (1, 1, 1)


def test_repeated_plays_told_for_days_without_a_pause_are_one_viewing(profile, film):
    player, _address = connect(profile)
    for minutes in range(0, 2 * 24 * 60, 20):
        tell(player, shapes.plex(), at=NOW + timedelta(minutes=minutes))
    assert Watch.objects.count() == 1


@pytest.mark.parametrize(
    "events", [["play", "pause", "resume", "scrobble", "stop"], ["scrobble", "stop", "scrobble"], ["stop", "scrobble"]]
)
def test_everything_told_of_one_play_is_one_viewing_across_midnight(profile, film, events):
    player, _address = connect(profile)
    midnight = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    for number, event in enumerate(events):
        at = midnight + timedelta(minutes=20 * (number - 2))
        tell(player, shapes.plex(event, at=2900 if event == "stop" else 600 * number), at=at)
    assert Watch.objects.count() == 1


def test_a_whole_play_sent_again_within_minutes_is_not_logged_again(profile, film):
    player, _address = connect(profile)
    for minute in range(0, 12, 4):
        tell(player, shapes.plex("play"), at=NOW + timedelta(minutes=minute))
        tell(player, shapes.plex("scrobble"), at=NOW + timedelta(minutes=minute + 1))
    assert Watch.objects.count() == 1


def test_the_film_put_on_again_the_same_evening_is_another_viewing(profile, film):
    player, _address = connect(profile)
    tell(player, shapes.plex("play"), at=NOW)
    tell(player, shapes.plex("scrobble"), at=NOW + timedelta(minutes=45))
    tell(player, shapes.plex("stop", at=2990), at=NOW + timedelta(minutes=50))
    tell(player, shapes.plex("play"), at=NOW + timedelta(minutes=60))
    tell(player, shapes.plex("scrobble"), at=NOW + timedelta(minutes=105))
    assert Watch.objects.count() == 2


def test_the_film_seen_again_the_next_week_is_another_viewing(profile, film):
    player, _address = connect(profile, "jellyfin", "")
    message = {"Event": "Stop", "Item": {"Type": "Movie", "ProviderIds": shapes.FILM, "UserData": {"Played": True}}}
    tell(player, message, at=NOW)
    tell(player, message, at=NOW + timedelta(days=7))
    assert Watch.objects.count() == 2


def test_a_message_that_comes_again_days_later_is_known_by_its_own_time(profile, film):
    player, _address = connect(profile, "kodi", "")
    tell(player, shapes.kodi(), at=NOW)
    tell(player, shapes.kodi("start", at=0, when="2026-11-21T20:51:00+01:00"), at=NOW + timedelta(days=3))
    tell(player, shapes.kodi(), at=NOW + timedelta(days=5))
    assert (Watch.objects.count(), Position.objects.count()) == (1, 0)


def test_an_older_message_does_not_move_the_position_back(profile, film):
    player, _address = connect(profile, "kodi", "")
    tell(player, shapes.kodi("pause", at=1200, when="2026-11-21T21:20:00+01:00"))
    tell(player, shapes.kodi("start", at=0, when="2026-11-21T21:00:00+01:00"))
    assert Position.objects.get().seconds == 1200


def test_a_check_in_by_hand_while_it_plays_is_the_same_viewing(profile, film):
    player, _address = connect(profile)
    tell(player, shapes.plex("play"), at=NOW)
    moment = moments.minute(NOW + timedelta(minutes=10), "UTC")
    diary.check_in(profile, film, None, moment=moment, key="hand", at=NOW)
    verdict = tell(player, shapes.plex("scrobble"), at=NOW + timedelta(minutes=45))
    assert (Watch.objects.count(), verdict.outcome) == (1, "logged")
    assert verdict.play.watches.get().origin == "check-in"


def test_two_players_that_tell_of_one_play_make_one_viewing(profile, film):
    plex, _address = connect(profile, "plex")
    tautulli, _address = connect(profile, "tautulli")
    tell(plex, shapes.plex("play"), at=NOW)
    tell(tautulli, shapes.tautulli("play", time="", percent="0"), at=NOW)
    tell(tautulli, shapes.tautulli("watched", time=""), at=NOW + timedelta(minutes=42))
    tell(plex, shapes.plex("scrobble"), at=NOW + timedelta(minutes=45))
    assert Watch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_deliveries_make_one_viewing(profile, film, series):
    _player, address = connect(profile)
    messages = [shapes.plex(), shapes.plex_episode(ids={}, grandparentGuid="thetvdb://910")] * 12

    def deliver(message):
        try:
            return send(address, message).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert set(pool.map(deliver, messages)) == {200}
    assert sorted(map(str, logged(profile))) == ["2", "Night Ferry"]


# -- whose -------------------------------------------------------------------------------------------------------------


def test_other_peoples_plays_are_not_logged(profile, film):
    """Plex-Trakt-Scrobbler#276, MediaTracker#553."""
    _player, address = connect(profile)
    answer = send(address, shapes.plex(account=shapes.OTHER)).json()
    assert answer == {"outcome": "ignored", "reason": "Played by “Attic”, not by “Harbour”."}
    assert not Watch.objects.exists()
    assert not Position.objects.exists()


def test_what_other_people_play_is_not_kept(profile, film):
    player, _address = connect(profile)
    for number in range(30):
        tell(player, shapes.plex(account=shapes.OTHER, title=f"Film {number}"))
    assert Play.objects.count() == 1
    assert "Film" not in json.dumps(Play.objects.get().said)


@pytest.mark.parametrize("account", ["harbour", "4711", " HARBOUR "])
def test_an_account_is_known_by_its_name_or_its_id(profile, film, account):
    player, _address = connect(profile, "plex", account.strip())
    assert tell(player, shapes.plex()).outcome == Outcome.LOGGED


def test_an_id_counts_with_and_without_its_dashes(profile, film):
    player, _address = connect(profile, "jellyfin", "50e1109a03fd4e13a3a5dd9bb27e08ec")
    assert tell(player, shapes.jellyfin(PlayedToCompletion=True)).outcome == Outcome.LOGGED


def test_a_message_that_does_not_say_who_played_is_not_logged_for_a_named_account(profile, film):
    player, _address = connect(profile)
    assert tell(player, shapes.plex() | {"Account": {}}).reason == "It was not told who played."
    assert not Watch.objects.exists()


# -- what --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "payload"),
    [
        ("emby", shapes.emby(complete=True, **shapes.EMBY_TWO)),
        ("jellyfin", shapes.jellyfin_episode(EpisodeNumberEnd=3, PlayedToCompletion=True)),
        ("tautulli", shapes.tautulli(**shapes.TAUTULLI_TWO)),
    ],
)
def test_a_two_episode_file_logs_both_as_one_press(profile, series, program, payload):
    """Yamtrack#1144."""
    episode = series.episodes.get(number=2)
    ExternalIdFactory(source="tvdb", kind="episode", value=shapes.EPISODE["tvdb"], title=None, episode=episode)
    player, _address = connect(profile, program)
    tell(player, payload)
    assert logged(profile) == [2, 3]
    diary.undo_press(LogChange.objects.first(), at=NOW)
    assert logged(profile) == []


def test_an_episode_is_the_one_of_its_id_also_where_it_is_numbered_otherwise(profile, series):
    """Yamtrack#1470: orders differ between the sources."""
    episode = series.episodes.get(number=3)
    ExternalIdFactory(source="tvdb", kind="episode", value=shapes.EPISODE["tvdb"], title=None, episode=episode)
    player, _address = connect(profile, "emby")
    tell(player, shapes.emby(complete=True, **shapes.EMBY_TWO))
    assert logged(profile) == [3]


def test_without_an_id_of_the_episode_the_id_of_its_series_and_its_number_tell(profile, series):
    player, _address = connect(profile, "kodi", "")
    tell(player, shapes.kodi(**shapes.KODI_EPISODE))
    assert logged(profile) == [2]


def test_without_ids_a_name_and_year_tell_where_they_are_exact(profile, film):
    rebuild()
    player, _address = connect(profile)
    assert tell(player, shapes.plex(ids={})).outcome == Outcome.LOGGED


@pytest.mark.parametrize("change", [{"year": 2003}, {"year": None}, {"title": "Night Ferries"}, {"title": ""}])
def test_a_remake_or_a_name_that_is_only_alike_is_never_guessed(profile, film, change):
    """PlexTraktSync#49, goplaxt#58."""
    rebuild()
    player, _address = connect(profile)
    assert tell(player, shapes.plex(ids={"imdb": "tt0999999"}, **change)).outcome == Outcome.UNKNOWN


def test_of_two_films_alike_in_name_and_year_none_is_guessed(profile, film):
    MovieFactory(name="Night Ferry", year=1999)
    rebuild()
    player, _address = connect(profile)
    assert tell(player, shapes.plex(ids={})).outcome == Outcome.UNKNOWN


def test_a_series_by_name_alone_needs_the_name_of_the_episode_too(profile, series):
    rebuild()
    player, _address = connect(profile)
    assert tell(player, shapes.plex_episode(ids={}, title="Episode 2")).outcome == Outcome.UNKNOWN
    assert tell(player, shapes.plex_episode(ids={}, number=3, title="The Light")).outcome == Outcome.LOGGED


def test_a_film_of_that_name_and_year_that_has_another_id_is_another_film(profile, film):
    rebuild()
    player, _address = connect(profile)
    assert tell(player, shapes.plex(ids={"tmdb": "900002"})).outcome == Outcome.UNKNOWN


def test_ids_that_contradict_each_other_are_no_proof(profile, film):
    ExternalIdFactory(source="imdb", kind="movie", value=shapes.FILM["imdb"], title=MovieFactory())
    player, _address = connect(profile)
    assert tell(player, shapes.plex()).outcome == Outcome.UNKNOWN


def test_what_a_profile_may_not_see_is_not_recognised_for_it(film):
    film.min_age = 18
    film.save()
    child = ProfileFactory(household=UserFactory().household, kind="child", highest_age=6)
    player, _address = connect(child)
    assert tell(player, shapes.plex()).outcome == Outcome.UNKNOWN


# -- ticked by hand over there -----------------------------------------------------------------------------------------


def test_what_is_ticked_as_watched_there_was_watched_some_time(profile, film):
    player, _address = connect(profile, "emby")
    for _again in range(3):
        tell(player, shapes.emby("item.markplayed"))
    assert Watch.objects.get().precision == "unknown"


def test_a_tick_adds_nothing_to_what_is_in_the_log(profile, film):
    player, _address = connect(profile, "emby")
    tell(player, shapes.emby(complete=True))
    verdict = tell(player, shapes.emby("item.markplayed"), at=NOW + timedelta(hours=1))
    assert (Watch.objects.count(), verdict.reason) == (1, "It was in the log already.")


def test_a_play_after_a_tick_is_a_viewing_of_its_own(profile, film):
    player, _address = connect(profile, "emby")
    tell(player, shapes.emby("item.markplayed"))
    tell(player, shapes.emby(complete=True))
    assert Watch.objects.count() == 2


def test_taking_the_tick_away_there_deletes_nothing_here(profile, film):
    player, _address = connect(profile, "emby")
    tell(player, shapes.emby(complete=True))
    verdict = tell(player, shapes.emby("item.markunplayed"))
    assert (Watch.objects.count(), verdict.outcome) == (1, "ignored")


# -- the door ----------------------------------------------------------------------------------------------------------


def test_a_forged_address_is_not_there(profile, film):
    _player, address = connect(profile)
    forged = "/webhooks/plex/" + "x" * 43 + "/"
    other = address.replace("plex", "emby")
    unknown = address.replace("plex", "winamp")
    _calendar, secret = tokens.make(profile, ApiToken.Scope.CALENDAR)
    foreign = f"/webhooks/plex/{secret}/"
    answers = [send(path, shapes.plex()) for path in (forged, other, unknown, foreign)]
    assert {(each.status_code, each.content) for each in answers} == {
        (404, b'{"error": "There is nothing at this address."}')
    }
    assert not Watch.objects.exists()


def test_a_revoked_address_is_not_there(profile, film):
    player, address = connect(profile)
    connecting.remove(player)
    assert send(address, shapes.plex()).status_code == 404


def test_a_new_address_replaces_the_old_one(profile, film):
    player, address = connect(profile)
    secret = connecting.renew(player)
    assert send(address, shapes.plex()).status_code == 404
    assert send(f"/webhooks/plex/{secret}/", shapes.plex()).json()["outcome"] == "logged"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"a": 1' + b"0" * 5000 + b"}",
        b"payload=",
        b"payload=%7B",
        b"data=x&payload=y",
    ],
)
def test_nonsense_is_answered_as_such(profile, body):
    _player, address = connect(profile)
    response = Client().post(address, body, content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"error": "The message cannot be read."})


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="]
)
def test_a_broken_form_is_nonsense(profile, kind):
    _player, address = connect(profile)
    assert Client().post(address, b"--x\r\nnothing", content_type=kind).status_code == 400


def test_a_message_that_is_too_large_is_not_read(profile):
    _player, address = connect(profile)
    response = Client().post(address, b" " * (MOST_BYTES + 1), content_type="application/json")
    assert response.status_code == 413


@pytest.mark.parametrize(
    "bad", ["x" * 100_000, 2**31 - 1, -1, "\ud800\0", [], {"a": 1}], ids=lambda bad: repr(bad)[:12]
)
@pytest.mark.parametrize(
    ("program", "payload"),
    [("plex", shapes.plex_episode("pause", at=600)), ("kodi", shapes.kodi("stop", at=600, **shapes.KODI_EPISODE))],
)
def test_no_value_of_a_message_breaks_anything(profile, series, program, payload, bad):
    player, _address = connect(profile, program, "")
    inside = [{name: value | {key: bad}} for name, value in payload.items() if isinstance(value, dict) for key in value]
    for change in [{name: bad} for name in payload] + inside:
        if said := programs.read(program, payload | change):
            assert scrobbling.tell(player, said, now=NOW).outcome in Outcome.values


def test_only_a_post_is_taken(profile):
    _player, address = connect(profile)
    assert Client().get(address).status_code == 405


def test_a_message_about_nothing_played_is_taken_and_kept_nowhere(profile):
    _player, address = connect(profile)
    assert send(address, {"event": "library.new"}).json()["outcome"] == "ignored"
    assert not Play.objects.exists()


def test_no_log_holds_a_token(profile, caplog):
    _player, address = connect(profile)
    secret = address.split("/")[3]
    with caplog.at_level(logging.DEBUG):
        Client().post(address, b"{", content_type="application/json")
        Client().get(address)
    assert caplog.text.count("/webhooks/plex/…/") == 2
    assert secret not in caplog.text


def test_a_calendars_address_is_left_out_of_the_logs_as_well():
    record = logging.LogRecord("x", logging.WARNING, "", 1, "Not Found: %s", ("/calendar/abcdefgh.ics",), None)
    WithoutSecrets().filter(record)
    assert record.getMessage() == "Not Found: /calendar/…"
