"""Trakt's export: plays, ratings, lists, what is hidden or dropped; nothing twice, nothing left out in silence."""

from datetime import UTC, date, datetime

import pytest

from tracking.histories.readers import trakt
from tracking.models import ImportRow, Watch

from . import trakt_shapes as shapes
from .files import HISTORIES, NO_SAMPLES, counts, entries, keys, packed, read, refusals, single

Kind, Precision = ImportRow.Kind, Watch.Precision
EVENING = "2024-02-02T20:30:00.000Z"
IDS = {"tvdb": 81189, "imdb": "tt0903747", "tmdb": 0, "tvrage": None}


def history(*items):
    return {"watched-history-1.json": list(items)}


def sums(plays=3, **more):
    return {"plays": plays, "last_watched_at": EVENING, "last_updated_at": EVENING, "reset_at": None, **more}


def of_series(*episodes):
    return sums(show=shapes.show(**IDS), seasons=[{"number": 1, "episodes": list(episodes)}])


def test_a_play_keeps_its_moment_and_all_ids(tmp_path):
    play = shapes.played(3, EVENING, season=2, of=shapes.show(**IDS), name="Fog", tvdb=4711, tmdb=62)
    [row] = read(packed(tmp_path, history(play)))
    assert (row.kind, row.work.kind, row.work.name, row.work.year) == (Kind.WATCH, "series", "The Lamplighters", 2011)
    assert row.work.ids == {"tvdb": "81189", "imdb": "tt0903747"}
    assert (row.part.season, row.part.number, row.part.name) == (2, 3, "Fog")
    assert row.part.ids == {"tvdb": "4711", "tmdb": "62"}
    assert (row.moment.precision, row.moment.zone) == (Precision.MINUTE, "America/New_York")
    assert row.moment.at == datetime(2024, 2, 2, 20, 30, tzinfo=UTC)
    assert (row.file, row.line, row.raw) == ("watched-history-1.json", 1, play)


def test_a_film_without_a_year_is_read(tmp_path):
    [row] = read(packed(tmp_path, history(shapes.played_movie(EVENING, shapes.movie(year=None, tmdb=5)))))
    assert (row.work.kind, row.work.year, row.work.ids, row.part) == ("movie", None, {"tmdb": "5"}, None)


def test_several_plays_of_one_episode_stay_several(tmp_path):
    files = history(*(shapes.played(1, f"2024-0{month}-02T20:30:00.000Z") for month in (1, 2, 3)))
    assert len(set(keys(read(packed(tmp_path, files))))) == 3


def test_plays_without_ids_of_their_own_stay_several_too(tmp_path):
    play = shapes.played(1, EVENING) | {"id": None}
    assert len(set(keys(read(packed(tmp_path, history(play, play)))))) == 2


def test_a_newer_export_has_the_same_keys_for_what_is_old(tmp_path):
    old = [shapes.played(1, EVENING), shapes.played(2, EVENING)]
    before = read(packed(tmp_path, history(*old)))
    after = read(packed(tmp_path, {"watched/history.json": [shapes.played(3, EVENING), *old]}))
    assert set(keys(before)) < set(keys(after))
    assert len(after) == 3


@pytest.mark.parametrize(
    ("said", "precision", "day"),
    [
        ("2026-02-07T23:59:59.000Z", Precision.DAY, date(2026, 2, 7)),
        ("1970-01-01T00:00:00.000Z", Precision.UNKNOWN, None),
        ("2024-02-03T02:00:00.000Z", Precision.MINUTE, date(2024, 2, 2)),
        (None, Precision.UNKNOWN, None),
    ],
)
def test_dates_keep_what_they_mean(tmp_path, said, precision, day):
    [row] = read(packed(tmp_path, history(shapes.played(1, said))))
    assert (row.moment.precision, row.moment.on) == (precision, day)


def test_sums_by_title_are_not_counted_again_beside_the_history(tmp_path):
    files = history(shapes.played_movie(EVENING)) | {"watched-movies.json": [sums(movie=shapes.movie())]}
    assert counts(read(packed(tmp_path, files))) == {"watch": 1}


