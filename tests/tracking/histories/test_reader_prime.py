"""Prime Video: moments in milliseconds, seasons in names, trailers as films."""

from datetime import UTC, datetime

import pytest

from tracking.histories.facts import Options
from tracking.histories.readers.prime import READER

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, refusals, single, table

COLUMNS = "Date Watched,Type,Title,Episode Title,Global Title Identifier,Episode Global Title Identifier,Path"


def read(tmp_path, *lines):
    upload = single(tmp_path, "watch-history.csv", table(COLUMNS, *lines))
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE)))


def episode(title="A Show - Season 2", name="Episode 5: The Ticket", *, at="1736456347817", own="e5"):
    return f'"{at}","Series","{title}","{name}","s2","{own}","/detail/s2"'


def film(title, *, at="1720348983053"):
    return f'"{at}","Movie","{title}","","{title}","","/detail/f"'


@pytest.mark.parametrize(
    ("title", "name", "work", "season", "number", "called"),
    [
        ("A Show - Season 2", "Episode 5: The Ticket", "A Show", 2, 5, "The Ticket"),
        ("A Show - The City - Season 1", "Episode 5", "A Show - The City", 1, 5, ""),
        ("Eine Serie – Staffel 3", "Folge 4: Der Schluss", "Eine Serie", 3, 4, "Der Schluss"),
        ("A Show: Season 2", "The Ticket", "A Show", 2, None, "The Ticket"),
        ("A Show", "Episode 5: The Ticket", "A Show", None, 5, "The Ticket"),
    ],
)
def test_seasons_and_episodes_are_read_from_names(tmp_path, title, name, work, season, number, called):
    (row,) = read(tmp_path, episode(title, name))
    assert (row.work.kind, row.work.name) == ("series", work)
    assert (row.part.season, row.part.number, row.part.name) == (season, number, called)


def test_a_film_was_seen_at_its_moment(tmp_path):
    (row,) = read(tmp_path, film("A Film Part II"))
    assert (row.work.kind, row.work.name, row.part) == ("movie", "A Film Part II", None)
    assert row.moment.at == datetime(2024, 7, 7, 10, 43, 3, 53000, tzinfo=UTC)
    assert row.says == {"service": "Prime Video"}


def test_a_trailer_is_no_film(tmp_path):
    rows = read(tmp_path, film("Episode 0: Official Trailer"), film("The Trailer Park"))
    assert [row.line for row in refusals(rows)] == [2]


def test_the_same_moment_twice_is_one_viewing_and_another_moment_another(tmp_path):
    rows = read(tmp_path, episode(), episode(), episode(at="1736456347818"))
    assert [row.line for row in entries(rows)] == [2, 4]
    assert "line 2" in refusals(rows)[0].reason


def test_older_rows_keep_their_keys_when_new_ones_come_above(tmp_path):
    old = keys(read(tmp_path, episode(), film("A Film")))
    new = keys(read(tmp_path, episode(at="1746456347817"), episode(), film("A Film")))
    assert new[1:] == old


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    lines = [film("A Film", at="soon"), film(""), film("A Film", at=""), film("A Film", at="99999999999999"), film("B")]
    rows = read(tmp_path, *lines)
    assert [row.line for row in refusals(rows)] == [2, 3, 4, 5]
    assert [row.line for row in entries(rows)] == [6]


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
def test_a_recorded_export_goes_through(tmp_path):
    path = HISTORIES / "prime" / "FuzzyGrim+Yamtrack" / "import_amazon_sample.csv"
    rows = list(READER.read(single(tmp_path, path.name, path.read_bytes()), Options(ZONE)))
    assert counts(rows) == {"watch": 11, "refused": 3}
    assert [row.line for row in refusals(rows)] == [10, 14, 15]
    assert {row.part.season for row in entries(rows) if row.part} == {1}
