"""Letterboxd: one viewing once, however many of its tables tell of it."""

import zipfile
from datetime import date

import pytest

from tracking.histories.facts import Options
from tracking.histories.readers.letterboxd import READER
from tracking.histories.uploads import Upload

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, packed, refusals, single, table

DIARY = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date"
REVIEWS = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date"
FILMS = "Date,Name,Year,Letterboxd URI"
RATINGS = f"{FILMS},Rating"
LIST = """Letterboxd list export v7
Date,Name,Tags,URL,Description
2021-02-28,Long Nights,cult,https://boxd.it/zzL,"<b>Said</b>

twice"

Position,Name,Year,URL,Description
1,The Lighthouse,2019,https://boxd.it/aa1,Foggy
2,Gravity,2013,https://boxd.it/aa2,
"""


def read(upload):
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE)))


def export(tmp_path, **tables):
    """The ZIP, of lines by the names of the tables."""
    columns = {"diary": DIARY, "reviews": REVIEWS, "ratings": RATINGS, "watched": FILMS, "watchlist": FILMS}
    return packed(tmp_path, {f"{name}.csv": table(columns[name], *lines) for name, lines in tables.items()})


def test_a_viewing_has_its_day_its_review_and_its_tags(tmp_path):
    diary = ['2023-08-06,Gravity,2013,https://boxd.it/v1,,Yes,"sea, night",2001-01-27']
    reviews = ['2023-08-06,Gravity,2013,https://boxd.it/v1,,Yes,"<b>Vast</b>,<br />and&nbsp;cold",,2001-01-27']
    rows = read(export(tmp_path, diary=diary, reviews=reviews))
    (watch,) = entries(rows)
    assert (watch.work.kind, watch.work.name, watch.work.year) == ("movie", "Gravity", 2013)
    assert (watch.moment.precision, watch.moment.on) == ("day", date(2001, 1, 27))
    assert watch.says == {"note": "Vast,\n\nand cold\n\nTags: sea, night"}
    assert "diary.csv" in refusals(rows)[0].reason


def test_a_review_without_a_day_is_a_note_on_the_film(tmp_path):
    rows = read(export(tmp_path, reviews=["2020-01-02,Gravity,2013,https://boxd.it/r1,,,Vast,,"]))
    assert [(row.kind, row.says) for row in rows] == [("note", {"text": "Vast"})]


def test_a_film_in_the_diary_is_not_seen_twice(tmp_path):
    diary = ["2023-08-06,Gravity,2013,https://boxd.it/v1,,,,2001-01-27"]
    watched = ["2023-08-06,Gravity,2013,https://boxd.it/f1", "2023-08-07,Alien,1979,https://boxd.it/f2"]
    rows = read(export(tmp_path, diary=diary, watched=watched))
    assert [(row.work.name, row.moment.precision) for row in entries(rows)] == [
        ("Gravity", "day"),
        ("Alien", "unknown"),
    ]
    assert [(row.file, row.line) for row in refusals(rows)] == [("watched.csv", 2)]


def test_each_viewing_of_a_film_stays(tmp_path):
    diary = [f"2023-08-06,Gravity,2013,https://boxd.it/v{number},,Yes,,2001-01-27" for number in (1, 2)]
    assert len(set(keys(read(export(tmp_path, diary=diary))))) == 2


@pytest.mark.parametrize(("stars", "value"), [("0.5", 10), ("3.5", 70), ("5", 100), ("5.0", 100)])
def test_half_stars_are_tens(tmp_path, stars, value):
    (row,) = read(export(tmp_path, ratings=[f"2017-12-15,Gravity,2013,https://boxd.it/f1,{stars}"]))
    assert (row.kind, row.says["value"], row.moment.on) == ("rating", value, date(2017, 12, 15))


def test_a_rating_in_the_diary_counts_where_no_table_of_ratings_has_the_film(tmp_path):
    diary = [f"2023-08-06,{name},https://boxd.it/{name[0]},2.5,,,2001-01-27" for name in ("Gravity,2013", "Alien,1979")]
    rows = read(export(tmp_path, diary=diary, ratings=["2024-01-01,Gravity,2013,https://boxd.it/f1,4"]))
    rated = {row.work.name: (row.file, row.says["value"]) for row in entries(rows, "rating")}
    assert rated == {"Alien": ("diary.csv", 50), "Gravity": ("ratings.csv", 80)}