def test_without_a_history_the_sums_give_as_many_plays_of_which_the_last_has_a_date(tmp_path):
    rows = read(packed(tmp_path, {"watched-movies-1.json": [sums(movie=shapes.movie())]}))
    assert [row.moment.precision for row in rows] == [Precision.UNKNOWN, Precision.UNKNOWN, Precision.MINUTE]


def test_a_play_more_in_newer_sums_is_one_new_key(tmp_path):
    before = keys(read(packed(tmp_path, {"watched-movies.json": [sums(2, movie=shapes.movie())]})))
    after = keys(read(packed(tmp_path, {"watched-movies.json": [sums(3, movie=shapes.movie())]})))
    assert len(set(after) - set(before)) == 1
    assert set(before) < set(after)


def test_sums_of_episodes_are_plays_of_them(tmp_path):
    episodes = [{"number": 1, "plays": 1, "last_watched_at": EVENING}, {"number": 2, "plays": 2}]
    rows = read(single(tmp_path, "watched-shows.json", [of_series(*episodes)]))
    assert [(row.part.season, row.part.number) for row in rows] == [(1, 1), (1, 2), (1, 2)]
    assert len(set(keys(rows))) == 3


def test_a_bad_episode_in_the_sums_does_not_take_the_others_with_it(tmp_path):
    episodes = [{"number": "one", "plays": 1}, {"number": 2, "plays": -4}, {"number": 3, "plays": 1}]
    rows = read(single(tmp_path, "watched-shows.json", [of_series(*episodes)]))
    assert counts(rows) == {"refused": 2, "watch": 1}


def test_sums_that_do_not_say_which_episodes_are_named_and_the_series_is_kept(tmp_path):
    state, refusal = read(single(tmp_path, "watched-shows.json", [sums(1, show=shapes.show())]))
    assert state.says == {"state": "watching"}
    assert refusal.reason == "It says that one episode was seen but not which."


def test_a_dropped_series_stays_dropped(tmp_path):
    files = {"hidden-dropped.json": [shapes.dropped()], "watched-shows.json": [sums(1, show=shapes.show())]}
    rows = read(packed(tmp_path, files))
    assert [row.says for row in entries(rows)] == [{"state": "dropped"}]


def test_what_is_hidden_from_progress_is_hidden(tmp_path):
    season = {"hidden_at": EVENING, "type": "season", "season": {"number": 1}, "show": shapes.show()}
    rows = read(packed(tmp_path, {"hidden-progress-watched.json": [shapes.dropped(), season]}))
    assert counts(rows) == {"hide": 1, "refused": 1}


def test_ratings_are_out_of_a_hundred_and_never_viewings(tmp_path):
    episode = {"season": 2, "number": 1, "title": "Gas", "ids": {"trakt": 77, "tvdb": 9}}
    season = {"rated_at": EVENING, "rating": 3, "type": "season", "season": {"number": 2}, "show": shapes.show()}
    ratings = [shapes.rated(8, EVENING), shapes.rated(10, EVENING, **episode), season]
    rows = read(packed(tmp_path, {"ratings-all.json": ratings}))
    assert counts(rows) == {"rating": 3}
    assert [row.says["value"] for row in rows] == [80, 100, 30]
    assert [row.part and row.part.is_episode for row in rows] == [None, True, False]


def test_a_changed_rating_is_something_new(tmp_path):
    before = read(single(tmp_path, "ratings-shows.json", [shapes.rated(8, EVENING)]))
    after = read(single(tmp_path, "ratings-shows.json", [shapes.rated(9, "2025-01-01T10:00:00.000Z")]))
    assert keys(before) != keys(after)


