"""A TheTVDB on loopback, and answers in the shapes of its API, small and made up: name only what the test is about."""

import base64
import json

import pytest
from werkzeug import Response

from catalog.sources import http
from catalog.sources.limits import RateLimit
from catalog.sources.tvdb import client

KEY, PIN = "a-key-of-ours", "PIN1234"
TOKEN = "head.e30.tail"
OFFICIAL = {"id": 1, "name": "Aired Order", "type": "official", "alternateName": None}
DVD = {"id": 2, "name": "DVD Order", "type": "dvd", "alternateName": None}
ABSOLUTE = {"id": 3, "name": "Absolute Order", "type": "absolute", "alternateName": None}


@pytest.fixture(name="server")
def tvdb_server(httpserver, settings, monkeypatch):
    """TheTVDB is this server and has given us a key; its limit is as wide, and the pauses as short, as a test needs."""
    settings.TVDB_URL = httpserver.url_for("").rstrip("/")
    settings.TVDB_API_KEY, settings.TVDB_PIN = KEY, ""
    monkeypatch.setattr(http, "BACK_OFF", 0.0)
    wide = RateLimit("tvdb", calls=10_000, seconds=1.0, redis=client.LIMIT.redis)
    monkeypatch.setattr(client, "LIMIT", wide)
    httpserver.expect_request("/login", method="POST").respond_with_json(answer({"token": TOKEN}))
    return httpserver


def answer(data, *, is_last=True):
    links = {"prev": None, "self": "…", "next": None if is_last else "…?page=1", "total_items": 1, "page_size": 500}
    return {"status": "success", "data": data, "links": links}


def failure(status=404, message="NotFoundException: not found"):
    return Response(json.dumps({"status": "failure", "message": message, "data": None}), status=status)


def token(ends):
    """A token that says until when it is good (seconds since 1970)."""
    payload = base64.urlsafe_b64encode(json.dumps({"exp": ends, "apikey": "…"}).encode()).decode().rstrip("=")
    return f"head.{payload}.tail"


def series(number=1, **changes):
    """In English, made in Britain, with one season; by nobody."""
    return {
        "id": number,
        "name": f"Show {number}",
        "slug": f"show-{number}",
        "image": "https://artworks.thetvdb.com/banners/posters/1.jpg",
        "nameTranslations": ["eng,fra"],
        "overviewTranslations": ["eng"],
        "aliases": [],
        "firstAired": "2011-03-04",
        "lastAired": "2013-05-06",
        "nextAired": "",
        "score": 99_999,
        "status": {"id": 2, "name": "Ended", "recordType": "series", "keepUpdated": False},
        "originalCountry": "gbr",
        "originalLanguage": "eng",
        "defaultSeasonType": 1,
        "isOrderRandomized": False,
        "lastUpdated": "2026-05-01 10:11:12",
        "averageRuntime": 55,
        "episodes": None,
        "overview": "About <b>something</b>.",
        "year": "2011",
        "artworks": [],
        "companies": [],
        "originalNetwork": network(),
        "latestNetwork": network("Later"),
        "genres": [{"id": 12, "name": "Drama", "slug": "drama"}],
        "trailers": [],
        "lists": [],
        "remoteIds": [remote(f"tt{number:07}")],
        "characters": [],
        "airsDays": {"friday": True},
        "airsTime": "22:00",
        "seasons": [season(1)],
        "tags": [],
        "contentRatings": [],
        "seasonTypes": [OFFICIAL],
        "translations": {"nameTranslations": [], "overviewTranslations": [], "alias": None},
    } | changes


def movie(number=1, **changes):
    return {
        "id": number,
        "name": f"Film {number}",
        "image": "https://artworks.thetvdb.com/banners/movies/1/posters/1.jpg",
        "aliases": None,
        "score": 999,
        "runtime": 104,
        "status": {"id": 5, "name": "Released", "recordType": "movie", "keepUpdated": True},
        "lastUpdated": "2026-05-01 10:11:12",
        "year": "1946",
        "originalCountry": "gbr",
        "originalLanguage": "eng",
        "overview": "About something.",
        "genres": [{"id": 12, "name": "Drama", "slug": "drama"}],
        "remoteIds": [remote(f"tt{number:07}")],
        "characters": [],
        "artworks": [],
        "contentRatings": [],
        "first_release": {"country": "gbr", "date": "1946-12-20", "detail": None},
        "releases": [],
        "companies": {"studio": [], "network": [], "production": []},
        "translations": {"nameTranslations": [], "overviewTranslations": []},
    } | changes


