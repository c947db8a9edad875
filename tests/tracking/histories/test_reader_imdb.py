"""IMDb: every layout it ever had; ratings are no viewings."""

from datetime import date

import pytest

from catalog.search import rebuild
from tests.factories import TitleFactory
from tracking.histories import readings
from tracking.histories.facts import Options
from tracking.histories.readers.imdb import READER

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, refusals, single, table

RATINGS = "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres"
RATINGS_2025 = "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year"
LIST = "Position,Const,Created,Modified,Description,Title,URL,Title Type,IMDb Rating,Year,Your Rating,Date Rated"
OLD = "position,const,created,modified,description,Title,Title type,Directors,You rated,IMDb Rating,Year,URL"


def read(upload):
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE)))


def rated(tmp_path, *, sort="movie", title="Alien", const="tt0078748", given="8", on="2024-01-11", year="1979"):
    url = f"https://www.imdb.com/title/{const}/"
    line = f'{const},{given},{on},"{title}",{url},{sort},8.5,117,{year},Horror'
    return read(single(tmp_path, "ratings.csv", table(RATINGS, line)))


def listed(tmp_path, name, *lines):
    return read(single(tmp_path, name, table(LIST, *lines)))


def item(const="tt0078748", title="Alien", sort="Movie", *, position=1, created="2023-07-09", given=",", note=""):
    return f"{position},{const},{created},2024-02-01,{note},{title},,{sort},8.5,1979,{given}"


def test_a_rating_is_a_rating_and_no_viewing(tmp_path):
    (row,) = rated(tmp_path)
    assert (row.kind, row.says, row.moment.on) == ("rating", {"value": 80}, date(2024, 1, 11))
    assert (row.work.kind, row.work.name, row.work.year, row.work.ids) == (
        "movie",
        "Alien",
        1979,
        {"imdb": "tt0078748"},
    )


@pytest.mark.parametrize(
    ("sort", "kind"),
    [
        ("tvSeries", "series"),
        ("TV Mini Series", "series"),
        ("Mini-Series", "series"),
        ("Feature Film", "movie"),
        ("TV Special", "movie"),
        ("Music Video", "movie"),
        ("", ""),
    ],
)
def test_titles_of_every_layout_are_films_or_series(tmp_path, sort, kind):
    (row,) = rated(tmp_path, sort=sort)
    assert row.work.kind == kind


@pytest.mark.parametrize("sort", ["videoGame", "Video Game", "Podcast Series", "podcastEpisode"])
def test_games_and_podcasts_are_refused(tmp_path, sort):
    (row,) = rated(tmp_path, sort=sort)
    assert sort in row.reason


@pytest.mark.parametrize("sort", ["tvEpisode", "TV Episode"])
def test_the_id_of_an_episode_is_not_that_of_its_series(tmp_path, sort):
    (row,) = rated(tmp_path, sort=sort, title="A Show: A City: The End", const="tt4227538", year="2016")
    assert (row.work.kind, row.work.name, row.work.year, row.work.ids) == ("series", "A Show", None, {})
    assert (row.part.name, row.part.ids) == ("A City: The End", {"imdb": "tt4227538"})
    assert [(each["work"], each["name"]) for each in row.says["readings"]] == [
        ("A Show", "A City: The End"),
        ("A Show: A City", "The End"),
    ]


@pytest.mark.django_db
def test_an_episode_keeps_its_id_when_the_catalogue_tells_where_its_name_is_split(tmp_path):
    TitleFactory(name="A Show: A City")
    rebuild()
    (row,) = readings.settle(rated(tmp_path, sort="tvEpisode", title="A Show: A City: The End", const="tt4227538"))
    assert (row.work.name, row.part.name, row.part.ids) == ("A Show: A City", "The End", {"imdb": "tt4227538"})


@pytest.mark.parametrize(
    ("said", "precision", "on"),
    [
        ("2024-01-11", "day", date(2024, 1, 11)),
        ("11 Jan 2024", "day", date(2024, 1, 11)),
        ("Sat Jan 11 00:00:00 2014", "day", date(2014, 1, 11)),
        ("2024-01", "month", date(2024, 1, 1)),
        ("January 2024", "month", date(2024, 1, 1)),
        ("2024", "year", date(2024, 1, 1)),
    ],
)
def test_dates_in_words_and_parts_of_dates_keep_their_precision(tmp_path, said, precision, on):
    (row,) = rated(tmp_path, on=said)
    assert (row.moment.precision, row.moment.on) == (precision, on)


