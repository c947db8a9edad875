import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from werkzeug import Response

from catalog import live
from catalog.models import Alias, Credit, Episode, GenreLabel, Network, Person, Season, Title
from catalog.sources import facts, http, tvmaze
from catalog.sources.errors import MalformedError, NotFoundError, StoppedError, UnavailableError
from catalog.sources.fields import Record, UnusableError, plain_text
from catalog.sources.limits import RateLimit
from catalog.sources.roles import role_of

from . import tvmaze_shapes as shapes
from .tvmaze_shapes import tvmaze_server  # noqa: F401


def read(**changes):
    return tvmaze.read_show(Record(shapes.show(82, **changes), "record"))


def read_episode(**changes):
    """The facts and what was wrong with them."""
    problems = []
    return tvmaze.read_episode(Record(shapes.episode(3, **changes), "episode", problems)), problems


def client(server, **changes):
    return tvmaze.connect(is_bulk=False, **changes).client


@pytest.mark.parametrize(
    ("field", "value", "fact", "expected"),
    [
        ("name", "  Two \n lines\u0007 ", "name", "Two lines"),
        ("status", "To Be Determined", "status", "undecided"),
        ("status", "In Development", "status", "planned"),
        ("language", "Norwegian", "language", "no"),
        ("language", "Panjabi", "language", "pa"),
        ("weight", 97, "popularity", 97.0),
        ("rating", {"average": 8}, "rating", Decimal("8.0")),
        ("runtime", None, "runtime", 61),
        ("premiered", "2011-03-04", "premiered", date(2011, 3, 4)),
        ("updated", 0, "updated_at", None),
        ("type", "Talk Show", "genres", ("Drama", "Talk Show")),
        ("externals", {"imdb": "tt1", "thetvdb": 7}, "external_ids", {"imdb": "tt1", "tvdb": "7"}),
        ("network", None, "network", None),
        ("summary", None, "overview", ""),
    ],
)
def test_a_show_is_read(field, value, fact, expected):
    show = read(**{field: value})
    assert (getattr(show, fact), show.problems) == (expected, ())


@pytest.mark.parametrize(
    ("field", "value", "fact", "empty"),
    [
        ("status", "On holiday", "status", ""),
        ("status", 7, "status", ""),
        ("language", "Klingonese", "language", ""),
        ("premiered", "2011-02-30", "premiered", None),
        ("premiered", ["2011"], "premiered", None),
        ("ended", "soon", "ended", None),
        ("weight", -1, "popularity", None),
        ("weight", True, "popularity", None),
        ("rating", {"average": 11}, "rating", None),
        ("rating", "good", "rating", None),
        ("genres", "Drama", "genres", ("Scripted",)),
        ("updated", "yesterday", "updated_at", None),
        ("externals", 12, "external_ids", {}),
        ("summary", {"html": "x"}, "overview", ""),
        ("network", {"name": "Nine", "country": {"code": "Britain"}}, "country", ""),
        ("network", {"name": "Nine", "country": {"timezone": "Mars/Olympus"}}, "network", None),
    ],
)
def test_nonsense_is_read_as_empty_and_named(field, value, fact, empty):
    show = read(**{field: value})
    assert getattr(show, fact) == (facts.NetworkFacts("Nine", False, "", "") if fact == "network" else empty)
    assert [problem.subject for problem in show.problems] == ["show 82"]


def test_a_name_too_long_for_its_column_is_cut_and_named():
    show = read(name="x" * 301)
    assert len(show.name) == 300
    assert str(show.problems[0]) == "show 82: name: has 301 characters; cut after 300"


@pytest.mark.parametrize(
    "node", [{"name": "No id"}, {"id": -1, "name": "x"}, {"id": 5, "name": None}, {"id": 5, "name": " "}]
)
def test_a_show_without_id_or_name_cannot_be_read(node):
    with pytest.raises(UnusableError):
        tvmaze.read_show(Record(node, "page 1, record 2"))


@pytest.mark.parametrize(
    ("model", "column", "length"),
    [
        (Title, "name", facts.NAME_LENGTH),
        (Season, "name", facts.NAME_LENGTH),
        (Episode, "name", facts.NAME_LENGTH),
        (Alias, "name", facts.NAME_LENGTH),
        (Credit, "character", facts.NAME_LENGTH),
        (Credit, "job", facts.JOB_LENGTH),
        (Person, "name", facts.PERSON_NAME_LENGTH),
        (Network, "name", facts.NETWORK_NAME_LENGTH),
        (GenreLabel, "label", facts.GENRE_LENGTH),
    ],
)
def test_facts_are_as_long_as_their_columns(model, column, length):
    assert model._meta.get_field(column).max_length == length


