"""What the messages of players say; whatever has another shape than it should is as if it were not there."""

from datetime import UTC, datetime

import pytest

from tracking.players import programs
from tracking.players.facts import Event, Said, Thing, numbers
from tracking.players.tautulli import TEMPLATE

from . import player_shapes as shapes

AT = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)


def read(program, payload):
    return programs.read(program, payload)


@pytest.mark.parametrize(
    ("program", "payload"),
    [
        ("plex", shapes.plex()),
        ("jellyfin", shapes.jellyfin()),
        ("emby", shapes.emby()),
        ("kodi", shapes.kodi()),
        ("kodi", shapes.kodi_notification()),
        ("tautulli", shapes.tautulli()),
        ("tautulli", shapes.plex("watched")),
    ],
)
def test_every_program_names_a_film_with_its_year_and_ids(program, payload):
    said = read(program, payload)
    assert (said.thing.is_film, said.thing.name, said.thing.year, said.thing.ids) == (
        True,
        "Night Ferry",
        1999,
        shapes.FILM,
    )
    assert said.counts


@pytest.mark.parametrize(
    ("program", "payload", "place"),
    [
        ("plex", shapes.plex_episode(), ("The Lamplighters", 1, (2,))),
        ("jellyfin", shapes.jellyfin_episode(), ("The Lamplighters", 1, (2,))),
        ("jellyfin", shapes.jellyfin_episode(EpisodeNumberEnd=3), ("The Lamplighters", 1, (2, 3))),
        ("emby", shapes.emby(**shapes.EMBY_TWO), ("The Lamplighters", 1, (2, 3))),
        ("kodi", shapes.kodi(**shapes.KODI_EPISODE), ("The Lamplighters", 1, (2,))),
        ("tautulli", shapes.tautulli(**shapes.TAUTULLI_TWO), ("The Lamplighters", 1, (2, 3))),
    ],
)
def test_every_program_names_the_episodes_of_a_file(program, payload, place):
    thing = read(program, payload).thing
    assert (thing.name, thing.season, thing.numbers) == place


@pytest.mark.parametrize(
    ("program", "payload", "event"),
    [
        ("plex", shapes.plex("play"), Event.START),
        ("plex", shapes.plex("resume"), Event.RESUME),
        ("plex", shapes.plex("pause"), Event.PAUSE),
        ("plex", shapes.plex("stop"), Event.STOP),
        ("plex", shapes.plex("scrobble"), Event.PLAYED),
        ("jellyfin", shapes.jellyfin("PlaybackStart"), Event.START),
        ("jellyfin", shapes.jellyfin("PlaybackProgress"), Event.PROGRESS),
        ("jellyfin", shapes.jellyfin("PlaybackProgress", IsPaused=True), Event.PAUSE),
        ("jellyfin", shapes.jellyfin("UserDataSaved", SaveReason="TogglePlayed", Played=True), Event.MARKED),
        ("jellyfin", shapes.jellyfin("UserDataSaved", SaveReason="TogglePlayed", Played=False), Event.UNMARKED),
        ("emby", shapes.emby("playback.unpause"), Event.RESUME),
        ("emby", shapes.emby("item.markplayed"), Event.MARKED),
        ("kodi", shapes.kodi("interval"), Event.PROGRESS),
        ("kodi", shapes.kodi("end"), Event.PLAYED),
        ("kodi", shapes.kodi_notification("Player.OnPause"), Event.PAUSE),
        ("kodi", shapes.kodi_notification(end=False), Event.STOP),
        ("tautulli", shapes.tautulli("watched"), Event.PLAYED),
    ],
)
def test_the_events_of_every_program_mean_the_same(program, payload, event):
    assert read(program, payload).event is event


@pytest.mark.parametrize(
    ("program", "payload"),
    [
        ("plex", shapes.plex("rate")),
        ("plex", shapes.plex(type="track")),
        ("plex", shapes.plex(type="clip")),
        ("plex", {}),
        ("jellyfin", shapes.jellyfin("UserDataSaved", SaveReason="PlaybackFinished", Played=True)),
        ("jellyfin", shapes.jellyfin("ItemAdded")),
        ("jellyfin", {"Event": "Stop", "Item": {"Type": "Movie", "ProviderIds": {}}}),
        ("emby", shapes.emby("system.notificationtest")),
        ("emby", shapes.emby(Type="Audio")),
        ("kodi", {"event": ["end"], "mediaType": "movie"}),
        ("tautulli", shapes.tautulli("created")),
    ],
)
def test_what_is_not_about_a_play_says_nothing(program, payload):
    assert read(program, payload) is None


def test_times_are_read_in_the_units_of_each_program():
    told = [
        read("plex", shapes.plex("pause", at=600)),
        read("jellyfin", shapes.jellyfin("PlaybackProgress", at=600)),
        read("emby", shapes.emby("playback.pause", at=600)),
        read("kodi", shapes.kodi("pause", at=600)),
        read("tautulli", shapes.tautulli("pause", percent="20")),
    ]
    assert {(said.seconds, said.length) for said in told} == {(600, shapes.LENGTH)}


