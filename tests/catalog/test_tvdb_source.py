"""What TheTVDB is asked, and what becomes of bad answers."""

import json
import threading
from datetime import UTC, date, datetime

import pytest
from werkzeug import Response

from catalog import live
from catalog.sources import http, tvdb
from catalog.sources.errors import (
    MalformedError,
    NotFoundError,
    UnavailableError,
)
from catalog.sources.facts import Place
from catalog.sources.fields import Record
from catalog.sources.tvdb.reading import read_hit

from . import tvdb_shapes as shapes
from .tvdb_shapes import tvdb_server  # noqa: F401

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def connect():
    return tvdb.connect(is_bulk=False)


def asked(server):
    return [request.path for request, _ in server.log]


def tokens_sent(server):
    """By which the server was asked, without the log-ins."""
    sent = [request.headers.get("Authorization") for request, _ in server.log if request.path != "/login"]
    return [header and header.removeprefix("Bearer ") for header in sent]


# -- what is asked -----------------------------------------------------------------------------------------------------


def test_a_series_is_fetched_with_all_pages_of_its_episodes(server):
    first = shapes.answer({"episodes": [shapes.episode(1)]}, is_last=False)
    path = "/series/82/episodes/official"
    server.expect_request(path, query_string={"page": "0"}).respond_with_json(first)
    second = shapes.answer({"episodes": [shapes.episode(2)]})
    server.expect_request(path, query_string={"page": "1"}).respond_with_json(second)
    server.expect_request("/series/82/extended").respond_with_json(shapes.answer(shapes.series(82)))
    assert [episode.id for episode in connect().title("series", 82).parts.episodes] == [501, 502]
    assert asked(server) == ["/login", "/series/82/extended", path, path]
    assert server.log[1][0].args.to_dict() == {"meta": "translations"}


def test_other_orders_and_languages_are_only_asked_for_where_they_are(server):
    shapes.serve(server, 1, episodes=[shapes.episode(1)])
    connect().title("series", 1)
    assert asked(server)[2:] == ["/series/1/episodes/official"]
    seasons = [shapes.season(1), shapes.season(1, shapes.DVD), shapes.season(1, shapes.ABSOLUTE)]
    lists = {"english": [], "dvd": [shapes.episode(1, number=4)], "absolute": []}
    shapes.serve(server, 2, episodes=[shapes.episode(1)], originalLanguage="jpn", seasons=seasons, **lists)
    title = connect().title("series", 2)
    paths = [path.removeprefix("/series/2/episodes/") for path in asked(server)[4:]]
    assert paths == ["official", "official/eng", "dvd", "absolute"]
    assert title.parts.episodes[0].orders == (Place("dvd", 1, 4),)


def test_a_stored_answer_says_the_same_again(server):
    seasons = [shapes.season(1), shapes.season(1, shapes.DVD)]
    lists = {"episodes": [shapes.episode(1, name="Teil 1")], "english": [shapes.episode(1)], "dvd": [shapes.episode(1)]}
    shapes.serve(server, 82, originalLanguage="deu", seasons=seasons, characters=[shapes.character(5)], **lists)
    title = connect().title("series", 82)
    assert tvdb.PROVIDER.read_stored("series", json.loads(json.dumps(title.raw))) == title
    assert set(title.raw["_embedded"]["dvd"][0]) == {"id", "seasonNumber", "number"}


def test_a_series_whose_list_of_episodes_is_lost_is_not(server):
    server.expect_request("/series/82/extended").respond_with_json(shapes.answer(shapes.series(82)))
    server.expect_request("/series/82/episodes/official").respond_with_handler(lambda _: shapes.failure())
    parts = connect().title("series", 82).parts
    assert (parts.episodes, parts.episode_ids, len(parts.seasons)) == ((), None, 1)


