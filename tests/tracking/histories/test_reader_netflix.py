"""Netflix: names that can be split in several ways, days in any order, and the pauses of a whole account."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from tracking.histories import readers
from tracking.histories.facts import Options
from tracking.histories.readers import words
from tracking.histories.readers.netflix import READER, dates
from tracking.histories.uploads import UnreadableError

from .files import HISTORIES, NO_SAMPLES, ZONE, counts, entries, keys, packed, refusals, single

HISTORY = "NetflixViewingHistory.csv"
ACTIVITY = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country"
)


def history(tmp_path, *lines, header="Title,Date", name=HISTORY):
    return single(tmp_path, name, "\n".join([header, *lines] if header else lines) + "\n")


def titled(tmp_path, *titles):
    """The rows of a history of these titles."""
    return read(history(tmp_path, *(f'"{title}","10/21/20"' for title in titles)))


def played(start, duration, title="A Show: Season 1: One (Episode 1)", *, bookmark=None, kind="", profile="Ada"):
    return f"{profile},{start},{duration},,{title},{kind},TV,{bookmark or duration},Not latest view,ZZ (Unknown)"


def activity(tmp_path, *lines):
    return packed(tmp_path, {"CONTENT_INTERACTION/ViewingActivity.csv": "\n".join([ACTIVITY, *lines])})


def read(upload, **said):
    assert READER.recognises(upload)
    return list(READER.read(upload, Options(ZONE, said)))


def reading(row):
    return row["work"], row["season"], row["number"], row["name"]


@pytest.mark.parametrize(
    ("title", "work", "season", "number", "name"),
    [
        ("A Show: Season 2: The Return", "A Show", 2, None, "The Return"),
        ("A Show: A City: Season 1: The Return", "A Show: A City", 1, None, "The Return"),
        ("A Show: Season 2: Halloween 3: More", "A Show", 2, None, "Halloween 3: More"),
        ("A Show: Season 2: The Return (Episode 13)", "A Show", 2, 13, "The Return"),
        ("A Show: Season 2: Episode 13", "A Show", 2, 13, ""),
        ("A Show: Part 2: Hiss, Bang", "A Show", 2, None, "Hiss, Bang"),
        ("A Show: Limited Series: The End", "A Show", 1, None, "The End"),
        ("Eine Serie: Staffel 3: Folge 4", "Eine Serie", 3, 4, ""),
        ("Une série: Saison\u00a06: Le départ", "Une série", 6, None, "Le départ"),
        ("Una serie: Temporada 1: Capítulo 2", "Una serie", 1, None, "Capítulo 2"),
        ("En serie: Sæson 5: Our Mojo", "En serie", 5, None, "Our Mojo"),
        ("Serial: Sezon 4: Przed odejściem: część II", "Serial", 4, None, "Przed odejściem: część II"),
        ("Seriál: Série 2: Epizoda 5", "Seriál", 2, 5, ""),
        ("ある番組: シーズン1: エピソード3", "ある番組", 1, 3, ""),
        ("ある番組: 第3シリーズ: 二つの戦場", "ある番組", 3, None, "二つの戦場"),
        ("某剧: 第二季: 第3集", "某剧", 2, 3, ""),
        ("My Show: Odcinek 1", "My Show", None, 1, ""),
        ("A Show: A Cycle: Born (Episode 1)", "A Show", None, 1, "A Cycle: Born"),
    ],
)
def test_an_episode_is_read_in_any_language(tmp_path, title, work, season, number, name):
    (row,) = titled(tmp_path, title)
    assert (row.work.kind, row.work.name) == ("series", work)
    assert (row.part.season, row.part.number, row.part.name) == (season, number, name)


@pytest.mark.parametrize(
    "title", ["A Film", "A Film: Another Part", "A Film: Part 2", "A Film: Vol. 2", "映画：続き 完"]
)
def test_what_may_be_a_film_is_left_open(tmp_path, title):
    (row,) = titled(tmp_path, title)
    assert (row.work.kind, row.part) == ("", None)
    assert row.work.name == title.replace("：", ": ")


def test_every_way_to_split_a_name_is_carried_the_likeliest_first(tmp_path):
    (row,) = titled(tmp_path, "A Show: A City: Season 1: The Return")
    assert [reading(each) for each in row.says["readings"]] == [
        ("A Show: A City", 1, None, "The Return"),
        ("A Show", 1, None, "The Return"),
    ]


def test_a_film_can_also_be_an_episode_of_what_stands_before_the_colon(tmp_path):
    (row,) = titled(tmp_path, "A Film: Another Part")
    assert [reading(each) for each in row.says["readings"]] == [
        ("A Film: Another Part", None, None, ""),
        ("A Film", None, None, "Another Part"),
    ]


def test_many_names_that_begin_alike_are_episodes(tmp_path):
    rows = titled(tmp_path, "A Show: One", "A Show: Two", "A Show: Three", "A Film: One", "A Film: Two")
    assert [(row.work.name, row.part and row.part.name) for row in rows] == [
        ("A Show", "One"),
        ("A Show", "Two"),
        ("A Show", "Three"),
        ("A Film: One", None),
        ("A Film: Two", None),
    ]


def test_a_special_of_a_series_with_seasons_is_a_title_of_its_own(tmp_path):
    rows = titled(tmp_path, *(f"A Show: Season 1: {name}" for name in "abc"), "A Show: The Special")
    assert rows[-1].work.name == "A Show: The Special"


def test_a_season_may_be_called_after_its_series(tmp_path):
    (row,) = titled(tmp_path, "Odd Things: Odd Things 2: Chapter One: Mad")
    assert reading(row.says["readings"][0]) == ("Odd Things", 2, None, "Chapter One: Mad")


def test_a_name_of_a_thousand_colons_is_read_in_a_few_ways(tmp_path):
    (row,) = titled(tmp_path, "A: " * 1000)
    assert len(row.says["readings"]) <= 10


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        (["10/21/20", "1/2/20"], ["mdy"]),
        (["21/10/2020"], ["dmy"]),
        (["30.06.2022", "01.06.2022"], ["dmy"]),
        (["1.6.2022"], ["dmy"]),
        (["2020/05/27"], ["ymd"]),
        (["2020-05-06"], ["ymd"]),
        (["20. 12. 2.", "20. 11. 30."], ["ymd"]),
        (["5.4.20", "31.3.20"], ["dmy"]),
        (["3/1/20", "1/2/20"], ["mdy"]),
        (["1/3/20", "2/1/20"], ["dmy"]),
        (["5/5/20"], ["dmy"]),
        (["4/5/20"], ["dmy", "mdy"]),
        (["yesterday"], []),
    ],
)
def test_the_order_of_a_date_is_told_from_the_whole_file(texts, orders):
    found = dates.possible_orders(texts)
    assert found == orders


def test_months_first_are_seen_under_titles_of_another_language(tmp_path):
    rows = read(history(tmp_path, '"Seriál: Série 2: Epizoda 5","9/30/18"', '"Film","9/3/18"'))
    assert [row.moment.on for row in rows] == [date(2018, 9, 30), date(2018, 9, 3)]


def test_where_both_orders_are_possible_the_viewer_is_asked(tmp_path):
    upload = history(tmp_path, '"A Film","4/5/20"')
    (choice,) = READER.choices(upload)
    assert [value for value, _label in choice.values] == ["dmy", "mdy"]
    assert "May" in choice.values[0][1]
    assert [row.moment.on for row in read(upload, dates="mdy")] == [date(2020, 4, 5)]
    with pytest.raises(UnreadableError):
        read(upload)


def test_a_history_knows_days_and_no_times(tmp_path):
    (row,) = titled(tmp_path, "A Film")
    assert (row.moment.precision, row.moment.at, row.moment.zone) == ("day", None, ZONE)


def test_a_history_without_a_header_is_read_from_its_first_line(tmp_path):
    rows = read(history(tmp_path, '"A Film","10/21/20"', '"B Film","10/20/20"', header=""))
    assert [(row.line, row.work.name) for row in rows] == [(1, "A Film"), (2, "B Film")]


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    lines = ['"","10/21/20"', '"A Film","soon"', '"B_hook_primary_16x9","10/21/20"', '"A Film","10/20/20"']
    rows = read(history(tmp_path, *lines))
    assert [row.line for row in refusals(rows)] == [2, 3, 4]
    assert "soon" in refusals(rows)[1].reason
    assert len(entries(rows)) == 1


def test_two_plays_on_one_day_stay_two_and_older_rows_keep_their_keys(tmp_path):
    old = read(history(tmp_path, '"A Film","10/21/20"', '"A Film","10/21/20"'))
    new = read(history(tmp_path, '"B Film","10/22/20"', *['"A Film","10/21/20"'] * 3))
    assert len(set(keys(old))) == 2
    assert set(keys(old)) < set(keys(new))
    assert len(set(keys(new))) == 4


def test_a_pause_does_not_make_two_viewings(tmp_path):
    rows = read(
        activity(
            tmp_path,
            played("2021-10-20 21:17:29", "00:18:59", bookmark="00:21:53"),
            played("2021-10-20 11:05:53", "00:02:53", bookmark="00:02:54"),
        )
    )
    (watch,) = entries(rows)
    assert (watch.line, watch.moment.at) == (2, datetime(2021, 10, 20, 21, 17, 29, tzinfo=UTC))
    assert [row.line for row in refusals(rows)] == [3]
    assert "line 2" in refusals(rows)[0].reason


def test_who_begins_anew_sees_it_again(tmp_path):
    rows = read(
        activity(tmp_path, played("2021-11-20 21:00:00", "00:21:00"), played("2021-10-20 21:00:00", "00:21:00"))
    )
    assert len(set(keys(rows))) == 2


def test_a_viewing_that_a_newer_file_goes_on_with_is_the_same(tmp_path):
    first = played("2021-10-20 11:05:53", "00:02:53")
    old = read(activity(tmp_path, first))
    new = read(activity(tmp_path, played("2021-10-20 21:17:29", "00:18:59", bookmark="00:21:53"), first))
    assert keys(old) == keys(new)


def test_start_times_are_utc_whatever_the_zone_of_the_viewer(tmp_path):
    (row,) = read(activity(tmp_path, played("2021-10-20 01:30:00", "00:21:00")))
    assert (row.moment.at, row.moment.on) == (datetime(2021, 10, 20, 1, 30, tzinfo=UTC), date(2021, 10, 19))


def test_trailers_and_short_looks_are_no_viewings(tmp_path):
    lines = [
        played("2021-10-20 21:00:00", "00:00:11", "A Film_hook_primary_16x9", kind="HOOK"),
        played("2021-10-20 20:00:00", "00:01:11", "A Film: Trailer", kind="TRAILER"),
        played("2021-10-20 19:00:00", "00:01:11", "A Film"),
        played("2021-10-20 18:00:00", "soon", "A Film"),
        played("never", "00:21:00", "A Film"),
    ]
    rows = read(activity(tmp_path, *lines))
    assert [row.line for row in refusals(rows)] == [2, 3, 4, 5, 6]
    assert "HOOK" in rows[0].reason
    assert "two minutes" in rows[2].reason


def test_only_the_chosen_profile_of_an_account_is_read(tmp_path):
    lines = [played("2021-10-20 21:00:00", "00:21:00", profile=profile) for profile in ("Ada", "Ben")]
    upload = activity(tmp_path, *lines)
    (choice,) = READER.choices(upload)
    assert [value for value, _label in choice.values] == ["Ada", "Ben"]
    rows = read(upload, profile="Ben")
    assert [row.raw["Profile Name"] for row in entries(rows)] == ["Ben"]
    assert "Ada" in refusals(rows)[0].reason
    with pytest.raises(UnreadableError):
        read(upload)


LIST = "Profile Name,Title Name,Country,Utc Title Add Date"
RATINGS = "Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,Region View Date"


def account(tmp_path, *, listed=(), rated=(), activity=()):
    files = {"MyList": [LIST, *listed], "Ratings": [RATINGS, *rated], "ViewingActivity": [ACTIVITY, *activity]}
    return packed(tmp_path, {f"CONTENT_INTERACTION/{name}.csv": "\n".join(lines) for name, lines in files.items()})


def rating(title, thumbs=0, *, stars=0, at="2021-10-20 21:00:00", sort="thumb", profile="Ada"):
    return f"{profile},{title},{sort},{stars},{thumbs},TV,{at},2021-10-20"


def test_what_is_on_the_list_is_planned_since_its_day(tmp_path):
    (row,) = read(account(tmp_path, listed=["Ada,A Film: Another Part,ZZ (Unknown),2021-10-20"]))
    assert (row.kind, row.work.name, row.work.kind, row.part) == ("state", "A Film: Another Part", "", None)
    assert row.says == {"state": "planned"}
    assert (row.moment.precision, row.moment.on) == ("day", date(2021, 10, 20))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"thumbs": 1}, 25),
        ({"thumbs": 2}, 75),
        ({"thumbs": 3}, 100),
        ({"stars": 4, "sort": "star"}, 80),
        ({"stars": 4, "thumbs": 2, "sort": "star"}, 80),
        ({"stars": 4, "thumbs": 2}, 75),
    ],
)
def test_thumbs_and_stars_are_ratings_and_no_viewings(tmp_path, said, value):
    (row,) = read(account(tmp_path, rated=[rating("A Show", **said)]))
    assert (row.kind, row.work.name, row.says) == ("rating", "A Show", {"value": value})
    assert row.moment.at == datetime(2021, 10, 20, 21, tzinfo=UTC)


@pytest.mark.parametrize("at", ["2021-10-20T21:00:00Z", "", "soon"])
def test_a_rating_may_say_its_time_otherwise_or_not_at_all(tmp_path, at):
    (row,) = read(account(tmp_path, rated=[rating("A Show", 2, at=at)]))
    assert row.says == {"value": 75}
    assert (row.moment is None) == ("21:00" not in at)


def test_the_last_thing_said_of_a_title_holds(tmp_path):
    older, newer = rating("A Show", 1, at="2021-10-19 21:00:00"), rating("A Show", 2)
    for lines in ([newer, older], [older, newer]):
        rows = read(account(tmp_path, rated=lines))
        assert [row.says["value"] for row in entries(rows)] == [75]
        assert "anew on line" in refusals(rows)[0].reason


def test_a_rating_that_was_taken_away_leaves_none(tmp_path):
    rows = read(account(tmp_path, rated=[rating("A Show", 0), rating("A Show", 2, at="2021-10-19 21:00:00")]))
    assert counts(rows) == {"refused": 2}
    assert "taken away" in rows[0].reason


def test_bad_opinions_are_named_and_the_rest_goes_on(tmp_path):
    lines = [rating("", 2), rating("A Show", 7), rating("B Show", "up"), rating("C Show", 2)]
    rows = read(account(tmp_path, rated=lines))
    assert [row.line for row in refusals(rows)] == [2, 3, 4]
    assert [row.work.name for row in entries(rows)] == ["C Show"]


def test_one_question_asks_whose_files_of_an_account_are_meant(tmp_path):
    upload = account(
        tmp_path,
        activity=[played("2021-10-20 21:00:00", "00:21:00")],
        listed=["Ben,A Film,ZZ (Unknown),2021-10-20", "Ada,B Film,ZZ (Unknown),2021-10-20"],
        rated=[rating("A Film", 2, profile="Ben")],
    )
    (choice,) = READER.choices(upload)
    assert {value for value, _label in choice.values} == {"Ada", "Ben"}
    rows = read(upload, profile="Ben")
    assert counts(rows) == {"state": 1, "rating": 1, "refused": 2}
    assert {row.raw["Profile Name"] for row in entries(rows)} == {"Ben"}


def test_an_account_is_recognised_beside_others_that_have_ratings(tmp_path):
    upload = account(tmp_path, rated=[rating("A Show", 2)])
    assert readers.recognise(upload) is READER
    assert readers.recognise(single(tmp_path, "Ratings.csv", f"{RATINGS}\n{rating('A Show', 2)}\n")) is READER


def test_a_newer_file_of_opinions_has_the_old_keys(tmp_path):
    old = read(account(tmp_path, listed=["Ada,A Film,ZZ,2021-10-20"], rated=[rating("A Show", 2)]))
    more = ["Ada,B Film,ZZ,2021-10-21", "Ada,A Film,ZZ,2021-10-20"]
    new = read(account(tmp_path, listed=more, rated=[rating("B Show", 1), rating("A Show", 2)]))
    assert set(keys(old)) < set(keys(new))


@pytest.mark.parametrize("text", ["A Film: Part of It", "Season", "Season Two and a Half", "Chapter and Verse", "2020"])
def test_a_name_with_such_a_word_is_no_label(text):
    assert words.season(text) is None


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
@pytest.mark.parametrize(
    ("folder", "watches", "series", "refused", "newest"),
    [
        ("nsteenholdt+CultData_ExamProject", 2675, 2490, 2, date(2020, 10, 20)),
        ("tsachit+import-netflix-viewing-history", 424, 351, 0, date(2020, 10, 21)),
        ("xDominix+Project-NetflixViewingHistory", 1000, 631, 0, date(2022, 6, 30)),
        ("yoshi-heita+Pandas100", 837, 601, 0, date(2020, 5, 27)),
    ],
)
def test_recorded_histories_of_four_countries_go_through(tmp_path, folder, watches, series, refused, newest):
    upload = single(tmp_path, HISTORY, (HISTORIES / "netflix" / folder / HISTORY).read_bytes())
    assert READER.choices(upload) == []
    rows = read(upload)
    assert counts(rows) == {"watch": watches} | ({"refused": refused} if refused else {})
    assert sum(row.work.kind == "series" for row in entries(rows)) == series
    assert max(row.moment.on for row in entries(rows)) == newest
    assert len(set(keys(rows))) == watches


@pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")
def test_a_recorded_activity_goes_through(tmp_path):
    path = HISTORIES / "netflix" / "KatariinaIngerma+Netflix" / "ViewingActivity.csv"
    rows = read(single(tmp_path, path.name, path.read_bytes()))
    assert counts(rows) == {"watch": 742, "refused": 758}
    assert [row.line for row in rows] == list(range(2, 1502))
    reasons = Counter(row.reason.split("(")[0].split(" on line")[0] for row in refusals(rows))
    assert sorted(reasons.values()) == [51, 115, 592]
