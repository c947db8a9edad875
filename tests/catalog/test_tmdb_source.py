import threading
from datetime import date
from decimal import Decimal

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog import live
from catalog.checks import sources_have_usable_keys
from catalog.models import Availability, Credit, Title
from catalog.sources import http, providers, tmdb
from catalog.sources.errors import (
    MalformedError,
    NotFoundError,
    StoppedError,
    UnauthorizedError,
    UnavailableError,
)
from catalog.sources.fields import UnusableError
from catalog.sources.tmdb.values import popularity

from . import tmdb_shapes as shapes
from .tmdb_shapes import tmdb_server  # noqa: F401


def film(**changes):
    return tmdb.read_stored("movie", shapes.movie(12, **changes))


def show(**changes):
    return tmdb.read_stored("series", shapes.series(82, **changes))


def connect():
    return tmdb.connect(is_bulk=False)


# -- what is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "fact", "expected"),
    [
        ("title", "  Two \n lines\u0007 ", "name", "Two lines"),
        ("original_title", "Zwei Zeilen", "original_name", "Zwei Zeilen"),
        ("status", "Post Production", "status", "planned"),
        ("status", "Canceled", "status", ""),
        ("original_language", "cn", "language", "zh"),
        ("original_language", "xx", "language", "zxx"),
        ("origin_country", [], "country", "GB"),
        ("origin_country", ["SU", "FR"], "country", "FR"),
        ("popularity", 9, "popularity", 33.3),
        ("vote_average", 7.914, "rating", Decimal("7.9")),
        ("vote_count", 4, "rating", None),
        ("runtime", 0, "runtime", None),
        ("release_date", "", "premiered", None),
        ("release_date", "1946-12-20", "premiered", date(1946, 12, 20)),
        ("genres", [{"name": "War"}, {"name": "War"}, {}], "genres", ("War",)),
        ("poster_path", None, "picture", ""),
        ("external_ids", {"imdb_id": "tt0038650", "wikidata_id": None}, "external_ids", {"imdb": "tt0038650"}),
        ("overview", None, "overview", ""),
    ],
)
def test_a_film_is_read(settings, field, value, fact, expected):
    read = film(**{field: value})
    assert (getattr(read, fact), read.problems) == (expected, ())


@pytest.mark.parametrize(
    ("field", "value", "fact", "empty"),
    [
        ("status", "Lost", "status", ""),
        ("original_language", "Klingon", "language", ""),
        ("release_date", "spring", "premiered", None),
        ("release_date", 1946, "premiered", None),
        ("vote_average", "good", "rating", None),
        ("popularity", -1, "popularity", None),
        ("runtime", 1e9, "runtime", None),
        ("genres", "Drama", "genres", ()),
        ("poster_path", "//elsewhere.example/x.jpg", "picture", ""),
        ("poster_path", "/../../x y", "picture", ""),
        ("external_ids", {"imdb_id": "12", "tvdb_id": [1]}, "external_ids", {}),
        ("external_ids", [], "external_ids", {}),
    ],
)
def test_what_a_film_should_not_say_is_noted_and_left_empty(field, value, fact, empty):
    read = film(**{field: value})
    assert getattr(read, fact) == empty
    assert str(read.problems[0]).startswith("film 12: ")


@pytest.mark.parametrize("changes", [{"id": None}, {"id": "12"}, {"title": ""}, {"title": None}, {"title": 7}])
def test_a_film_without_id_or_name_cannot_be_used(changes):
    with pytest.raises(UnusableError):
        film(**changes)


@pytest.mark.parametrize(
    ("field", "value", "fact", "expected"),
    [
        ("status", "Returning Series", "status", "running"),
        ("status", "Returning Series", "ended", None),
        ("status", "Canceled", "ended", date(2013, 5, 6)),
        ("episode_run_time", [], "runtime", None),
        ("episode_run_time", [50, 45], "runtime", 50),
        ("original_name", "Die Serie", "original_name", "Die Serie"),
        ("first_air_date", "2011-03-04", "premiered", date(2011, 3, 4)),
        ("external_ids", {"tvdb_id": 7, "imdb_id": "tt0000082"}, "external_ids", {"tvdb": "7", "imdb": "tt0000082"}),
    ],
)
def test_a_series_is_read(field, value, fact, expected):
    read = show(**{field: value})
    assert (getattr(read, fact), read.problems) == (expected, ())