def test_a_series_only_on_the_web_has_its_service_as_network():
    service = {"id": 1, "name": "Stream", "country": None}
    assert read(network=None, webChannel=service).network == facts.NetworkFacts("Stream", True, "", "")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One &amp; <b>two</b>.</p><p>Three<br />four</p>", "One & two.\n\nThree\nfour"),
        ("<script>alert(1)</script>Safe<style>p{}</style>", "Safe"),
        ("<p onclick='x()'>A<img src=x onerror=alert(1)>B", "AB"),
        ("1 < 2", "1 < 2"),
        ("plain\n\n\n\ntext\0", "plain\n\ntext"),
        ("<p>Caf\u00e9</p>\n<p></p>", "Café"),
    ],
)
def test_a_summary_becomes_paragraphs_of_plain_text(markup, text):
    assert plain_text(markup) == text


def test_an_episode_keeps_the_day_of_the_broadcaster():
    late, _ = read_episode(airdate="2012-01-03", airtime="00:30", airstamp="2012-01-04T05:30:00+05:00")
    assert (late.air_date, late.airs_at) == (date(2012, 1, 3), datetime(2012, 1, 4, 0, 30, tzinfo=UTC))


def test_an_episode_without_its_hour_does_not_air_at_noon():
    vague, problems = read_episode(airtime="", airstamp="2012-01-03T12:00:00+00:00")
    assert (vague.airs_at, problems) == (None, [])


@pytest.mark.parametrize(
    ("changes", "is_special"),
    [
        ({}, False),
        ({"type": None}, False),
        ({"type": "insignificant_special"}, True),
        ({"type": "significant_special", "number": None}, True),
        ({"type": "regular", "number": None}, True),
    ],
)
def test_what_has_no_number_is_a_special(changes, is_special):
    assert read_episode(**changes)[0].is_special == is_special


def test_a_season_may_be_a_year_but_not_missing():
    assert read_episode(season=2021)[0].season == 2021
    with pytest.raises(UnusableError, match="id 503"):
        read_episode(season=None)


@pytest.mark.parametrize(
    ("job", "role"),
    [
        ("Creator", "creator"),
        ("Co-Executive Producer", "producer"),
        ("Executive Story Editor", "writer"),
        ("Director Of Photography", "cinematographer"),
        ("Director", "director"),
        ("Casting Director", "other"),
        ("Music Editor", "editor"),
        ("Re-Recording Mixer", "other"),
        ("Unheard Of", "other"),
    ],
)
def test_jobs_are_given_one_of_our_roles(job, role):
    assert role_of(job) == role
    assert role in Credit.Role


def test_a_show_is_fetched_whole_with_its_specials(server):
    shapes.serve(
        server,
        82,
        episodes=[shapes.episode(1), shapes.special(2)],
        cast=[shapes.cast(5)],
        akas=[{"name": "Eighty-two"}],
    )
    parts = tvmaze.connect(is_bulk=False).show(82).parts
    assert [episode.is_special for episode in parts.episodes] == [False, True]
    assert (parts.cast[0].person.name, parts.aliases[0].name) == ("Person 5", "Eighty-two")
    assert server.log[1][0].args.to_dict() == {"specials": "1"}