def test_the_moment_is_that_of_the_players_clock():
    assert read("jellyfin", shapes.jellyfin()).at.replace(microsecond=0) == AT
    assert read("kodi", shapes.kodi()).at.replace(microsecond=0) == AT
    assert read("plex", shapes.plex()).at is None


def test_the_agents_of_older_plex_servers_name_the_series():
    old = shapes.plex_episode(ids={}, guid="com.plexapp.agents.thetvdb://910/1/2?lang=en")
    hama = shapes.plex_episode(ids={}, guid="com.plexapp.agents.hama://tvdb-910/1/2?lang=en")
    anidb = shapes.plex_episode(ids={}, guid="com.plexapp.agents.hama://anidb-3651/1/2?lang=en")
    assert [dict(read("plex", each).thing.series_ids) for each in (old, hama, anidb)] == [{"tvdb": "910"}] * 2 + [{}]


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (Said(Event.STOP, Thing(True, "x"), seconds=84, length=100), False),
        (Said(Event.STOP, Thing(True, "x"), seconds=85, length=100), True),
        (Said(Event.STOP, Thing(True, "x"), seconds=5, length=100, is_complete=True), True),
        (Said(Event.STOP, Thing(True, "x")), False),
        (Said(Event.PROGRESS, Thing(True, "x"), seconds=90, length=100), True),
        (Said(Event.START, Thing(True, "x"), seconds=95, length=100), False),
        (Said(Event.RESUME, Thing(True, "x"), seconds=95, length=100, is_complete=True), False),
        (Said(Event.PLAYED, Thing(True, "x")), True),
        (Said(Event.UNMARKED, Thing(True, "x")), False),
    ],
)
def test_when_a_play_counts(said, counts):
    assert said.counts is counts


def test_a_film_seen_before_and_stopped_early_this_time_does_not_count():
    item = {"Type": "Movie", "Name": "Night Ferry", "RunTimeTicks": 3000 * 10_000_000}
    item["UserData"] = {"Played": True, "PlaybackPositionTicks": 300 * 10_000_000}
    assert not read("jellyfin", {"Event": "Stop", "Item": item}).counts


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((2, None, 1, ""), (2,)),
        ((2, 3, 1, ""), (2, 3)),
        ((2, 2, 1, ""), (2,)),
        ((2, 1, 1, ""), (2,)),
        ((2, 900, 1, ""), (2,)),
        ((None, 3, 1, ""), ()),
        ((2, None, 1, "Show.S01E02E03.mkv"), (2, 3)),
        ((2, None, 1, "Show s01e02-e04 720p.mkv"), (2, 3, 4)),
        ((2, None, 1, "Show s01e02-03.mkv"), (2, 3)),
        ((2, None, 1, "Show S01E02-1080p.mkv"), (2,)),
        ((2, None, 1, "Show S02E02E03.mkv"), (2,)),
        ((2, None, 1, "Show S01E05E06.mkv"), (2,)),
    ],
)
def test_a_file_holds_several_episodes_only_where_that_is_said_plainly(told, found):
    first, last, season, file = told
    assert numbers(first, last, season=season, file=file) == found


HOSTILE = [
    None,
    True,
    -1,
    1e308,
    10**40,
    "x" * 100_000,
    "nul\0nul",
    "\ud800",
    [],
    {},
    [[[]]],
    {"id": {"id": []}},
    "9" * 5000,
    "NaN",
    "0001-01-01T00:00:00+23:59",
]


def poisoned(payload, bad):
    """The same message with every value, one by one, replaced by a bad one."""
    for name, value in payload.items():
        yield payload | {name: bad}
        if isinstance(value, dict):
            yield from (payload | {name: inner} for inner in poisoned(value, bad))


@pytest.mark.parametrize("bad", HOSTILE, ids=lambda bad: repr(bad)[:20])
@pytest.mark.parametrize(
    ("program", "payload"),
    [
        ("plex", shapes.plex_episode()),
        ("jellyfin", shapes.jellyfin_episode()),
        ("emby", shapes.emby(**shapes.EMBY_TWO)),
        ("kodi", shapes.kodi(**shapes.KODI_EPISODE)),
        ("kodi", shapes.kodi_notification()),
        ("tautulli", shapes.tautulli(**shapes.TAUTULLI_TWO)),
    ],
)
def test_no_value_makes_a_reader_stumble(program, payload, bad):
    for message in poisoned(payload, bad):
        said = read(program, message)
        if said:
            assert "\0" not in str(said.thing.row)
            assert said.length is None or 0 <= said.length < 2**31
            str(said.thing).encode()


def test_our_template_for_tautulli_has_a_place_for_everything_we_read():
    assert all(f'"{name}": "{{' in TEMPLATE for name in shapes.tautulli())
