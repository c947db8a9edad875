"""SeriesGuide's backups of shows, lists and movies: how often, never when."""

import pytest

from tracking.models import ImportRow, Watch

from .files import HISTORIES, NO_SAMPLES, counts, entries, keys, packed, read, refusals, single

Kind, Precision = ImportRow.Kind, Watch.Precision


def show(*episodes, season=1, **more):
    base = {"tmdb_id": 1396, "tvdb_id": 81189, "imdb_id": "tt0903747", "title": "The Lamplighters", "hidden": False}
    first = {"first_aired": "2011-02-02T08:00:00Z", "last_watched_ms": 1614593199175, "language": "en-US"}
    return base | first | {"seasons": [{"season": season, "tmdb_id": "1", "episodes": list(episodes)}]} | more


def episode(number, **more):
    return {"tmdb_id": 500 + number, "tvdb_id": 900 + number, "episode": number, "title": f"Part {number}"} | more


def shows(tmp_path, *items):
    return read(single(tmp_path, "sg-shows-export.json", list(items)))


def test_an_episode_seen_twice_is_two_viewings_of_some_time(tmp_path):
    rows = shows(tmp_path, show(episode(1, watched=True, plays=2), episode(2, watched=False, plays=0)))
    assert counts(rows) == {"watch": 2}
    assert len(set(keys(rows))) == 2
    row = rows[0]
    assert (row.work.name, row.work.year) == ("The Lamplighters", 2011)
    assert row.work.ids == {"tmdb": "1396", "tvdb": "81189", "imdb": "tt0903747"}
    assert (row.part.season, row.part.number, row.part.name) == (1, 1, "Part 1")
    assert row.part.ids == {"tmdb": "501", "tvdb": "901"}
    assert row.moment.precision == Precision.UNKNOWN


def test_one_play_more_in_a_newer_backup_is_one_new_key(tmp_path):
    before = keys(shows(tmp_path, show(episode(1, watched=True, plays=1))))
    after = keys(shows(tmp_path, show(episode(1, watched=True, plays=2), episode(2, watched=True))))
    assert set(before) < set(after)
    assert len(after) == 3


def test_ids_at_thetvdb_that_were_made_up_are_not_believed(tmp_path):
    made_up = {"tvdb_id": 1, "episode": 1, "watched": True, "plays": 1}
    [row] = shows(tmp_path, show(made_up, tmdb_id=None))
    assert row.part.ids == {}


def test_an_episode_may_be_known_by_its_id_alone(tmp_path):
    minimal = {"tmdb_id": 68421, "seasons": [{"tmdb_id": "8", "episodes": [{"tmdb_id": 14, "watched": True}]}]}
    [row] = shows(tmp_path, minimal)
    assert (row.work.name, row.work.ids, row.part.ids) == ("", {"tmdb": "68421"}, {"tmdb": "14"})
    assert row.part.is_episode


def test_a_series_of_which_nothing_was_seen_is_planned(tmp_path):
    [row] = shows(tmp_path, show(episode(1, watched=False)))
    assert (row.kind, row.says) == (Kind.STATE, {"state": "planned"})


def test_what_else_is_said_of_a_series_is_kept(tmp_path):
    said = {"hidden": True, "favorite": True, "user_note": "With Ada", "rating_user": 9}
    rows = shows(tmp_path, show(episode(1, watched=True, rating_user=8), **said))
    assert counts(rows) == {"hide": 1, "item": 1, "note": 1, "rating": 2, "watch": 1}
    assert [(row.says["value"], row.part is not None) for row in entries(rows, Kind.RATING)] == [
        (90, False),
        (80, True),
    ]


def test_a_rating_alone_is_no_viewing(tmp_path):
    rows = shows(tmp_path, show(episode(1, rating_user=8)))
    assert counts(rows) == {"state": 1, "rating": 1}


