"""Yamtrack: states with titles, viewings with films and episodes, and what is neither film nor series."""

from datetime import UTC, date, datetime

import pytest

from tracking.histories.facts import Options
from tracking.histories.readers.yamtrack import READER

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, refusals, single, table

COLUMNS = (
    '"media_id","source","media_type","title","image","season_number","episode_number","score","progress","status",'
    '"start_date","end_date","notes","progressed_at","repeats"'
)
MOCK = "yamtrack/Neurology0443+Yamtrack/src/integrations/tests/mock_data"


def read(tmp_path, *lines):
    upload = single(tmp_path, "yamtrack.csv", table(COLUMNS, *lines))
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE)))


def row(sort, own="348", name="Alien", source="tmdb", *, s="", e="", score="", progress="", state="", end="", **more):
    cells = [own, source, sort, name, "", s, e, score, progress, state, "", end, more.get("notes", "")]
    return ",".join(f'"{cell}"' for cell in [*cells, "2024-02-09T12:00:00Z", more.get("repeats", "")])


def test_a_film_has_a_state_a_viewing_a_rating_and_a_note(tmp_path):
    rows = read(tmp_path, row("movie", state="Completed", score="8.5", end="2024-02-09", notes="Vast"))
    assert [(each.kind, each.says) for each in rows] == [
        ("state", {"state": "completed"}),
        ("watch", {}),
        ("rating", {"value": 85}),
        ("note", {"text": "Vast"}),
    ]
    assert rows[0].work.ids == {"tmdb": "348"}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Completed", "completed"),
        ("In progress", "watching"),
        ("Repeating", "watching"),
        ("Planning", "planned"),
        ("Paused", "paused"),
        ("Dropped", "dropped"),
    ],
)
def test_a_state_stays_what_it_is(tmp_path, status, state):
    (found,) = read(tmp_path, row("tv", state=status))
    assert (found.kind, found.says["state"]) == ("state", state)


@pytest.mark.parametrize("status", ["Dropped", "Planning", "In progress"])
def test_a_film_that_was_not_finished_was_not_seen(tmp_path, status):
    assert counts(read(tmp_path, row("movie", state=status, end="2024-02-09"))) == {"state": 1}


@pytest.mark.parametrize(
    ("end", "precision", "at", "on"),
    [
        ("2024-02-09", "day", None, date(2024, 2, 9)),
        ("2024-02-09T00:00:00Z", "day", None, date(2024, 2, 9)),
        ("2024-02-09T02:30:00Z", "minute", datetime(2024, 2, 9, 2, 30, tzinfo=UTC), date(2024, 2, 8)),
        ("", "unknown", None, None),
    ],
)
def test_dates_keep_their_meaning(tmp_path, end, precision, at, on):
    (watch,) = read(tmp_path, row("episode", s="1", e="2", end=end))
    assert (watch.moment.precision, watch.moment.at, watch.moment.on) == (precision, at, on)
    assert (watch.part.season, watch.part.number) == (1, 2)


def test_several_plays_of_one_episode_stay_several(tmp_path):
    ends = ["2024-02-09", "2024-02-09", "2023-01-01"]
    assert len(set(keys(read(tmp_path, *(row("episode", s="1", e="1", end=end) for end in ends))))) == 3


def test_repeats_of_older_versions_are_viewings_of_no_known_date(tmp_path):
    rows = read(tmp_path, row("movie", state="Completed", end="2024-02-09", repeats="2"))
    assert [each.moment.precision for each in entries(rows, "watch")] == ["day", "unknown", "unknown"]
    assert len(set(keys(rows))) == 4


def test_a_rating_of_a_season_creates_no_viewing(tmp_path):
    (rating,) = read(tmp_path, row("season", s="2", score="8.0"))
    assert (rating.kind, rating.part.season, rating.part.is_episode) == ("rating", 2, False)


def test_progress_without_rows_of_episodes_has_seen_the_first_ones(tmp_path):
    rows = read(tmp_path, row("season", s="2", progress="3", state="In progress"))
    assert [(each.part.season, each.part.number, each.moment.precision) for each in rows] == [
        (2, number, "unknown") for number in (1, 2, 3)
    ]


def test_progress_beside_rows_of_episodes_adds_nothing(tmp_path):
    rows = read(tmp_path, row("season", s="1", progress="1", state="Completed"), row("episode", s="1", e="1"))
    assert [each.line for each in entries(rows, "watch")] == [3]
    assert [each.line for each in refusals(rows)] == [2]


def test_a_season_that_was_seen_whole_is_kept_as_such(tmp_path):
    (watch,) = read(tmp_path, row("season", s="2", state="Completed"))
    assert (watch.kind, watch.part.season, watch.part.is_episode) == ("watch", 2, False)


def test_a_row_without_a_name_takes_that_of_its_id(tmp_path):
    rows = read(tmp_path, row("tv", "1668", "A Show", state="Planning"), row("episode", "1668", "", s="1", e="1"))
    assert {each.work.name for each in rows} == {"A Show"}


def test_anime_is_looked_for_by_its_name(tmp_path):
    (state,) = read(tmp_path, row("anime", "227", "A Short One", "mal", progress="2", state="In progress"))
    assert (state.work.kind, state.work.name, state.work.ids) == ("", "A Short One", {})


@pytest.mark.parametrize("sort", ["book", "game", "manga", "comic"])
def test_books_and_games_are_refused(tmp_path, sort):
    (refused,) = read(tmp_path, row(sort, source="igdb", state="Completed"))
    assert sort in refused.reason


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    lines = [
        row("episode", s="1", e="one"),
        row("movie", state="Dreaming"),
        row("movie", "", "", state="Completed"),
        row("season", s="1", progress="999999999"),
        row("movie", state="Completed", end="soon"),
        row("episode", s="1"),
        row("tv", score="11"),
        row("tv", state="Paused"),
    ]
    rows = read(tmp_path, *lines)
    assert [each.line for each in refusals(rows)] == [2, 3, 4, 5, 6, 7, 8]
    assert [each.line for each in entries(rows)] == [9]


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("import_yamtrack.csv", {"state": 3, "watch": 25, "rating": 2, "refused": 2}),
        ("import_yamtrack_partials.csv", {"state": 1, "watch": 1, "rating": 1, "refused": 5}),
    ],
)
def test_recorded_exports_go_through(tmp_path, name, expected):
    rows = list(READER.read(single(tmp_path, name, (HISTORIES / MOCK / name).read_bytes()), Options(ZONE)))
    assert counts(rows) == expected
    assert len(set(keys(rows))) == len(entries(rows))