def test_of_a_series_neither_episodes_nor_people_are_taken():
    parts = show().parts
    assert (parts.seasons, parts.episodes, parts.episode_ids, parts.people) == ((), (), None, [])


@pytest.mark.parametrize(("theirs", "ours"), [(None, None), (0, 0.0), (1, 10.0), (100, 66.8), (5000, 100.0)])
def test_popularity_goes_from_0_to_100(theirs, ours):
    assert popularity(theirs) == ours


def test_cast_and_crew_are_read_in_their_order():
    billed = {"cast": [shapes.cast(5, "Second", order=1), shapes.cast(4, "First", order=0)], "crew": [shapes.crew(6)]}
    read = film(credits=billed)
    assert [member.person.name for member in read.parts.cast] == ["Person 4", "Person 5"]
    assert [(member.job, member.role) for member in read.parts.crew] == [("Director", "director")]
    assert read.director == "Person 6"


@pytest.mark.parametrize(
    ("character", "name", "is_voice", "is_self"),
    [
        ("The cat (voice)", "The cat", True, False),
        ("Self - Narrator", "Self - Narrator", False, True),
        ("Himself (archive footage)", "Himself (archive footage)", False, True),
        ("Selfridge", "Selfridge", False, False),
        (None, "", False, False),
    ],
)
def test_a_part_says_whether_it_is_a_voice_or_oneself(character, name, is_voice, is_self):
    (member,) = film(credits={"cast": [shapes.cast(5, character)]}).parts.cast
    assert (member.character, member.is_voice, member.is_self) == (name, is_voice, is_self)


def test_of_a_crowd_those_with_a_role_of_ours_are_taken():
    crowd = [shapes.crew(number, "Grip") for number in range(1, 1500)] + [shapes.crew(9999, "Original Music Composer")]
    read = film(credits={"cast": [shapes.cast(number, order=number) for number in range(1, 999)], "crew": crowd})
    assert (len(read.parts.cast), len(read.parts.crew)) == (200, 100)
    assert (read.parts.crew[0].person.id, read.parts.crew[0].role) == (9999, Credit.Role.COMPOSER)


def test_a_credit_that_cannot_be_read_is_named_and_the_others_are_taken():
    read = film(credits={"cast": ["text", shapes.cast(5), shapes.cast(6, name=None)], "crew": None})
    assert [member.person.id for member in read.parts.cast] == [5]
    assert [str(problem) for problem in read.problems] == [
        "film 12, cast 2, person 6: name: is missing; left out",
        "film 12, cast 3: record: is text, not an object; left out",
    ]


def test_other_names_are_those_that_it_has_not_anyway():
    titles = [{"iso_3166_1": "FR", "title": "Le film"}, {"iso_3166_1": "US", "title": "Film 12"}, {"title": "Kino"}]
    read = film(alternative_titles={"titles": titles})
    assert [(alias.name, alias.country) for alias in read.parts.aliases] == [("Le film", "FR"), ("Kino", "")]


def test_a_series_keeps_its_other_names_elsewhere():
    read = show(alternative_titles={"results": [{"iso_3166_1": "FR", "title": "La série"}]})
    assert [alias.name for alias in read.parts.aliases] == ["La série"]


def test_of_several_translations_into_a_language_that_of_its_country_is_taken():
    told = [
        shapes.translation("pt", "BR", title="O filme", overview="Sobre."),
        shapes.translation("pt", "PT", title="A fita", overview="Acerca."),
        shapes.translation("de", "DE", title="", overview="Über etwas."),
        shapes.translation("de", "AT", title="Der Film", overview=""),
        shapes.translation("en", "US", title="The film", overview="About."),
        shapes.translation("qq", "QQ", title="?", overview="?"),
        shapes.translation("it", "IT", title="", overview=""),
    ]
    read = film(translations={"translations": told})
    assert {(told.language, told.name, told.overview) for told in read.parts.translations} == {
        ("pt", "A fita", "Acerca."),
        ("de", "Der Film", ""),
    }