def test_a_list_has_two_tables_in_one_file(tmp_path):
    first, second = read(packed(tmp_path, {"lists/long-nights.csv": LIST.replace("\n", "\r\n")}))
    assert first.says == {
        "list": "Long Nights", "description": "Said\n\ntwice", "position": 1, "note": "Foggy"
    }  # fmt: skip
    assert (second.work.name, second.says["position"], second.line) == ("Gravity", 2, 9)


def test_watchlist_and_likes_are_kept(tmp_path):
    film = "2018-01-29,Gravity,2013,https://boxd.it/f1"
    rows = read(packed(tmp_path, {"watchlist.csv": table(FILMS, film), "likes/films.csv": table(FILMS, film)}))
    assert [(row.kind, row.says) for row in rows] == [("item", {"list": "Likes"}), ("state", {"state": "planned"})]


def test_what_was_deleted_stays_deleted(tmp_path):
    line = "2023-04-13,Gravity,2013,https://boxd.it/v1,,Yes,,2023-04-10"
    rows = read(packed(tmp_path, {f"{folder}/diary.csv": table(DIARY, line) for folder in ("deleted", "orphaned")}))
    assert [row.reason for row in rows] == ["Deleted at Letterboxd.", "Its film was taken out of Letterboxd."]


def test_other_tables_are_refused_and_the_account_is_not_read(tmp_path):
    files = {
        "watched.csv": table(FILMS, "2018-01-29,Gravity,2013,https://boxd.it/f1"),
        "comments.csv": table("Date,Content,Comment", "2018-01-29,https://boxd.it/c1,Yes!"),
        "likes/reviews.csv": table("Date,Letterboxd URI", "2018-01-29,https://boxd.it/c2"),
        "profile.csv": table("Date Joined,Username,Email Address", "2018-01-29,somebody,a@example.com"),
    }
    assert {row.file for row in refusals(read(packed(tmp_path, files)))} == {"comments.csv", "likes/reviews.csv"}


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    diary = [
        "2023-08-06,,2013,https://boxd.it/v1,,,,2001-01-27",
        "2023-08-06,Gravity,2013,https://boxd.it/v2,,,,soon",
        "2023-08-06,Gravity,2013,https://boxd.it/v3,11,,,2001-01-27",
        "2023-08-06,Gravity,2013,https://boxd.it/v4,,,,2001-01-27",
    ]
    rows = read(export(tmp_path, diary=diary))
    assert [row.line for row in refusals(rows)] == [2, 3, 4]
    assert "soon" in refusals(rows)[1].reason
    assert len(entries(rows)) == 1


def test_a_film_is_not_lost_with_its_bad_row_in_the_diary(tmp_path):
    diary = ["2023-08-06,Gravity,2013,https://boxd.it/v1,,,,soon"]
    rows = read(export(tmp_path, diary=diary, watched=["2023-08-06,Gravity,2013,https://boxd.it/f1"]))
    assert [(row.file, row.moment.precision) for row in entries(rows)] == [("watched.csv", "unknown")]


def test_an_empty_table_does_not_stop_the_others(tmp_path):
    film = table(FILMS, "2018-01-29,Gravity,2013,https://boxd.it/f1")
    assert len(read(packed(tmp_path, {"comments.csv": "", "watchlist.csv": film}))) == 1


def test_a_single_table_with_semicolons_is_read(tmp_path):
    line = "2023-08-06;Gravity;2013;https://boxd.it/v1;4;;;2001-01-27"
    rows = read(single(tmp_path, "diary.csv", table(DIARY.replace(",", ";"), line)))
    assert counts(rows) == {"watch": 1, "rating": 1}


def test_the_same_viewing_has_one_key_in_the_diary_and_in_its_review(tmp_path):
    diary = read(export(tmp_path, diary=["2023-08-06,Gravity,2013,https://boxd.it/v1,,,,2001-01-27"]))
    review = read(export(tmp_path, reviews=["2023-08-06,Gravity,2013,https://boxd.it/v1,,,Vast,,2001-01-27"]))
    assert keys(diary) == keys(review)


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
def test_a_recorded_export_goes_through(tmp_path):
    folder = HISTORIES / "letterboxd" / "extratone+letterboxd"
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for path in folder.rglob("*.csv"):
            archive.write(path, path.relative_to(folder))
    rows = read(Upload(tmp_path / "export.zip", "export.zip"))
    assert counts(rows) == {"watch": 432, "rating": 233, "item": 108, "note": 22, "state": 113, "refused": 400}
    assert sum(row.file == "diary.csv" for row in entries(rows, "watch")) == 317
    assert sum("note" in row.says for row in entries(rows, "watch")) >= 105
    assert len(set(keys(rows))) == len(entries(rows))
