"""TMDB: ratings, the watchlist and favourites."""

from datetime import UTC, datetime

import pytest

from tracking.histories.facts import Options
from tracking.histories.readers.tmdb import READER

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, refusals, single, table

COLUMNS = (
    "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated"
)  # fmt: skip
FILM = "348,tt0078748,movie,Alien,1979-05-25T00:00:00Z,,,8.1,{},2023-05-02T09:40:27Z"


def read(tmp_path, *lines, name="ratings.csv"):
    upload = single(tmp_path, name, table(COLUMNS, *lines))
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE)))


def test_a_rating_is_a_rating_and_no_viewing(tmp_path):
    (row,) = read(tmp_path, FILM.format("8.5"))
    assert (row.kind, row.says) == ("rating", {"value": 85})
    assert row.moment.at == datetime(2023, 5, 2, 9, 40, 27, tzinfo=UTC)
    assert (row.work.kind, row.work.year, row.work.ids) == ("movie", 1979, {"tmdb": "348", "imdb": "tt0078748"})


def test_the_ids_of_an_episode_are_not_those_of_its_series(tmp_path):
    (row,) = read(tmp_path, "85987,tt0583459,tv,A Show S1E2,1994-09-22T00:00:00Z,1,2,6.9,8,2023-01-07T16:35:52Z")
    assert (row.work.kind, row.work.name, row.work.year, row.work.ids) == ("series", "A Show", None, {})
    assert (row.part.season, row.part.number) == (1, 2)
    assert row.part.ids == {"tmdb": "85987", "imdb": "tt0583459"}


def test_a_season_is_rated_as_a_season(tmp_path):
    (row,) = read(tmp_path, "4550,,tv,A Show S1,1994-09-22T00:00:00Z,1,,6.9,8,2023-01-07T16:35:52Z")
    assert (row.work.name, row.part.season, row.part.is_episode) == ("A Show", 1, False)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("watchlist.csv", "", {"state": 1}),
        ("watchlist.csv", "8", {"rating": 1, "state": 1}),
        ("favorites.csv", "", {"item": 1}),
        ("export.csv", "", {"state": 1}),
    ],
)
def test_the_watchlist_is_planned_and_favourites_are_a_list(tmp_path, name, given, expected):
    assert counts(read(tmp_path, FILM.format(given), name=name)) == expected


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    lines = [FILM.format("11"), "1,,person,Somebody,,,,,8,", ",,movie,,,,,,8,", FILM.format("8"), FILM.format("8")]
    rows = read(tmp_path, *lines)
    assert [row.line for row in refusals(rows)] == [2, 3, 4, 6]
    assert [row.line for row in entries(rows)] == [5]


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
@pytest.mark.parametrize(("name", "expected"), [("ratings", {"rating": 4}), ("watchlist", {"state": 2})])
def test_recorded_exports_go_through(tmp_path, name, expected):
    folder = HISTORIES / "yamtrack" / "Neurology0443+Yamtrack" / "src" / "integrations" / "tests" / "mock_data"
    upload = single(tmp_path, f"{name}.csv", (folder / f"import_tmdb_{name}.csv").read_bytes())
    rows = list(READER.read(upload, Options(ZONE)))
    assert counts(rows) == expected
    assert len(set(keys(rows))) == len(rows)