def test_half_a_list_of_episodes_is_none(server):
    path = "/series/82/episodes/official"
    first = shapes.answer({"episodes": [shapes.episode(1)]}, is_last=False)
    server.expect_request("/series/82/extended").respond_with_json(shapes.answer(shapes.series(82)))
    server.expect_request(path, query_string={"page": "0"}).respond_with_json(first)
    server.expect_request(path).respond_with_handler(lambda _: shapes.failure())
    with pytest.raises(UnavailableError, match="only 1 pages"):
        connect().title("series", 82)


def test_a_list_that_never_ends_is_not_followed(server, monkeypatch):
    monkeypatch.setattr("catalog.sources.tvdb.client.MOST_PAGES", 3)
    endless = shapes.answer({"episodes": [shapes.episode(1)]}, is_last=False)
    server.expect_request("/series/82/extended").respond_with_json(shapes.answer(shapes.series(82)))
    server.expect_request("/series/82/episodes/official").respond_with_json(endless)
    with pytest.raises(MalformedError, match="more than 3 pages"):
        connect().title("series", 82)


def test_a_film_and_a_person_are_fetched(server):
    server.expect_request("/movies/7/extended").respond_with_json(shapes.answer(shapes.movie(7)))
    server.expect_request("/people/9/extended").respond_with_json(shapes.answer(shapes.person(9)))
    assert (connect().title("movie", 7).kind, connect().person(9).person.id) == ("movie", 9)


def test_a_search_finds_series_and_films_by_ids_such_as_series_371980(server):
    told = {"translations": {"eng": "The Lamps", "nor": "Lampene"}, "overviews": {"eng": "About lamps."}}
    hits = [
        shapes.hit(371980, primary_language="nor", name="Lampene", **told),
        shapes.hit(5, "movie", genres=None, status="Released"),
        shapes.hit(6, "person"),
        shapes.hit("x6"),
        "hit",
    ]
    server.expect_request("/search").respond_with_json(shapes.answer(hits))
    series, film = connect().search("lamps & more")
    assert (series.id, series.name, series.original_name) == (371980, "The Lamps", "Lampene")
    assert (series.overview, series.genres, series.status) == ("About lamps.", ("Drama",), "ended")
    assert (film.kind, film.premiered, film.parts) == ("movie", date(2011, 3, 4), None)
    assert server.log[-1][0].args["query"] == "lamps & more"


def remote_hits(kind, *numbers):
    return [{kind: {"id": number, "name": "…"}} for number in numbers] + [{"people": {"id": 9}}, "hit"]


@pytest.mark.parametrize(
    ("hits", "number"),
    [(remote_hits("movie", 7), 7), (remote_hits("series", 7), None), (remote_hits("movie", 7, 8), None), ([], None)],
)
def test_a_title_is_found_by_its_id_at_imdb(server, hits, number):
    server.expect_request("/search/remoteid/tt0000007").respond_with_json(shapes.answer(hits))
    assert connect().find("movie", {"imdb": "tt0000007", "tmdb": "5"}) == number


def test_what_nobody_knows_is_not_found(server):
    server.expect_request("/search/remoteid/tt0000007").respond_with_handler(lambda _: shapes.failure())
    assert connect().find("movie", {"imdb": "tt0000007"}) is None
    assert connect().find("movie", {"imdb": "../login", "tmdb": "5"}) is None
    assert asked(server) == ["/login", "/search/remoteid/tt0000007"]


def test_what_a_search_found_is_stored_in_the_shape_of_a_whole_answer():
    found = read_hit(Record(shapes.hit(82), "hit"))
    later = shapes.whole(82, episodes=[shapes.episode(1)])
    assert tvdb.PROVIDER.read_stored("series", later | found.raw).parts.episodes
    assert type(found.raw["id"]) is int


def test_the_feed_says_what_changed_was_deleted_or_merged(server):
    changes = [
        shapes.update(1, 1_700_000_000),
        shapes.update(2, 1_700_000_001, "delete"),
        shapes.update(3, 1_700_000_002, "delete", mergeToId=4, mergeToEntityType="series"),
        shapes.update(5, 1_700_000_003, "delete", mergeToId=6, mergeToEntityType="movies"),
        shapes.update(None, 1_700_000_003),
        {"recordId": 7},
        "change",
    ]
    shapes.serve_updates(server, series=[changes])
    page = connect().updates("series", since=NOW, page=0)
    told = [(update.id, update.is_deleted, update.merged_into) for update in page.updates]
    assert told == [(1, False, None), (2, True, None), (3, True, 4), (5, True, None)]
    assert (page.kind, len(page.problems)) == ("series", 3)
    assert server.log[-1][0].args["since"] == str(int(NOW.timestamp()))


