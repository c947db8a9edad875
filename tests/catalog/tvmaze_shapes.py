"""A TVmaze on loopback, and answers in the shapes of its API, small and made up: name only what the test is about."""

import pytest

from catalog.sources import http, tvmaze
from catalog.sources.limits import RateLimit


@pytest.fixture(name="server")
def tvmaze_server(httpserver, settings, monkeypatch):
    """TVmaze is this server; its limit is as wide, and the pauses between tries as short, as a test needs."""
    settings.TVMAZE_URL = httpserver.url_for("").rstrip("/")
    monkeypatch.setattr(http, "BACK_OFF", 0.0)
    wide = RateLimit("tvmaze", calls=10_000, seconds=1.0, redis=tvmaze.LIMIT.redis)
    monkeypatch.setattr(tvmaze, "LIMIT", wide)
    return httpserver


def show(number=1, **changes):
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/shows/{number}/x",
        "name": f"Show {number}",
        "type": "Scripted",
        "language": "English",
        "genres": ["Drama"],
        "status": "Ended",
        "runtime": 60,
        "averageRuntime": 61,
        "premiered": "2011-03-04",
        "ended": "2013-05-06",
        "schedule": {"time": "22:00", "days": ["Friday"]},
        "rating": {"average": 8.1},
        "weight": 90,
        "network": {"id": 8, "name": "Channel Nine", "country": country(), "officialSite": None},
        "webChannel": None,
        "externals": {"tvrage": None, "thetvdb": 1000 + number, "imdb": f"tt{number:07}"},
        "summary": "<p>About <b>something</b>.</p>",
        "updated": 1_600_000_000,
        "_links": {"self": {"href": f"https://api.tvmaze.com/shows/{number}"}},
    } | changes


def country(code="GB", name="United Kingdom", timezone="Europe/London"):
    return {"name": name, "code": code, "timezone": timezone}


def episode(place, **changes):
    """An episode of the first season, in the first days of 2012 at nine in the evening; its id is 500 + `place`."""
    return {
        "id": 500 + place,
        "name": f"Part {place}",
        "season": 1,
        "number": place,
        "type": "regular",
        "airdate": f"2012-01-{place:02}",
        "airtime": "21:00",
        "airstamp": f"2012-01-{place:02}T21:00:00+00:00",
        "runtime": 60,
        "rating": {"average": 7.5},
        "summary": None,
    } | changes


def special(place, **changes):
    return episode(place, number=None, type="significant_special", **changes)


def season(number=1, **changes):
    return {"id": 900 + number, "number": number, "name": "", "summary": None, "premiereDate": None} | changes


def person(number, **changes):
    return {
        "id": number,
        "name": f"Person {number}",
        "country": country(),
        "birthday": "1970-01-02",
        "deathday": None,
        "gender": "Female",
    } | changes


def cast(number, character="Themself", **changes):
    part = {"id": 700 + number, "name": character}
    return {"person": person(number), "character": part, "self": False, "voice": False} | changes


def crew(number, job="Director"):
    return {"type": job, "person": person(number)}


def alias(name, code=None):
    return {"name": name, "country": country(code) if code else None}


def whole(number=1, *, episodes=(), seasons=(), cast=(), crew=(), akas=(), **changes):
    """A show with its parts, as the two requests for it are put together."""
    parts = {"episodes": list(episodes), "seasons": list(seasons), "cast": list(cast), "crew": list(crew)}
    return show(number, **changes) | {"_embedded": parts | {"akas": list(akas)}}


def serve(server, number=1, **parts):
    """Let a server answer what is asked for a show whole."""
    answer = whole(number, **parts)
    episodes = answer["_embedded"].pop("episodes")
    server.expect_request(f"/shows/{number}/episodes").respond_with_json(episodes)
    server.expect_request(f"/shows/{number}").respond_with_json(answer)


def serve_index(server, *pages):
    """Let a server answer the pages of an index, and 404 behind them."""
    for number, shows in enumerate(pages):
        server.expect_request("/shows", query_string={"page": str(number)}).respond_with_json(shows)
    server.expect_request("/shows").respond_with_data("", status=404)