def test_age_labels_of_every_release_are_read_and_unknown_ones_named():
    released = [
        shapes.release("GB", "U", "", "15"),
        shapes.release("US", "NR"),
        shapes.release("HU", "KN"),
        shapes.release("Nowhere", "18"),
    ]
    read = film(release_dates={"results": released})
    assert [(told.country, told.label, told.min_age) for told in read.parts.certifications] == [
        ("GB", "U", 0),
        ("GB", "15", 15),
    ]
    assert [str(problem) for problem in read.problems] == ["film 12: age labels: HU KN: no age that we know; left out"]


def test_a_series_has_one_age_label_for_each_country():
    read = show(content_ratings={"results": [{"iso_3166_1": "US", "rating": "TV-14", "descriptors": []}]})
    assert [(told.country, told.min_age) for told in read.parts.certifications] == [("US", 14)]


def test_ways_to_watch_are_read_by_region():
    told = shapes.ways(12, GB={"flatrate": ["Lantern "], "ads": ["Bijou"], "rent": ["Bijou", "Bijou"]}, FR={})
    told["results"]["XX"] = told["results"]["GB"]
    ways = film(**{"watch/providers": told}).parts.availabilities
    assert [(way.service, way.region, way.kind) for way in ways] == [
        ("Lantern", "GB", "subscription"),
        ("Bijou", "GB", "adverts"),
        ("Bijou", "GB", "rent"),
    ]
    assert {way.link for way in ways} == {"https://www.themoviedb.org/movie/12/watch?locale=GB"}
    assert {way.kind for way in ways} <= set(Availability.Kind)


def test_a_title_to_be_had_nowhere_is_told_from_one_of_which_nothing_is_said():
    assert film().parts.availabilities == ()
    for silent in (None, "text", {}, {"results": None}, {"results": []}):
        read = film(**{"watch/providers": silent})
        assert read.parts.availabilities is None
        assert "what we have stays" in str(read.problems[-1])


def test_an_offer_that_cannot_be_read_is_named_and_the_others_are_taken():
    told = {"results": {"GB": {"link": "javascript:alert(1)", "buy": [{}, shapes.offer("Bijou"), 7]}, "FR": "text"}}
    read = film(**{"watch/providers": told})
    (way,) = read.parts.availabilities
    assert (way.service, way.link, len(read.problems)) == ("Bijou", "", 4)


def test_any_part_may_be_of_any_shape():
    parts = ("credits", "external_ids", "alternative_titles", "translations", "release_dates", "genres")
    for part in parts:
        for value in (None, [], {}, "text", 7, {"results": {}}, {"titles": [None], "cast": [[]], "crew": [{}]}):
            assert film(**{part: value}).name == "Film 12"


def test_every_word_of_ours_is_one_of_a_model():
    for kind, words in tmdb.WORDS.items():
        assert kind in Title.Kind
        assert set(words.statuses.values()) <= set(Title.Status)


# -- asking ------------------------------------------------------------------------------------------------------------


def test_a_film_is_fetched_whole_with_one_call(server):
    shapes.serve(server, shapes.movie(12))
    read = connect().title("movie", 12)
    assert (read.name, read.picture) == ("Film 12", "https://images.example.org/original/poster.jpg")
    (request, _answer) = server.log[0]
    assert set(request.args["append_to_response"].split(",")) == {
        "credits",
        "release_dates",
        "external_ids",
        "alternative_titles",
        "translations",
        "watch/providers",
    }
    assert len(server.log) == 1


def test_a_series_is_fetched_with_one_call(server):
    shapes.serve(server, shapes.series(82), "series")
    assert connect().title("series", 82).name == "Show 82"
    assert "content_ratings" in server.log[0][0].args["append_to_response"]


def test_a_person_is_fetched(server):
    told = shapes.person(
        5,
        birthday="1893-03-26",
        deathday="1961-02-08",
        biography="Lived.\n\nActed.",
        profile_path="/face.jpg",
        external_ids={"imdb_id": "nm0000005", "wikidata_id": "Q5"},
    )
    server.expect_request("/person/5", query_string={"append_to_response": "external_ids"}).respond_with_json(told)
    record = connect().person(5)
    person = record.person
    assert (person.born, person.died, person.gender) == (date(1893, 3, 26), date(1961, 2, 8), "female")
    assert (person.biography, person.picture) == ("Lived.\n\nActed.", "https://images.example.org/original/face.jpg")
    assert person.external_ids == {"imdb": "nm0000005", "wikidata": "Q5"}