def test_the_watchlist_is_planned_and_its_notes_are_kept(tmp_path):
    rows = read(packed(tmp_path, {"lists-watchlist.json": [shapes.wanted() | {"notes": "With Ada"}]}))
    assert [(row.kind, dict(row.says)) for row in rows] == [
        (Kind.STATE, {"state": "planned"}),
        (Kind.NOTE, {"text": "With Ada"}),
    ]


def test_lists_keep_their_names_order_and_notes(tmp_path):
    about = {"name": "Rainy Sundays", "description": "Long ones", "privacy": "public", "ids": {"trakt": 12345}}
    item = shapes.wanted() | {"rank": 7, "notes": "Twice"}
    files = {"lists/lists.json": [about], "lists/list-12345-rainy-sundays.json": [item]}
    [row] = read(packed(tmp_path, files))
    assert row.says == {
        "list": "Rainy Sundays",
        "description": "Long ones",
        "is_public": True,
        "is_numbered": False,
        "position": 7,
        "note": "Twice",
    }


def test_a_list_on_its_own_is_called_as_its_file(tmp_path):
    [row] = read(single(tmp_path, "list-12345-rainy-sundays.json", [shapes.wanted()]))
    assert (row.says["list"], row.says["is_public"]) == ("Rainy sundays", False)


def test_favorites_are_a_list(tmp_path):
    [row] = read(packed(tmp_path, {"lists-favorites.json": [shapes.wanted()]}))
    assert (row.kind, row.says["list"]) == (Kind.ITEM, "Favorites")


def test_comments_on_titles_are_notes_and_those_on_episodes_are_named(tmp_path):
    comment = {"comment": {"id": 1, "comment": "Slow,\r\nbut good."}}
    on_show = comment | {"type": "show", "show": shapes.show()}
    on_episode = comment | {"type": "episode", "show": shapes.show(), "episode": {"season": 1, "number": 1}}
    rows = read(packed(tmp_path, {"comments-shows.json": [on_show], "comments-episodes.json": [on_episode]}))
    assert counts(rows) == {"note": 1, "refused": 1}
    assert entries(rows)[0].says["text"] == "Slow,\nbut good."


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (shapes.played(1, "yesterday"), "“yesterday” is not a date that can be read."),
        (shapes.played(1, "0001-01-01T00:00:00Z"), "is not a date that can be meant"),
        (shapes.played(1, EVENING) | {"episode": {"season": 1}}, "which season or episode is meant"),
        (shapes.played(1, EVENING) | {"episode": None}, "which season or episode is meant"),
        (shapes.played(-1, EVENING), "“-1” is not a number"),
        (shapes.played(10**30, EVENING), "is not a number"),
        (shapes.played_movie(EVENING, {"title": "", "ids": {}}), "which title is meant"),
        (shapes.played_movie(EVENING, {"title": {"x": 1}, "ids": ["tt1"]}) | {"movie": 4}, "which title is meant"),
        ({"watched_at": EVENING, "type": "person"}, "“person” is neither a film nor a series"),
        ({"watched_at": EVENING, "type": ["movie"]}, "neither a film nor a series"),
        ({}, "neither a film nor a series"),
        ("text", "neither a film nor a series"),
    ],
)
def test_a_bad_item_is_named_and_the_rest_goes_on(tmp_path, item, reason):
    rows = read(packed(tmp_path, history(shapes.played(1, EVENING), item, shapes.played(2, EVENING))))
    [refusal] = refusals(rows)
    assert (refusal.file, refusal.line) == ("watched-history-1.json", 2)
    assert reason in refusal.reason
    assert counts(rows) == {"watch": 2, "refused": 1}


@pytest.mark.parametrize("given", [0, 11, "ten", None, True, [5]])
def test_a_rating_that_is_none_is_named(tmp_path, given):
    rows = read(packed(tmp_path, {"ratings-shows.json": [shapes.rated(given, EVENING)]}))
    assert counts(rows) == {"refused": 1}


