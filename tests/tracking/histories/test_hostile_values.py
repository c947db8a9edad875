"""Whatever stands where a name, a number or a list should: the file is read to its end, and rows can be kept."""

import copy
import json

import pytest

from tracking.histories import readers
from tracking.histories.facts import Entry, Options
from tracking.histories.uploads import UnreadableError

from . import trakt_shapes as trakt
from .files import single

EVENING = "2024-02-02T20:30:00.000Z"
ODD = [None, True, -1, 10**25, "", "x", "²", "0001-01-01", "9999-12-31T23:59:59+14:00", [], {}, [[1]], {"ids": []}]
SHOW = {"title": "The Lamplighters", "year": 2011, "ids": {"simkl": 10, "tvdb": "81189"}}
SEASONS = [{"number": 1, "episodes": [{"number": 1, "watched_at": EVENING, "plays": 2}]}]
SUMS = {"plays": 3, "last_watched_at": EVENING, "show": trakt.show(), "seasons": SEASONS}
SIMKL = {"status": "watching", "last_watched_at": EVENING, "user_rating": 5, "memo": {"text": "a"}, "show": SHOW}
GUIDE = {"tmdb_id": 5, "title": "The Lamplighters", "rating_user": 3, "favorite": True, "user_note": "With Ada"}
GUIDE |= {"seasons": [{"season": 1, "episodes": [{"tmdb_id": 6, "episode": 1, "watched": True, "plays": 2}]}]}

FILES = {
    "watched-history-1.json": [trakt.played(1, EVENING, tvdb=4), trakt.played_movie(EVENING)],
    "watched-shows.json": [SUMS],
    "ratings-episodes.json": [trakt.rated(8, EVENING, season=1, number=2, ids={"tvdb": 3})],
    "lists-watchlist.json": [trakt.wanted()],
    "list-5-rainy.json": [trakt.wanted()],
    "hidden-dropped.json": [trakt.dropped()],
    "comments-shows.json": [{"type": "show", "show": trakt.show(), "comment": {"comment": "Slow"}}],
    "SimklBackup.json": {"anime": [SIMKL | {"seasons": SEASONS}], "movies": [SIMKL | {"movie": SHOW}]},
    "sg-shows.json": [GUIDE],
    "sg-movies.json": [{"tmdb_id": 1, "title": "Quay", "watched": True, "plays": 1, "released_utc_ms": 915148800000}],
    "sg-lists.json": [{"name": "First", "list_id": "a", "items": [{"externalId": "5", "type": "tmdb-show"}]}],
}


def variants(content):
    """The content with each of its values, one after the other, replaced by each of the odd ones."""
    for path in paths(content):
        for odd in ODD:
            changed = copy.deepcopy(content)
            place = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = odd
            yield changed


def paths(value, path=()):
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inside:
        yield (*path, step)
        yield from paths(each, (*path, step))


@pytest.mark.parametrize("name", FILES)
def test_no_value_stops_a_file_or_makes_a_row_that_cannot_be_kept(tmp_path, name):
    for content in variants(FILES[name]):
        upload = single(tmp_path, name, content)
        try:
            rows = list(readers.recognise(upload).read(upload, Options("Pacific/Kiritimati")))
        except UnreadableError:
            continue
        for row in rows:
            json.dumps([row.raw, getattr(row, "says", "")], allow_nan=False).encode()
            if isinstance(row, Entry):
                assert row.work.name or row.work.ids
                assert row.kind != "rating" or 1 <= row.says["value"] <= 100
                assert not row.part or (row.part.season or 0) <= 100_000
            else:
                assert row.reason