def test_a_search_finds_films_and_series_and_leaves_people_out(server):
    hits = [
        {"media_type": "tv", "id": 2, "name": "Lanterns"},
        {"media_type": "person", "id": 3, "name": "Lantern"},
        {"media_type": "movie", "id": 1, "title": "The Lantern", "release_date": "", "genre_ids": [18]},
        {"media_type": "movie", "id": 4},
        None,
    ]
    server.expect_request("/search/multi").respond_with_json({"results": hits, "page": 1, "total_pages": 1})
    found = connect().search("lantern & co")
    assert [(title.kind, title.id, title.name) for title in found] == [
        ("series", 2, "Lanterns"),
        ("movie", 1, "The Lantern"),
    ]
    assert server.log[0][0].args.to_dict() == {"query": "lantern & co", "include_adult": "false"}


def serve_found(server, value, source, **results):
    empty = {"movie_results": [], "tv_results": [], "person_results": []}
    query = {"external_source": source}
    server.expect_request(f"/find/{value}", query_string=query).respond_with_json(empty | results)


@pytest.mark.parametrize(
    ("kind", "ids", "found"),
    [
        ("series", {"imdb": "tt0000082"}, 82),
        ("series", {"imdb": "tt0000099", "tvdb": "1082"}, 83),
        ("movie", {"imdb": "tt0000082"}, None),
        ("movie", {"imdb": "tt0000082", "tvdb": "1082", "wikidata": "Q12"}, 12),
        ("series", {"imdb": "tt1/../x?", "tvdb": "-1"}, None),
        ("series", {}, None),
    ],
)
def test_a_title_is_found_by_its_ids_elsewhere(server, kind, ids, found):
    serve_found(server, "tt0000082", "imdb_id", tv_results=[{"id": 82}])
    serve_found(server, "tt0000099", "imdb_id", tv_results=[{"id": 1}, {"id": 2}], movie_results=[{"id": 3}])
    serve_found(server, "1082", "tvdb_id", tv_results=[{"id": 83}])
    serve_found(server, "Q12", "wikidata_id", movie_results=[{"id": 12}])
    assert connect().find(kind, ids) == found


@pytest.mark.parametrize("answer", [[], None, "text", {}, {"tv_results": None}, {"tv_results": [None, {"id": "x"}]}])
def test_nothing_is_found_in_an_answer_of_another_shape(server, answer):
    server.expect_request("/find/tt0000082").respond_with_json(answer)
    assert connect().find("series", {"imdb": "tt0000082"}) is None


def test_the_changes_of_a_day_are_read_to_their_last_page(server):
    for page in (1, 2):
        query = {"start_date": "2026-05-04", "end_date": "2026-05-05", "page": str(page)}
        answer = shapes.changes(page * 10, page * 10 + 1, page=page, total_pages=2)
        server.expect_request("/tv/changes", query_string=query).respond_with_json(answer)
    assert connect().changed("series", date(2026, 5, 4)) == {10, 11, 20, 21}


@pytest.mark.parametrize("total", [None, "many", -1, 0])
def test_a_feed_that_does_not_say_its_length_is_read_once(server, total):
    server.expect_request("/movie/changes").respond_with_json(shapes.changes(7, total_pages=total))
    assert connect().changed("movie", date(2026, 5, 4)) == {7}
    assert len(server.log) == 1


@pytest.mark.parametrize("answer", [[], "text", None, {"results": None}, {"results": {"id": 1}}])
def test_an_answer_that_is_no_list_is_refused(server, answer):
    server.expect_request("/search/multi").respond_with_json(answer)
    server.expect_request("/movie/changes").respond_with_json(answer)
    with pytest.raises(MalformedError, match="not a list"):
        connect().search("x")
    with pytest.raises(MalformedError, match="not a list"):
        connect().changed("movie", date(2026, 5, 4))


@pytest.mark.parametrize("answer", [[], "text", None, 7, {"id": 12}, {"title": "Film"}])
def test_an_answer_that_is_no_title_is_refused(server, answer):
    server.expect_request("/movie/12").respond_with_json(answer)
    server.expect_request("/person/12").respond_with_json(answer)
    with pytest.raises(MalformedError, match="TMDB, "):
        connect().title("movie", 12)
    with pytest.raises(MalformedError, match="TMDB, "):
        connect().person(12)