def test_a_broken_file_in_the_zip_is_named_and_the_others_are_read(tmp_path):
    files = history(shapes.played(1, EVENING)) | {"ratings-shows.json": "[{", "ratings-movies.json": {"a": 1}}
    rows = read(packed(tmp_path, files))
    assert {(row.file, row.line) for row in refusals(rows)} == {("ratings-shows.json", 1), ("ratings-movies.json", 1)}
    assert len(entries(rows)) == 1


def test_a_file_that_is_not_known_is_named(tmp_path):
    rows = read(packed(tmp_path, history(shapes.played(1, EVENING)) | {"shiny-new-things.json": [1], "a.txt": "b"}))
    assert [row.file for row in refusals(rows)] == ["a.txt", "shiny-new-things.json"]


@pytest.mark.parametrize(
    "name",
    [
        *("user-settings", "user-profile", "user/last-activities", "user/stats", "network-followers-requests"),
        *("likes-lists", "comments-lists", "notes-people", "notes-collection_items", "lists-collaborations"),
        *("collection-movies-1", "collection-episodes-12", "collection/collection-shows", "hidden-calendar"),
        *("hidden-progress-collected", "hidden-progress-watched-reset", "hidden-recommendations", "_errors"),
        *("watched-playback", "watched/playback", "watched/up-next", "watched/progress-shows"),
    ],
)
def test_files_that_say_nothing_of_a_log_are_no_rows(tmp_path, name):
    files = history(shapes.played(1, EVENING)) | {f"{name}.json": [{"type": "show", "show": shapes.show()}]}
    assert counts(read(packed(tmp_path, files))) == {"watch": 1}


@pytest.mark.parametrize("name", ["history.json", "trakt-history.json", "Watched-History-3.json", "history (1).json"])
def test_one_file_is_known_by_its_name(tmp_path, name):
    assert counts(read(single(tmp_path, name, [shapes.played(1, EVENING)]))) == {"watch": 1}


needs_samples = pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")


@needs_samples
def test_a_real_export_is_read_to_the_last_row(tmp_path):
    folder = HISTORIES / "trakt" / "josh+trakt-data"
    files = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.json")}
    rows = read(packed(tmp_path, files))
    # 176 planned, 57 dropped, 534 series with sums of which 57 are dropped; the history itself is not in the sample
    assert counts(rows) == {"state": 176 + 57 + 534 - 57, "hide": 32, "item": 52, "rating": 348, "refused": 534}
    assert len(set(keys(rows))) == len(keys(rows))
    days = [row for row in entries(rows, Kind.RATING) if row.moment.precision == Precision.DAY]
    assert len(days) == 6


@needs_samples
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("trakt/FuzzyGrim+Yamtrack/watched-history.excerpt.json", {"watch": 14}),
        ("yamtrack/FuzzyGrim+Yamtrack/src/integrations/tests/mock_data/import_trakt_watched.json", {"watch": 13}),
        ("yamtrack/FuzzyGrim+Yamtrack/src/integrations/tests/mock_data/import_trakt_ratings.json", {"rating": 1}),
        ("trakt/josh+trakt-data/lists/list-28545752-on-deck.json", {"item": 7}),
        ("trakt/josh+trakt-data/lists/list-35780117-projector-rewatch.json", {"item": 45}),
        ("trakt/josh+trakt-data/lists/watchlist.json", {"state": 176}),
        ("trakt/josh+trakt-data/hidden/hidden-dropped.json", {"state": 57}),
        ("trakt/josh+trakt-data/watched/watched-shows.json", {"state": 534, "refused": 534}),
    ],
)
def test_real_files_on_their_own(tmp_path, path, found):
    assert counts(read(single(tmp_path, path.rpartition("/")[2], (HISTORIES / path).read_bytes()))) == found


@needs_samples
def test_answers_of_the_api_under_names_of_nobody_are_not_taken_for_an_export(tmp_path):
    answers = sorted((HISTORIES / "trakt" / "Flexget+Flexget" / "extracted").glob("*.json"))
    assert len(answers) == 108
    for path in answers:
        assert not trakt.READER.recognises(single(tmp_path, path.name, path.read_bytes())), path.name
