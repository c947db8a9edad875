"""A TMDB on loopback, and answers in the shapes of its API, small and made up: name only what the test is about."""

import pytest

from catalog.sources import http, tmdb
from catalog.sources.limits import RateLimit

KEY = "head.of-a_long.token"


@pytest.fixture(name="server")
def tmdb_server(httpserver, settings, monkeypatch):
    """TMDB is this server and has given us a key; its limit is as wide, and the pauses as short, as a test needs."""
    settings.TMDB_URL = httpserver.url_for("").rstrip("/")
    settings.TMDB_IMAGE_URL = "https://images.example.org/original"
    settings.TMDB_API_KEY = KEY
    monkeypatch.setattr(http, "BACK_OFF", 0.0)
    wide = RateLimit("tmdb", calls=10_000, seconds=1.0, redis=tmdb.LIMIT.redis)
    monkeypatch.setattr(tmdb, "LIMIT", wide)
    return httpserver


def movie(number=1, **changes):
    """A film whole, made by nobody and to be had nowhere."""
    return {
        "adult": False,
        "backdrop_path": "/back.jpg",
        "belongs_to_collection": None,
        "genres": [{"id": 18, "name": "Drama"}],
        "id": number,
        "imdb_id": f"tt{number:07}",
        "origin_country": ["GB"],
        "original_language": "en",
        "original_title": f"Film {number}",
        "overview": "About something.",
        "popularity": 9,
        "poster_path": "/poster.jpg",
        "production_countries": [{"iso_3166_1": "GB", "name": "United Kingdom"}],
        "release_date": "1946-12-20",
        "runtime": 104,
        "status": "Released",
        "title": f"Film {number}",
        "vote_average": 7.914,
        "vote_count": 1200,
        "credits": {"cast": [], "crew": []},
        "external_ids": {"imdb_id": f"tt{number:07}", "wikidata_id": f"Q{number}", "facebook_id": None},
        "release_dates": {"results": []},
        "alternative_titles": {"titles": []},
        "translations": {"translations": []},
        "watch/providers": {"results": {}},
    } | changes


def series(number=1, **changes):
    return {
        "adult": False,
        "episode_run_time": [50],
        "first_air_date": "2011-03-04",
        "genres": [{"id": 80, "name": "Crime"}],
        "id": number,
        "in_production": False,
        "last_air_date": "2013-05-06",
        "name": f"Show {number}",
        "networks": [{"id": 4, "name": "Channel Nine", "origin_country": "GB"}],
        "origin_country": ["GB"],
        "original_language": "en",
        "original_name": f"Show {number}",
        "overview": "About something else.",
        "popularity": 99,
        "poster_path": "/poster.jpg",
        "seasons": [{"id": 5, "name": "Season 1", "season_number": 1, "episode_count": 6}],
        "status": "Ended",
        "vote_average": 8.0,
        "vote_count": 300,
        "external_ids": {"imdb_id": f"tt{number:07}", "tvdb_id": 1000 + number, "tvrage_id": None},
        "content_ratings": {"results": []},
        "alternative_titles": {"results": []},
        "translations": {"translations": []},
        "watch/providers": {"results": {}},
    } | changes


def person(number, **changes):
    """As credits name a person."""
    return {"id": number, "name": f"Person {number}", "gender": 1, "profile_path": None} | changes


def cast(number, character="Themself", order=0, **changes):
    return person(number, character=character, order=order, credit_id=f"c{number}", **changes)


def crew(number, job="Director", department="Directing"):
    return person(number, job=job, department=department)


def release(country, *labels):
    dated = {"iso_639_1": "", "note": "", "release_date": "1946-12-20T00:00:00.000Z", "type": 3}
    return {"iso_3166_1": country, "release_dates": [dated | {"certification": label} for label in labels]}


def translation(language, country, **data):
    return {"iso_639_1": language, "iso_3166_1": country, "name": "x", "english_name": "x", "data": data}


def ways(number=1, **regions):
    """`ways(GB={"rent": ["Bijou"]})`"""
    return {
        "results": {
            region: {"link": f"https://www.themoviedb.org/movie/{number}/watch?locale={region}"}
            | {kind: [offer(name, place) for place, name in enumerate(names)] for kind, names in offers.items()}
            for region, offers in regions.items()
        }
    }


def offer(name, place=0):
    return {"logo_path": "/logo.jpg", "provider_id": 100 + place, "provider_name": name, "display_priority": place}


def changes(*ids, page=1, total_pages=1):
    return {"results": [{"id": number, "adult": None} for number in ids], "page": page, "total_pages": total_pages}


def serve(server, answer, kind="movie"):
    """Let a server answer what is asked for a title whole."""
    path = {"movie": "movie", "series": "tv"}[kind]
    server.expect_request(f"/{path}/{answer['id']}").respond_with_json(answer)