def test_a_rating_with_a_date_that_makes_no_sense_is_kept_without(tmp_path):
    (row,) = rated(tmp_path, on="0000-99-99")
    assert (row.says["value"], row.moment) == (80, None)


def test_the_layout_of_2025_is_read(tmp_path):
    line = (
        "tt0245429,9,2025-02-02,Spirited Away,Sen to Chihiro,https://www.imdb.com/title/tt0245429/,Movie,8.6,124,2001"
    )
    (row,) = read(single(tmp_path, "ratings.csv", table(RATINGS_2025, line)))
    assert (row.work.name, row.says["value"]) == ("Spirited Away", 90)


def test_the_layout_before_2017_is_read_and_its_encoding(tmp_path):
    line = '"1","tt0110413","Sat Jan 11 00:00:00 2014","","","Léon","Feature Film","Luc Besson","9","8.5","1994",""'
    (row,) = read(single(tmp_path, "ratings.csv", table(OLD, line).encode("cp1252")))[:1]
    assert (row.work.name, row.says["value"], row.moment.on) == ("Léon", 90, date(2014, 1, 11))


def test_the_watchlist_is_planned_and_its_ratings_are_kept(tmp_path):
    rows = listed(tmp_path, "WATCHLIST.csv", item(given="7,2024-01-11"), item("tt0454876", "Life of Pi"))
    assert [(row.line, row.kind, row.says) for row in rows] == [
        (2, "rating", {"value": 70}),
        (2, "state", {"state": "planned"}),
        (3, "state", {"state": "planned"}),
    ]


def test_an_episode_on_the_watchlist_does_not_plan_its_series(tmp_path):
    (row,) = listed(tmp_path, "watchlist.csv", item(title="A Show: The End", sort="TV Episode"))
    assert (row.kind, row.says["list"]) == ("item", "watchlist")


def test_check_ins_are_viewings_of_their_days(tmp_path):
    (row,) = listed(tmp_path, "Check-ins.csv", item(created="2023-07-09", note="With snacks"))
    assert (row.kind, row.moment.on, row.moment.precision) == ("watch", date(2023, 7, 9), "day")
    assert row.says == {"note": "With snacks"}


def test_any_other_list_is_a_list_by_the_name_of_its_file(tmp_path):
    (row,) = listed(tmp_path, "Long Nights.csv", item(position=3, note="Foggy"))
    assert (row.kind, row.says) == ("item", {"list": "Long Nights", "position": 3, "note": "Foggy"})


def test_what_a_list_names_twice_is_on_it_once(tmp_path):
    rows = listed(tmp_path, "Long Nights.csv", item(), item(position=2))
    assert [row.line for row in entries(rows)] == [2]
    assert "line 2" in refusals(rows)[0].reason


def test_a_rating_has_one_key_in_all_files_until_it_changes(tmp_path):
    in_list = listed(tmp_path, "WATCHLIST.csv", item(given="8,2024-01-11"))
    assert keys(rated(tmp_path)) == keys(in_list)[:1]
    assert keys(rated(tmp_path, given="9")) != keys(in_list)[:1]


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    lines = [item(given="eleven,"), item(const="nm0000264"), item(const="", title=""), item()]
    rows = listed(tmp_path, "Long Nights.csv", *lines)
    assert [row.line for row in refusals(rows)] == [2, 3, 4]
    assert "eleven" in refusals(rows)[0].reason
    assert [row.line for row in entries(rows)] == [5]


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("imdb/suat0+CS210/ratings.csv", "ratings.csv", {"rating": 183}),
        ("imdb/suat0+CS210/WATCHLIST.csv", "WATCHLIST.csv", {"rating": 1, "state": 28}),
        (
            "yamtrack/Neurology0443+Yamtrack/src/integrations/tests/mock_data/import_imdb.csv",
            "A list.csv",
            {"rating": 2, "item": 12, "refused": 4},
        ),
    ],
)
def test_recorded_exports_go_through(tmp_path, path, name, expected):
    rows = read(single(tmp_path, name, (HISTORIES / path).read_bytes()))
    assert counts(rows) == expected
    assert len(set(keys(rows))) == len(entries(rows))