def network(name="Channel Nine", country="gbr"):
    return {"id": 8, "name": name, "slug": "nine", "country": country, "primaryCompanyType": 1}


def remote(number, source="IMDB", kind=2):
    return {"id": number, "type": kind, "sourceName": source}


def season(number, kind=None, **changes):
    """One season of an order; its id is 900 and more."""
    kind = kind or OFFICIAL
    number_of_it = {"id": 900 + 10 * kind["id"] + number, "number": number, "type": kind}
    return number_of_it | {"seriesId": 1, "name": None, "image": None, "lastUpdated": "2026-05-01 10:11:12"} | changes


def episode(place, **changes):
    """An episode of the first season, in the first days of 2012; its id is 500 + `place`."""
    return {
        "id": 500 + place,
        "seriesId": 1,
        "name": f"Part {place}",
        "aired": f"2012-01-{place:02}",
        "runtime": 55,
        "overview": None,
        "image": None,
        "imageType": None,
        "isMovie": 0,
        "seasons": None,
        "number": place,
        "absoluteNumber": 0,
        "seasonNumber": 1,
        "lastUpdated": "2026-05-01 10:11:12",
        "finaleType": None,
    } | changes


def character(number, job="Actor", name="Themself", **changes):
    return {
        "id": 700 + number,
        "name": name,
        "peopleId": number,
        "seriesId": 1,
        "movieId": None,
        "episodeId": None,
        "type": 3,
        "image": None,
        "sort": number,
        "isFeatured": False,
        "peopleType": job,
        "personName": f"Person {number}",
        "personImgURL": f"/banners/person/{number}.jpg",
    } | changes


def person(number, **changes):
    return {
        "id": number,
        "name": f"Person {number}",
        "image": f"/banners/person/{number}.jpg",
        "score": 3,
        "birth": "1970-01-02",
        "birthPlace": "Kingston, Jamaica",
        "death": "",
        "gender": 2,
        "biographies": [],
        "remoteIds": [],
        "translations": {"nameTranslations": [], "overviewTranslations": []},
    } | changes


def hit(number=1, kind="series", **changes):
    """Something that a search found."""
    return {
        "objectID": f"{kind}-{number}",
        "id": f"{kind}-{number}",
        "tvdb_id": str(number),
        "type": kind,
        "name": f"Show {number}",
        "country": "gbr",
        "primary_language": "eng",
        "first_air_time": "2011-03-04",
        "overview": "About something.",
        "image_url": "https://artworks.thetvdb.com/banners/posters/1.jpg",
        "status": "Ended",
        "year": "2011",
        "genres": ["Drama"],
        "remote_ids": [remote(f"tt{number:07}")],
    } | changes


def update(number, at, method="update", **changes):
    """Something that changed at a moment (seconds since 1970)."""
    ways = {"create": 1, "update": 2, "delete": 3}
    return {"recordId": number, "timeStamp": at, "method": method, "methodInt": ways[method]} | changes


def whole(number=1, *, episodes=(), english=None, dvd=None, absolute=None, **changes):
    """A series with its lists of episodes, as the requests for it are put together."""
    lists = {"episodes": list(episodes), "english": english, "dvd": dvd, "absolute": absolute}
    given = {name: nodes for name, nodes in lists.items() if nodes is not None}
    return series(number, **changes) | {"_embedded": given}


def serve(server, number=1, **parts):
    """Let a server answer what is asked for a series whole; it has seasons in the orders that have episodes."""
    record = whole(number, **parts)
    lists = record.pop("_embedded")
    aired = "official" if any(season["type"] == OFFICIAL for season in record["seasons"]) else "default"
    names = {"episodes": aired, "english": f"{aired}/eng", "dvd": "dvd", "absolute": "absolute"}
    for name, nodes in lists.items():
        path = f"/series/{number}/episodes/{names[name]}"
        data = {"series": {}, "episodes": nodes} if name != "english" else record | {"episodes": nodes}
        server.expect_request(path, query_string={"page": "0"}).respond_with_json(answer(data))
    server.expect_request(f"/series/{number}/extended").respond_with_json(answer(record))


def serve_updates(server, **feeds):
    """Let a server answer its feeds of changes: a list of pages for each, such as `series=[[update(1, NOW)]]`."""

    def page(request):
        pages, number = feeds.get(request.args["type"], []), int(request.args["page"])
        return Response(json.dumps(answer(pages[number] if number < len(pages) else [])))

    server.expect_request("/updates").respond_with_handler(page)