def test_a_skipped_episode_is_named_and_is_no_viewing(tmp_path):
    rows = shows(tmp_path, show(episode(1, watched=True), episode(2, watched=False, skipped=True)))
    assert [row.reason for row in refusals(rows)] == ["It was skipped, not seen; that is not kept."]
    assert counts(rows) == {"watch": 1, "refused": 1}


def test_movies_are_seen_or_planned(tmp_path):
    seen = {"tmdb_id": 19913, "title": "Night Ferry", "released_utc_ms": 915148800000, "watched": True, "plays": 2}
    wanted = {"imdb_id": "tt1022603", "title": "Quay", "in_watchlist": True, "watched": False}
    owned = {"tmdb_id": 5, "title": "Shelf", "in_collection": True, "in_watchlist": False, "watched": False}
    rows = read(single(tmp_path, "sg-movies-export.json", [seen, wanted, owned]))
    assert counts(rows) == {"watch": 2, "state": 1, "refused": 1}
    assert (rows[0].work.kind, rows[0].work.year, rows[0].part) == ("movie", 1999, None)
    assert rows[2].work.ids == {"imdb": "tt1022603"}
    assert refusals(rows)[0].line == 3


def test_lists_keep_their_order_and_what_cannot_be_told_is_named(tmp_path):
    items = [
        {"externalId": "62425", "list_item_id": "62425-4-first", "tvdb_id": 0, "type": "tmdb-show"},
        {"externalId": "5443955", "list_item_id": "5443955-3-first", "tvdb_id": 0, "type": "episode"},
        {"externalId": "253491", "list_item_id": "253491-1-first", "tvdb_id": 0, "type": "show"},
        {"externalId": "tt1022603", "type": "imdb-movie"},
        {"externalId": "", "type": "tmdb-show"},
    ]
    rows = read(single(tmp_path, "lists.json", [{"name": "First list", "list_id": "First%20list", "items": items}]))
    assert [(row.work.kind, row.work.ids, row.says["position"]) for row in entries(rows)] == [
        ("series", {"tmdb": "62425"}, 1),
        ("series", {"tvdb": "253491"}, 3),
        ("movie", {"imdb": "tt1022603"}, 4),
    ]
    assert {row.says["list"] for row in entries(rows)} == {"First list"}
    assert len(refusals(rows)) == 2


def test_an_item_moved_on_its_list_is_still_the_same(tmp_path):
    items = [{"externalId": str(number), "type": "tmdb-show"} for number in (1, 2)]
    before = keys(read(single(tmp_path, "lists.json", [{"name": "First", "items": items}])))
    after = keys(read(single(tmp_path, "lists.json", [{"name": "First", "items": items[::-1]}])))
    assert set(before) == set(after)


def test_bad_items_are_named_and_the_rest_goes_on(tmp_path):
    odd = show(episode(1, watched=True, plays="often"), {"watched": True}, episode(3, watched=True, rating_user="x"))
    rows = shows(tmp_path, show(episode(1, watched=True)), {"seasons": []}, "text", odd)
    assert [row.line for row in refusals(rows)] == [2, 3, 4, 4, 4]
    assert counts(rows) == {"watch": 2, "refused": 5}


def test_several_backups_in_one_zip_are_read_together(tmp_path):
    files = {
        "sg-shows.json": [show(episode(1, watched=True))],
        "sg-movies.json": [{"tmdb_id": 1, "title": "Night Ferry", "watched": True}],
        "other.txt": "x",
    }
    assert counts(read(packed(tmp_path, files))) == {"watch": 2, "refused": 1}


needs_samples = pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")


@needs_samples
@pytest.mark.parametrize(
    ("name", "found"),
    [("shows-export-example.json", {"note": 1, "rating": 2, "watch": 1}), ("shows-import-minimal.json", {"watch": 1})],
)
def test_the_examples_of_its_documentation_are_read(tmp_path, name, found):
    path = HISTORIES / "seriesguide" / "UweTrottmann+SeriesGuide" / "docs" / name
    assert counts(read(single(tmp_path, name, path.read_bytes()))) == found
