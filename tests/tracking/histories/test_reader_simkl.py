"""Simkl's backup: a status, a rating and a memo of each thing, and its episodes."""

from datetime import UTC, date, datetime

import pytest

from tracking.histories import readers
from tracking.histories.readers import simkl
from tracking.histories.uploads import UnreadableError
from tracking.models import ImportRow, Watch

from .files import HISTORIES, NO_SAMPLES, counts, entries, keys, packed, read, refusals, single

Kind, Precision = ImportRow.Kind, Watch.Precision
EVENING = "2024-02-02T20:30:00Z"


def series(status="watching", *, seasons=None, **more):
    ids = {"simkl": 10, "slug": "lamplighters", "imdb": "tt0903747", "tvdb": "81189", "tmdb": "1396"}
    show = {"title": "The Lamplighters", "poster": "1/2", "year": 2011, "ids": ids}
    base = {"last_watched_at": None, "status": status, "user_rating": None, "last_watched": None, "show": show}
    return base | ({"seasons": seasons} if seasons else {}) | more


def movie(status="completed", **more):
    said = {"title": "Night Ferry", "year": 1999, "ids": {"simkl": 20, "tmdb": "62"}}
    return {"last_watched_at": "2009-12-10T00:00:00Z", "status": status, "user_rating": None, "movie": said} | more


def season(number, *episodes):
    return {"number": number, "episodes": list(episodes)}


def backup(tmp_path, **lists):
    return read(single(tmp_path, "SimklBackup.json", lists))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("watching", "watching"),
        ("plantowatch", "planned"),
        ("hold", "paused"),
        ("dropped", "dropped"),
        ("notinteresting", "dropped"),
        ("completed", "completed"),
    ],
)
def test_every_status_of_a_series_has_its_state(tmp_path, status, state):
    [row] = backup(tmp_path, shows=[series(status)])
    assert (row.kind, row.says, row.work.year) == (Kind.STATE, {"state": state}, 2011)
    assert row.work.ids == {"imdb": "tt0903747", "tvdb": "81189", "tmdb": "1396"}


def test_a_film_that_was_completed_was_seen_on_that_day(tmp_path):
    [row] = backup(tmp_path, movies=[movie()])
    assert (row.kind, row.work.kind) == (Kind.WATCH, "movie")
    assert (row.moment.precision, row.moment.on) == (Precision.DAY, date(2009, 12, 10))


def test_a_film_on_hold_is_no_viewing(tmp_path):
    [row] = backup(tmp_path, movies=[movie("hold", last_watched_at=None)])
    assert (row.kind, row.says) == (Kind.STATE, {"state": "paused"})


def test_a_film_seen_again_is_a_new_viewing_in_a_newer_backup(tmp_path):
    before = backup(tmp_path, movies=[movie()])
    after = backup(tmp_path, movies=[movie(last_watched_at=EVENING)])
    assert set(keys(before)).isdisjoint(keys(after))


def test_episodes_have_their_own_dates_where_the_backup_knows_them(tmp_path):
    seasons = [season(1, {"number": 1, "watched_at": EVENING}, {"number": 2})]
    first, second = entries(backup(tmp_path, shows=[series(seasons=seasons)]), Kind.WATCH)
    assert first.moment.at == datetime(2024, 2, 2, 20, 30, tzinfo=UTC)
    assert (second.part.number, second.moment.precision) == (2, Precision.UNKNOWN)


def test_only_the_last_episode_has_the_date_of_the_series_and_keeps_its_key_when_it_is_last_no_more(tmp_path):
    item = series(seasons=[season(1, {"number": 1}, {"number": 2})], last_watched="S01E02", last_watched_at=EVENING)
    before = entries(backup(tmp_path, shows=[item]), Kind.WATCH)
    assert [row.moment.precision for row in before] == [Precision.UNKNOWN, Precision.MINUTE]
    item["seasons"][0]["episodes"].append({"number": 3})
    after = entries(backup(tmp_path, shows=[item | {"last_watched": "S01E03"}]), Kind.WATCH)
    assert keys(after)[:2] == keys(before)


