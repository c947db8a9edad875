"""Watcharr: items with their states, activities and episodes."""

from datetime import UTC, date, datetime

import pytest

from tracking.histories.facts import Options
from tracking.histories.readers.watcharr import READER

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, refusals, single

FILM = {
    "tmdbId": 348,
    "title": "Alien",
    "type": "movie",
    "release_date": "1979-05-25T00:00:00Z",
    "imdb_id": "tt0078748",
}
SHOW = {"tmdbId": 97546, "title": "A Show", "type": "tv", "release_date": "2020-08-14T00:00:00Z", "imdb_id": ""}


def item(content=FILM, status="FINISHED", **more):
    return {"id": 1, "status": status, "rating": 0, "thoughts": "", "content": content, "activity": [], **more}


def episode(number, at="2024-08-02T20:16:19.185472315Z", status="FINISHED", **more):
    return {"seasonNumber": 1, "episodeNumber": number, "status": status, "rating": 0, "createdAt": at, **more}


def read(tmp_path, *items):
    upload = single(tmp_path, "watcharr.json", list(items))
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE)))


def test_a_film_has_all_that_was_said_of_it(tmp_path):
    rows = read(tmp_path, item(rating=7.5, thoughts="Vast", tags=[{"name": "Space"}]))
    assert [(row.kind, row.says) for row in rows] == [
        ("state", {"state": "completed"}),
        ("watch", {}),
        ("rating", {"value": 75}),
        ("note", {"text": "Vast"}),
        ("item", {"list": "Space"}),
    ]
    assert (rows[0].work.name, rows[0].work.year) == ("Alien", 1979)
    assert rows[0].work.ids == {"tmdb": "348", "imdb": "tt0078748"}


@pytest.mark.parametrize(
    ("status", "state"), [("WATCHING", "watching"), ("PLANNED", "planned"), ("HOLD", "paused"), ("DROPPED", "dropped")]
)
def test_a_state_stays_what_it_is_and_is_no_viewing(tmp_path, status, state):
    (row,) = read(tmp_path, item(status=status))
    assert (row.kind, row.says["state"]) == ("state", state)


def test_a_finished_film_without_activities_was_seen_some_time(tmp_path):
    (watch,) = entries(read(tmp_path, item(createdAt="2024-06-08T12:51:09Z")), "watch")
    assert watch.moment.precision == "unknown"


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "ADDED_WATCHED", "data": '{"status":"FINISHED","rating":8}', "createdAt": "2024-06-08T12:51:09Z"},
        {"type": "STATUS_CHANGED", "data": "FINISHED", "createdAt": "2024-06-08T12:51:09.123456789Z"},
        {"type": "STATUS_CHANGED", "data": "FINISHED", "createdAt": "2025-01-01", "customDate": "2024-06-08T12:51:09Z"},
        {"type": "IMPORTED_ADDED_WATCHED_PLEX", "data": "", "countAsPlay": True, "createdAt": "2024-06-08T12:51:09Z"},
    ],
)  # fmt: skip
def test_an_activity_says_when_a_film_was_finished(tmp_path, activity):
    (watch,) = entries(read(tmp_path, item(activity=[activity])), "watch")
    assert watch.moment.at.replace(microsecond=0) == datetime(2024, 6, 8, 12, 51, 9, tzinfo=UTC)


def test_each_day_on_which_a_film_was_finished_is_a_viewing(tmp_path):
    days = ["2024-06-08T12:00:00Z", "2024-06-08T12:01:00Z", "2025-06-08T12:00:00Z"]
    activity = [{"type": "STATUS_CHANGED", "data": "FINISHED", "createdAt": day} for day in days]
    watches = entries(read(tmp_path, item(activity=activity)), "watch")
    assert [watch.moment.on for watch in watches] == [date(2024, 6, 8), date(2025, 6, 8)]


def test_other_activities_are_no_viewings(tmp_path):
    activity = [
        {"type": kind, "data": "WATCHING", "createdAt": "2024-06-08T12:00:00Z"} for kind in ("STATUS_CHANGED", "X")
    ]
    assert counts(read(tmp_path, item(status="WATCHING", activity=activity))) == {"state": 1}


def test_episodes_ticked_in_one_go_were_seen_some_time_and_one_alone_about_then(tmp_path):
    episodes = [episode(1), episode(2, "2024-08-02T20:16:20Z"), episode(3, "2024-09-01T21:00:00Z")]
    watches = entries(read(tmp_path, item(SHOW, "WATCHING", watchedEpisodes=episodes)), "watch")
    assert [(watch.part.number, watch.moment.precision) for watch in watches] == [
        (1, "unknown"),
        (2, "unknown"),
        (3, "minute"),
    ]


def test_an_episode_that_was_not_finished_was_not_seen(tmp_path):
    rows = read(tmp_path, item(SHOW, "WATCHING", watchedEpisodes=[episode(1, status="PLANNED", rating=6)]))
    assert counts(rows) == {"state": 1, "refused": 1, "rating": 1}


def test_a_season_has_its_rating_and_no_viewing(tmp_path):
    rows = read(tmp_path, item(SHOW, watchedSeasons=[{"seasonNumber": 2, "status": "FINISHED", "rating": 9}]))
    (rating,) = entries(rows, "rating")
    assert (rating.part.season, rating.part.is_episode, rating.says["value"]) == (2, False, 90)
    assert entries(rows, "watch") == []


def test_a_bad_episode_does_not_take_the_others_along(tmp_path):
    rows = read(tmp_path, item(SHOW, "WATCHING", watchedEpisodes=[episode("x"), episode(2, "soon")]))
    assert [row.part.number for row in entries(rows, "watch")] == [2]
    assert len(refusals(rows)) == 1


def test_bad_items_are_named_and_the_rest_goes_on(tmp_path):
    items = [item(deletedAt="2024-01-01"), item(status="DREAMING"), item({"type": "game"}), 5, item(rating=99), item()]
    rows = read(tmp_path, *items)
    assert [row.line for row in refusals(rows)] == [1, 2, 3, 4, 5]
    assert {row.line for row in entries(rows)} == {6}


def test_keys_are_the_same_after_a_film_was_renamed(tmp_path):
    assert keys(read(tmp_path, item())) == keys(read(tmp_path, item(FILM | {"title": "Alien: Director's Cut"})))


def test_other_json_is_not_taken_for_it(tmp_path):
    assert not READER.recognises(single(tmp_path, "a.json", [{"type": "movie", "rating": 8}]))
    assert not READER.recognises(single(tmp_path, "a.json", '{"broken'))


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
def test_a_recorded_export_goes_through(tmp_path):
    path = HISTORIES / "watcharr" / "FuzzyGrim+Yamtrack" / "import_watcharr.excerpt.json"
    rows = list(READER.read(single(tmp_path, path.name, path.read_bytes()), Options(ZONE)))
    assert counts(rows) == {"state": 3, "watch": 4, "rating": 3, "refused": 3}
    assert len(set(keys(rows))) == len(entries(rows))