def test_parts_that_cannot_be_read_are_named_and_the_rest_is_kept():
    broken = [shapes.episode(1), shapes.episode(2, season="first"), "episode"]
    show = tvmaze.read_whole_show(shapes.whole(82, episodes=broken, cast=[shapes.cast(5), {"person": None}]))
    assert ([episode.id for episode in show.parts.episodes], len(show.parts.cast)) == ([501], 1)
    assert show.parts.episode_ids is None
    assert {problem.subject for problem in show.problems} >= {"show 82, episode 2 (id 502)", "show 82, episode 3"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b'[{"id": 1',
        b"<html>busy</html>",
        b"[NaN]",
        b"[1e999]",
        b"\xff\xfe[]",
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_no_json_is_asked_for_three_times_and_refused(server, body):
    server.expect_request("/shows").respond_with_data(body, content_type="application/json")
    with pytest.raises(MalformedError, match="TVmaze answered /shows"):
        tvmaze.connect(is_bulk=False).index_page(0)
    assert len(server.log) == 3


@pytest.mark.parametrize("answer", [{"id": 1}, "text", 7, None])
def test_an_answer_of_another_shape_is_refused(server, answer):
    server.expect_request("/shows").respond_with_json(answer)
    server.expect_request("/shows/1/episodes").respond_with_json(answer)
    server.expect_request("/shows/1").respond_with_json(answer)
    with pytest.raises(MalformedError):
        tvmaze.connect(is_bulk=False).index_page(0)
    with pytest.raises(MalformedError):
        tvmaze.connect(is_bulk=False).show(1)


def test_three_tries_are_made(server):
    server.expect_ordered_request("/shows").respond_with_data("", status=500)
    server.expect_ordered_request("/shows").respond_with_data("[{", status=200)
    server.expect_ordered_request("/shows").respond_with_json([shapes.show(1)])
    assert [show.id for show in tvmaze.connect(is_bulk=False).index_page(0).titles] == [1]


def test_the_fourth_try_is_left_to_others(server):
    server.expect_request("/shows/1").respond_with_data("", status=503)
    with pytest.raises(UnavailableError, match="status 503"):
        client(server).get("/shows/1")
    assert len(server.log) == 3


def test_what_is_not_there_is_asked_for_once(server):
    server.expect_request("/shows/1").respond_with_data("", status=404)
    with pytest.raises(NotFoundError):
        client(server).get("/shows/1")
    assert len(server.log) == 1


def test_nobody_home_is_said_plainly(server, settings):
    settings.TVMAZE_URL = "http://127.0.0.1:9"
    with pytest.raises(UnavailableError, match="refused or broken"):
        client(server).get("/shows/1")


def test_a_silent_server_is_not_waited_for(server, settings):
    settings.SOURCE_TIMEOUT = 0.05
    over = threading.Event()
    server.expect_request("/shows/1").respond_with_handler(lambda request: Response(str(over.wait(5))))
    with pytest.raises(UnavailableError, match="too long"):
        client(server).get("/shows/1")
    over.set()


def test_an_answer_without_end_is_not_read_to_its_end(server, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1_000_000)
    server.expect_request("/shows/1").respond_with_data(b"[" + b" " * 1_200_000 + b"]")
    with pytest.raises(MalformedError, match="more than"):
        client(server).get("/shows/1")


def test_what_the_database_cannot_hold_is_taken_out(server):
    server.expect_request("/shows/1").respond_with_data('{"name": "nul\\u0000 and half \\ud83d a pair"}')
    assert client(server).get("/shows/1") == {"name": "nul and half ? a pair"}


@pytest.mark.parametrize(("header", "seconds"), [("120", 120), ("100000", 300), ("soon", 10), ("-5", 10)])
def test_a_server_that_asks_for_patience_gets_it_from_all(server, header, seconds):
    stop = threading.Event()

    def refuse(request):
        stop.set()
        return Response(status=429, headers={"Retry-After": header})

    server.expect_request("/shows/1").respond_with_handler(refuse)
    with pytest.raises(StoppedError):
        client(server, stop=stop).get("/shows/1")
    assert seconds - 5 < live.redis().pttl("limit:tvmaze:pause") / 1000 <= seconds


def arrivals(limit, calls, threads=4):
    """When so many calls came out of their turns, and in between were on their way."""
    moments = []

    def call(_):
        with limit.turn():
            moments.append(time.monotonic())

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(call, range(calls)))
    return sorted(moments)


def test_no_window_holds_more_calls_than_allowed():
    moments = arrivals(RateLimit("narrow", calls=3, seconds=0.2, redis=live.redis), calls=10)
    assert all(later - earlier >= 0.2 for earlier, later in zip(moments, moments[3:], strict=False))
    assert moments[-1] - moments[0] < 10


def test_bulk_work_leaves_places_to_viewers():
    limit = RateLimit("shared", calls=2, seconds=60, redis=live.redis, reserved=1)
    stop = threading.Event()
    with limit.turn(bulk=True):
        threading.Timer(0.05, stop.set).start()
        with pytest.raises(StoppedError), limit.turn(bulk=True, stop=stop):
            pass
        with limit.turn():
            pass


def test_without_redis_there_is_no_rush(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limit = RateLimit("lost", calls=2, seconds=60, redis=live.redis)
    with pytest.raises(UnavailableError, match="Redis"), limit.turn():
        pass