def test_a_page_of_html_is_no_answer(server):
    server.expect_request("/movie/12").respond_with_data("<html>busy</html>", content_type="text/html")
    with pytest.raises(MalformedError, match="not JSON"):
        connect().title("movie", 12)
    assert len(server.log) == 3


def test_ten_megabytes_in_a_field_become_a_text_of_bearable_length(server):
    shapes.serve(server, shapes.movie(12, overview="A long story. " * 750_000))
    read = connect().title("movie", 12)
    assert len(read.overview) <= 50_000
    assert "overview: has 1" in str(read.problems[0])


def test_an_answer_without_end_is_not_read_to_its_end(server, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1_000_000)
    shapes.serve(server, shapes.movie(12, overview="A long story. " * 750_000))
    with pytest.raises(MalformedError, match="more than"):
        connect().title("movie", 12)


def test_what_tmdb_does_not_know_is_asked_for_once(server):
    answer = {"success": False, "status_code": 34, "status_message": "The resource could not be found."}
    server.expect_request("/movie/12").respond_with_json(answer, status=404)
    with pytest.raises(NotFoundError, match="TMDB knows no /movie/12"):
        connect().title("movie", 12)
    assert len(server.log) == 1


def test_when_it_asks_for_patience_nobody_asks_meanwhile(server):
    stop = threading.Event()

    def refuse(request):
        stop.set()
        return Response(status=429, headers={"Retry-After": "120"})

    server.expect_request("/movie/12").respond_with_handler(refuse)
    with pytest.raises(StoppedError):
        tmdb.connect(is_bulk=True, stop=stop).title("movie", 12)
    assert 115 < live.redis().pttl("limit:tmdb:pause") / 1000 <= 120


def test_a_source_in_trouble_is_named(server):
    server.expect_request("/movie/12").respond_with_data("", status=503)
    with pytest.raises(UnavailableError, match="TMDB answered /movie/12 with status 503"):
        connect().title("movie", 12)


# -- the key -----------------------------------------------------------------------------------------------------------


def test_the_key_stands_in_a_header_and_in_no_address(server):
    shapes.serve(server, shapes.movie(12))
    connect().title("movie", 12)
    (request, _answer) = server.log[0]
    assert request.headers["Authorization"] == f"Bearer {shapes.KEY}"
    assert shapes.KEY not in request.url


def test_a_key_that_is_not_accepted_is_said_without_it(server, caplog):
    answer = {"status_code": 7, "status_message": f"Invalid API key: {shapes.KEY}", "success": False}
    server.expect_request("/movie/12").respond_with_json(answer, status=401)
    with pytest.raises(UnauthorizedError) as refused:
        connect().title("movie", 12)
    assert str(refused.value) == "TMDB did not answer /movie/12: it does not accept our key."
    assert len(server.log) == 1
    assert shapes.KEY not in caplog.text + repr(connect())


def test_the_key_is_not_told_to_another_server(server, settings):
    settings.OUTBOUND_ALLOWED = ["127.0.0.0/8", "::1"]
    with HTTPServer() as other:
        other.expect_request("/movie/12").respond_with_json(shapes.movie(12))
        moved = {"Location": other.url_for("/movie/12")}
        server.expect_request("/movie/12").respond_with_data("", status=302, headers=moved)
        connect().title("movie", 12)
        assert ["Authorization" in request.headers for request, _ in other.log] == [False]


@pytest.mark.parametrize(
    ("key", "is_usable", "warnings"),
    [
        ("", False, []),
        ("eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.aQ-s_w", True, []),
        ("0123456789abcdef0123456789abcdef", False, ["catalog.W001"]),
        ("a.b.c\r\nX-Other: d", False, ["catalog.W001"]),
    ],
)
def test_only_a_read_access_token_is_a_key(settings, key, is_usable, warnings):
    settings.TMDB_API_KEY = key
    assert tmdb.PROVIDER.is_configured() == is_usable
    assert (providers.of("tmdb") is not None) == is_usable
    assert [warning.id for warning in sources_have_usable_keys(None)] == warnings


def test_staff_are_told_what_to_do():
    assert "API Read Access Token" in tmdb.PROVIDER.advice
    assert "TMDB_API_KEY" in tmdb.PROVIDER.advice