def test_the_feed_ends_behind_its_last_page(server):
    shapes.serve_updates(server)
    assert connect().updates("movies", since=NOW, page=0).updates == ()
    with pytest.raises(NotFoundError):
        connect().updates("movies", since=NOW, page=1)


# -- bad answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"<!doctype html><title>We will be back</title>", b"", b'{"status": "success", "da', b"[" * 100_000]
)
def test_what_is_no_json_is_asked_for_three_times_and_refused(server, body):
    server.expect_request("/movies/7/extended").respond_with_data(body, content_type="text/html")
    with pytest.raises(MalformedError, match="TheTVDB answered /movies/7/extended"):
        connect().title("movie", 7)
    assert len(tokens_sent(server)) == 3


@pytest.mark.parametrize(
    "document", [[], "text", 7, None, {}, {"data": None}, {"data": [1]}, {"status": "failure", "data": {"id": 7}}]
)
def test_an_answer_of_another_shape_is_refused(server, document):
    for path in ("/movies/7/extended", "/series/7/extended", "/people/7/extended"):
        server.expect_request(path).respond_with_json(document)
    for ask in (lambda: connect().title("movie", 7), lambda: connect().title("series", 7), lambda: connect().person(7)):
        with pytest.raises(MalformedError):
            ask()


@pytest.mark.parametrize("lists", [{}, {"episodes": None}, {"episodes": {}}, []])
def test_a_list_of_another_shape_is_refused(server, lists):
    server.expect_request("/series/7/extended").respond_with_json(shapes.answer(shapes.series(7)))
    server.expect_request("/series/7/episodes/official").respond_with_json(shapes.answer(lists))
    with pytest.raises(MalformedError, match="no list of episodes"):
        connect().title("series", 7)


def test_an_answer_of_ten_megabytes_is_read(server):
    artworks = [{"type": 3, "score": 1, "image": "https://x.example/" + "x" * 400} for _ in range(22_000)]
    body = json.dumps(shapes.answer(shapes.movie(7, artworks=artworks)))
    assert len(body) > 10_000_000
    server.expect_request("/movies/7/extended").respond_with_data(body, content_type="application/json")
    assert connect().title("movie", 7).id == 7


def test_an_answer_without_end_is_not(server, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1_000_000)
    server.expect_request("/movies/7/extended").respond_with_data(b"[" + b" " * 1_200_000 + b"]")
    with pytest.raises(MalformedError, match="more than"):
        connect().title("movie", 7)


@pytest.mark.parametrize("status", [404, 410])
def test_what_was_deleted_is_asked_for_once(server, status):
    server.expect_request("/movies/7/extended").respond_with_handler(lambda _: shapes.failure(status))
    with pytest.raises(NotFoundError):
        connect().title("movie", 7)
    assert len(tokens_sent(server)) == 1


def test_what_cannot_be_read_is_named(server):
    server.expect_request("/movies/7/extended").respond_with_json(shapes.answer({"id": 7, "name": ""}))
    with pytest.raises(MalformedError, match="film 7: name: is missing"):
        connect().title("movie", 7)


def test_a_server_that_asks_for_patience_gets_it(server):
    stop = threading.Event()

    def refuse(_request):
        stop.set()
        return Response(status=429, headers={"Retry-After": "120"})

    server.expect_request("/movies/7/extended").respond_with_handler(refuse)
    with pytest.raises(Exception, match="called off"):
        tvdb.connect(is_bulk=True, stop=stop).title("movie", 7)
    assert 110 < live.redis().pttl("limit:tvdb:pause") / 1000 <= 120
