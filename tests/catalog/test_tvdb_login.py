"""The log-in to TheTVDB: one for all, renewed when it ends, and never seen."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug import Response

from catalog.sources import providers, tvdb
from catalog.sources.errors import (
    MalformedError,
    UnauthorizedError,
    UnavailableError,
)
from catalog.sources.tvdb import login

from . import tvdb_shapes as shapes
from .tvdb_shapes import tvdb_server  # noqa: F401


def connect():
    return tvdb.connect(is_bulk=False)


def asked(server):
    return [request.path for request, _ in server.log]


def tokens_sent(server):
    """By which the server was asked, without the log-ins."""
    sent = [request.headers.get("Authorization") for request, _ in server.log if request.path != "/login"]
    return [header and header.removeprefix("Bearer ") for header in sent]


def logins(server):
    return [json.loads(request.data) for request, _ in server.log if request.path == "/login"]


@pytest.fixture
def film(server):
    """A server that tells of film 7 whoever has the token of today."""
    return protected(server, shapes.TOKEN)


def protected(server, *good):
    def answer(request):
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in good:
            return shapes.failure(401, "Unauthorized")
        return Response(json.dumps(shapes.answer(shapes.movie(7))))

    server.expect_request("/movies/7/extended").respond_with_handler(answer)
    return server


def test_many_questions_take_one_log_in(film):
    connect().title("movie", 7)
    connect().title("movie", 7)
    assert logins(film) == [{"apikey": shapes.KEY}]
    assert tokens_sent(film) == [shapes.TOKEN, shapes.TOKEN]


def test_a_pin_is_sent_where_there_is_one(film, settings):
    settings.TVDB_PIN = shapes.PIN
    connect().title("movie", 7)
    assert logins(film) == [{"apikey": shapes.KEY, "pin": shapes.PIN}]


def test_many_at_once_log_in_once(film):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: connect().title("movie", 7), range(8)))
    assert len(logins(film)) == 1


def test_a_token_that_ends_on_the_way_is_renewed_once_by_all_together(server):
    good = {"token": "t.1.t"}
    server.clear()
    server.expect_request("/login").respond_with_handler(
        lambda _: Response(json.dumps(shapes.answer({"token": good["token"]})))
    )

    def answer(request):
        if request.headers["Authorization"] != f"Bearer {good['token']}":
            return shapes.failure(401, "Unauthorized")
        return Response(json.dumps(shapes.answer(shapes.movie(7))))

    server.expect_request("/movies/7/extended").respond_with_handler(answer)
    source = connect()
    source.title("movie", 7)
    good["token"] = "t.2.t"
    with ThreadPoolExecutor(6) as pool:
        assert all(title.id == 7 for title in pool.map(lambda _: source.title("movie", 7), range(12)))
    assert len(logins(server)) == 2


def test_a_new_token_that_is_refused_too_ends_it(server):
    protected(server, "another")
    with pytest.raises(UnauthorizedError, match="does not accept our key"):
        connect().title("movie", 7)
    assert len(tokens_sent(server)) == 2


def test_a_key_that_is_refused_is_not_sent_again_for_a_while(server):
    server.clear()
    server.expect_request("/login").respond_with_handler(lambda _: shapes.failure(401, "InvalidAPIKey"))
    for _ in range(3):
        with pytest.raises(UnauthorizedError, match="TVDB_API_KEY") as error:
            connect().title("movie", 7)
        assert shapes.KEY not in str(error.value)
    assert len(logins(server)) == 1


def test_another_key_logs_in_anew(film, settings):
    connect().title("movie", 7)
    settings.TVDB_API_KEY = "another"
    connect().title("movie", 7)
    assert [sent["apikey"] for sent in logins(film)] == [shapes.KEY, "another"]


@pytest.mark.parametrize(
    ("ends", "seconds"),
    [
        (24 * 3600, 23 * 3600),
        (400 * 24 * 3600, login.GOOD_FOR),
        (-5, 1),
        (None, login.GOOD_FOR),
        ("soon", login.GOOD_FOR),
    ],
)
def test_a_token_is_kept_until_it_ends(server, ends, seconds):
    at = time.time()
    token = shapes.token(at + ends if isinstance(ends, int) else ends)
    assert abs(login._good_for(token, now=at) - seconds) <= 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>busy</html>",
        b"",
        b"[]",
        b'{"status": "success", "data": null}',
        b'{"data": {"token": ""}}',
        b'{"data": {"token": "two\\nlines: x"}}',
        b'{"data": {"token": 7}}',
    ],
)
def test_a_log_in_without_a_token_is_none(server, body):
    server.clear()
    server.expect_request("/login").respond_with_data(body, content_type="text/html")
    with pytest.raises(MalformedError, match=r"/login|log-in"):
        connect().title("movie", 7)


def test_the_key_follows_no_redirect(server):
    server.clear()
    server.expect_request("/login").respond_with_data("", status=307, headers={"Location": "/elsewhere"})
    with pytest.raises(UnavailableError, match="status 307"):
        connect().title("movie", 7)
    assert asked(server) == ["/login"]


def test_key_and_token_are_in_no_log_and_no_address(film, caplog, settings):
    settings.TVDB_PIN = shapes.PIN
    with caplog.at_level("DEBUG"):
        source = connect()
        source.title("movie", 7)
        film.expect_request("/movies/8/extended").respond_with_data("", status=500)
        with pytest.raises(UnavailableError):
            source.title("movie", 8)
    seen = f"{caplog.text} {source!r} {source.client.headers!r} {[request.url for request, _ in film.log]}"
    assert not any(secret in seen for secret in (shapes.KEY, shapes.PIN, shapes.TOKEN))


def test_without_redis_nothing_is_asked(server, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    with pytest.raises(UnavailableError, match="Redis"):
        connect().title("movie", 7)
    assert server.log == []


def test_without_a_key_it_is_not_asked_and_says_what_to_do(server, settings):
    settings.TVDB_API_KEY = ""
    assert providers.of("tvdb") is None
    with pytest.raises(UnavailableError, match="set TVDB_API_KEY"):
        providers.connect("tvdb", stop=threading.Event())
    settings.TVDB_API_KEY = shapes.KEY
    assert providers.of("tvdb") is tvdb.PROVIDER