def test_the_same_backup_has_the_same_keys_and_no_key_twice(tmp_path):
    again = series(seasons=[season(1, {"number": 1})], is_rewatch=True)
    lists = {"shows": [series(seasons=[season(1, {"number": 1})]), again], "movies": [movie()]}
    plays = entries(backup(tmp_path, **lists), Kind.WATCH)
    assert keys(plays) == keys(entries(backup(tmp_path, **lists), Kind.WATCH))
    assert len(set(keys(plays))) == 3


def test_a_rating_and_a_memo_are_kept_and_are_no_viewings(tmp_path):
    item = series(
        "plantowatch", user_rating=7, user_rated_at=EVENING, memo={"text": "Ada says yes", "is_private": True}
    )
    rows = backup(tmp_path, shows=[item])
    assert counts(rows) == {"state": 1, "rating": 1, "note": 1}
    [rating] = entries(rows, Kind.RATING)
    assert (rating.says["value"], rating.moment.on) == (70, date(2024, 2, 2))


def test_episodes_that_are_only_counted_are_named(tmp_path):
    rows = backup(tmp_path, shows=[series("completed", watched_episodes_count=75)])
    assert [row.reason for row in refusals(rows)] == ["It says that 75 episodes were seen but not which."]
    assert entries(rows)[0].says == {"state": "completed"}


def test_parts_of_an_anime_are_never_taken_for_the_first_season(tmp_path):
    known = {"number": 1, "tvdb": {"season": 3, "episode": 5}}
    item = series(seasons=[season(1, known, {"number": 2})], anime_type="tv")
    first, second = entries(backup(tmp_path, anime=[item]), Kind.WATCH)
    assert (first.part.season, first.part.number) == (3, 5)
    assert (second.part.season, second.part.number) == (None, 2)


def test_a_film_among_the_anime_is_a_film(tmp_path):
    [row] = backup(tmp_path, anime=[series("completed", anime_type="movie", last_watched_at=EVENING)])
    assert (row.kind, row.work.kind) == (Kind.WATCH, "movie")


def test_bad_items_are_named_and_the_rest_goes_on(tmp_path):
    bad = [series("asleep"), series() | {"show": {"title": None}}, series() | {"show": 7}]
    odd = series(seasons=[season("one", {"number": 1}), season(1, {"number": 1, "watched_at": "soon"}, {"number": 2})])
    rows = backup(tmp_path, shows=[series(), *bad, odd], movies=[movie(user_rating="great")])
    assert [row.line for row in refusals(rows)] == [2, 3, 4, 5, 5, 6]
    assert counts(rows) == {"state": 2, "refused": 6, "watch": 2}


def test_a_zip_with_the_backup_is_read_and_what_else_lies_in_it_is_named(tmp_path):
    rows = read(packed(tmp_path, {"SimklBackup.json": {"movies": [movie()], "shows": None}, "notes.json": {"a": 1}}))
    assert counts(rows) == {"watch": 1, "refused": 1}


needs_samples = pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
ANSWERS = HISTORIES / "simkl" / "srgsf+simkl-client" / "src" / "test" / "resources" / "json"


@needs_samples
def test_all_items_of_a_real_account_are_read(tmp_path):
    rows = read(single(tmp_path, "all_items.json", (ANSWERS / "all_items.json").read_bytes()))
    # 58 series and a film on hold; 58 films and 279 + 153 + 1 episodes; one series only counts its 75
    assert counts(rows) == {"state": 59, "watch": 58 + 433, "refused": 1}
    assert len(set(keys(rows))) == len(keys(rows))
    assert sum(row.moment.precision == Precision.DAY for row in entries(rows, Kind.WATCH)) == 58


@needs_samples
def test_the_other_answers_of_its_api_are_refused(tmp_path):
    others = [path for path in sorted(ANSWERS.glob("*.json")) if path.name != "all_items.json"]
    assert len(others) == 45
    for path in others:
        upload = single(tmp_path, path.name, path.read_bytes())
        assert not simkl.READER.recognises(upload), path.name
        with pytest.raises(UnreadableError):
            readers.recognise(upload)
