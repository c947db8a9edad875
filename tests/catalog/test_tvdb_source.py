import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from werkzeug import Response

from catalog import live
from catalog.models import GenreLabel
from catalog.sources import http, providers, tvdb
from catalog.sources.ages import age_of
from catalog.sources.errors import (
    MalformedError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)
from catalog.sources.facts import AliasFacts, NetworkFacts, Place, TranslationFacts
from catalog.sources.fields import Record, UnusableError
from catalog.sources.tvdb import login
from catalog.sources.tvdb.reading import popularity, read_hit, read_person

from . import tvdb_shapes as shapes
from .tvdb_shapes import tvdb_server  # noqa: F401

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def read(kind="series", **changes):
    node = shapes.movie(82, **changes) if kind == "movie" else shapes.whole(82, **changes)
    return tvdb.PROVIDER.read_stored(kind, node)


def connect():
    return tvdb.connect(is_bulk=False)


def asked(server):
    return [request.path for request, _ in server.log]


def tokens_sent(server):
    """By which the server was asked, without the log-ins."""
    sent = [request.headers.get("Authorization") for request, _ in server.log if request.path != "/login"]
    return [header and header.removeprefix("Bearer ") for header in sent]


# -- what is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "fact", "expected"),
    [
        ("name", "  Two \n lines\u0007 ", "name", "Two lines"),
        ("overview", "<p>One &amp; <b>two</b>.</p>", "overview", "One & two."),
        ("status", {"name": "Continuing"}, "status", "running"),
        ("status", {"name": "Upcoming"}, "status", "planned"),
        ("originalLanguage", "nor", "language", "no"),
        ("originalLanguage", "zhtw", "language", "zh"),
        ("originalCountry", "usa", "country", "US"),
        ("averageRuntime", 0, "runtime", None),
        ("firstAired", "", "premiered", None),
        ("lastAired", "2013-05-06", "ended", date(2013, 5, 6)),
        ("score", 0, "popularity", 0.0),
        ("score", 99_999, "popularity", 71.4),
        ("lastUpdated", "2026-05-01 10:11:12", "updated_at", datetime(2026, 5, 1, 10, 11, 12, tzinfo=UTC)),
        ("genres", [{"name": "War"}, {"name": "War"}, {}], "genres", ("War",)),
        ("image", "/banners/posters/2.jpg", "picture", "https://artworks.thetvdb.com/banners/posters/2.jpg"),
        ("image", "https://artworks.thetvdb.com/banners/images/missing/series.jpg", "picture", ""),
        ("originalNetwork", None, "network", NetworkFacts("Later", False, "GB", "")),
        ("originalNetwork", {"name": "Netflix", "country": "usa"}, "network", NetworkFacts("Netflix", True, "", "")),
    ],
)
def test_a_series_is_read(field, value, fact, expected):
    title = read(**{field: value})
    assert (getattr(title, fact), title.problems) == (expected, ())


@pytest.mark.parametrize(
    ("field", "value", "fact", "empty"),
    [
        ("status", {"name": "On holiday"}, "status", ""),
        ("status", "Ended", "status", ""),
        ("originalLanguage", "eng,fra", "language", ""),
        ("originalCountry", "narnia", "country", ""),
        ("originalCountry", 44, "country", ""),
        ("averageRuntime", "long", "runtime", None),
        ("firstAired", "2011-02-30", "premiered", None),
        ("score", -1, "popularity", None),
        ("score", [9], "popularity", None),
        ("genres", "Drama", "genres", ()),
        ("image", "javascript:alert(1)", "picture", ""),
        ("lastUpdated", "yesterday", "updated_at", None),
        ("remoteIds", {"imdb": "tt1"}, "external_ids", {}),
        ("remoteIds", [shapes.remote("82")], "external_ids", {}),
    ],
)
def test_nonsense_is_read_as_empty_and_named(field, value, fact, empty):
    title = read(**{field: value})
    assert getattr(title, fact) == empty
    assert {problem.subject.split(",")[0] for problem in title.problems} == {"show 82"}


@pytest.mark.parametrize("node", [{"name": "No id"}, {"id": -1, "name": "x"}, {"id": 5, "name": None}, {"id": "5"}])
@pytest.mark.parametrize("kind", ["series", "movie"])
def test_a_title_without_id_or_name_cannot_be_read(kind, node):
    with pytest.raises(UnusableError):
        tvdb.PROVIDER.read_stored(kind, node)


@pytest.mark.parametrize("kind", ["series", "movie"])
@pytest.mark.parametrize("value", [None, "", 0, True, "text", [], [None], {}, [{}], [[]], {"x": None}, 1e308])
def test_a_record_of_any_shape_is_read_or_refused(kind, value):
    node = dict.fromkeys({**shapes.series(), **shapes.movie(), "_embedded": 0}, value) | {"id": 1, "name": "Whole"}
    assert tvdb.PROVIDER.read_stored(kind, node).name == "Whole"
    listed = {"_embedded": {"episodes": value, "english": value, "dvd": value}, "seasons": [season_of(value)]}
    assert tvdb.PROVIDER.read_stored(kind, node | listed).name == "Whole"


def season_of(value):
    return {"type": {"type": "official", "id": 1}, "number": value, "id": value, "name": value}


def translated(name=None, overview=None, language="eng", **changes):
    return {"name": name, "overview": overview, "language": language, "isAlias": False} | changes


def test_a_series_from_elsewhere_is_named_in_english_and_keeps_its_own_name():
    names = [translated("The House of Paper"), translated("La casa de papel", language="spa")]
    told = {"nameTranslations": names, "overviewTranslations": [translated(overview="About a robbery.")]}
    title = read(originalLanguage="spa", name="La casa de papel", overview="Un atraco.", translations=told)
    assert (title.name, title.original_name, title.overview) == (
        "The House of Paper",
        "La casa de papel",
        "About a robbery.",
    )
    assert title.parts.translations == (TranslationFacts("es", "La casa de papel", "Un atraco."),)


def test_what_nobody_translated_keeps_its_own_name_and_has_no_overview():
    title = read(originalLanguage="jpn", name="七人の侍", overview="七人…")
    assert (title.name, title.original_name, title.overview) == ("七人の侍", "", "")
    assert title.parts.translations == (TranslationFacts("ja", "七人の侍", "七人…"),)


def test_translations_into_languages_that_nobody_knows_are_left_out():
    languages = {"deu": "Eins", "qqq": "?", "eng,ita": "One, uno"}
    names = [translated(name, language=language) for language, name in languages.items()]
    title = read(translations={"nameTranslations": names, "overviewTranslations": "none"})
    assert [facts.language for facts in title.parts.translations] == ["de"]
    assert "eng,ita, qqq are no languages" in str(title.problems[1])


def test_other_names_come_from_two_places_once_each():
    names = [translated("Spectacle 82", language="fra", isAlias=True), translated("X", language="deu", aliases=["Y"])]
    aliases = [{"language": "fra", "name": "Spectacle 82"}, {"language": "eng", "name": "Show 82"}]
    title = read(aliases=aliases, translations={"nameTranslations": names})
    assert title.parts.aliases == (AliasFacts("Spectacle 82", language="fr"), AliasFacts("Y", language="de"))


def test_ids_elsewhere_are_those_of_the_same_kind():
    ids = [
        shapes.remote("tt0000001"),
        shapes.remote("77", "TheMovieDB.com", 10),
        shapes.remote("78", "TheMovieDB.com", 12),
        shapes.remote("79", "TV Maze", 19),
        shapes.remote("Q80", "Wikidata", 18),
        shapes.remote("showcase", "Instagram", 9),
        shapes.remote("tt0000002"),
    ]
    assert read(remoteIds=ids).external_ids == {"imdb": "tt0000001", "tmdb": "78", "tvmaze": "79", "wikidata": "Q80"}
    assert read("movie", remoteIds=ids).external_ids["tmdb"] == "77"


def test_age_labels_that_name_no_age_are_named():
    labels = [("TV-14", "usa"), ("-12", "fra"), ("Kaiju", "jpn"), ("15", "narnia")]
    title = read(contentRatings=[{"name": label, "country": country} for label, country in labels])
    assert [(facts.country, facts.min_age) for facts in title.parts.certifications] == [("US", 14), ("FR", 12)]
    assert "? 15, JP Kaiju name no age" in str(title.problems[0])


@pytest.mark.parametrize(
    ("country", "label", "age"),
    [
        ("US", "TV-Y7-FV", 7),
        ("US", "tv-ma", 17),
        ("US", "NC-17", 18),
        ("US", "PG-13", 13),
        ("US", "NR", None),
        ("GB", "PG", 8),
        ("GB", "12A", 12),
        ("DE", "FSK 16", 16),
        ("FR", "Tous publics", 0),
        ("NL", "AL", 0),
        ("AU", "MA 15+", 15),
        ("CA", "C8", 8),
        ("PT", "M/12", 12),
        ("JP", "R18+", 18),
        ("XX", "16+", 16),
        ("US", "99", None),
        ("US", "", None),
    ],
)
def test_the_label_of_a_board_is_an_age(country, label, age):
    assert age_of(country, label) == age


def test_a_film_was_first_shown_when_it_was_first_shown_anywhere():
    releases = [{"country": "usa", "date": "1947-01-07"}, {"country": "fra", "date": "1946-05-01"}, {"date": "soon"}]
    film = read("movie", releases=releases, first_release={"date": "1946-12-20"})
    assert (film.premiered, film.runtime, film.status) == (date(1946, 5, 1), 104, "released")
    assert read("movie", status={"name": "Completed"}).status == "planned"


def test_a_film_names_its_directors():
    crew = [shapes.character(3, "Writer"), shapes.character(2, "Director"), shapes.character(1, "Director")]
    film = read("movie", characters=crew)
    assert film.director == "Person 1, Person 2"
    assert [(member.job, member.role) for member in film.parts.crew][-1] == ("Writer", "writer")


def test_the_cast_stands_before_its_guests_and_those_of_single_episodes_are_left_out():
    named = [
        shapes.character(5, "Guest Star", "A stranger"),
        shapes.character(2, "Actor", "Second", sort=2),
        shapes.character(1, "Actor", "First", sort=1),
        shapes.character(3, "Host"),
        shapes.character(4, "Actor", episodeId=501),
        shapes.character(6, "Showrunner"),
        shapes.character(7, personName=None),
        "nobody",
    ]
    title = read(characters=named)
    assert [member.person.id for member in title.parts.cast] == [1, 2, 3, 5]
    assert [member.is_self for member in title.parts.cast] == [False, False, True, False]
    assert [(member.job, member.role) for member in title.parts.crew] == [("Showrunner", "producer")]
    assert title.parts.cast[0].person.picture == "https://artworks.thetvdb.com/banners/person/1.jpg"
    assert len(title.problems) == 2


def test_the_best_poster_is_taken_where_none_was_chosen():
    artworks = [
        {"type": 3, "score": 900, "image": "https://x.example/background.jpg"},
        {"type": 2, "score": 5, "image": "https://x.example/worse.jpg"},
        {"type": 2, "score": 7, "image": "/banners/better.jpg"},
    ]
    assert read(image=None, artworks=artworks).picture == "https://artworks.thetvdb.com/banners/better.jpg"


@pytest.mark.parametrize(("score", "ours"), [(None, None), (0, 0.0), (9_999_999, 100.0), (10**14, 100.0)])
def test_scores_are_told_on_a_scale_of_logarithms(score, ours):
    assert popularity(score) == ours


def test_seasons_are_those_of_the_aired_order_only():
    seasons = [shapes.season(0), shapes.season(1), shapes.season(1, shapes.DVD), shapes.season(1, shapes.ABSOLUTE)]
    assert [(season.number, season.id) for season in read(seasons=seasons).parts.seasons] == [(0, 910), (1, 911)]


def test_without_an_official_order_the_default_one_counts():
    seasons = [shapes.season(1, shapes.DVD), shapes.season(2, shapes.ABSOLUTE)]
    assert [season.number for season in read(seasons=seasons, defaultSeasonType=2).parts.seasons] == [1]


def test_an_episode_is_read():
    told = shapes.episode(3, aired="2012-01-03", overview="It goes on.", image="/banners/3.jpg", finaleType="season")
    episode = read(episodes=[told]).parts.episodes[0]
    assert (episode.id, episode.season, episode.number, episode.is_special) == (503, 1, 3, False)
    assert (episode.name, episode.overview, episode.runtime) == ("Part 3", "It goes on.", 55)
    assert (episode.air_date, episode.airs_at) == (date(2012, 1, 3), None)
    assert episode.picture == "https://artworks.thetvdb.com/banners/3.jpg"


def test_specials_are_in_season_nought_and_what_has_no_number_is_one():
    told = [shapes.episode(1, seasonNumber=0), shapes.episode(2, number=None), shapes.episode(3)]
    assert [episode.is_special for episode in read(episodes=told).parts.episodes] == [True, True, False]


def test_episodes_from_elsewhere_are_named_in_english_where_they_are():
    told = [shapes.episode(1, name="Teil 1", overview="Auf Deutsch."), shapes.episode(2, name="Teil 2")]
    english = [shapes.episode(1, overview="In English."), shapes.episode(2, name=None)]
    episodes = read(originalLanguage="deu", episodes=told, english=english).parts.episodes
    assert [(episode.name, episode.overview) for episode in episodes] == [("Part 1", "In English."), ("Teil 2", "")]


def test_other_orders_stand_beside_the_aired_one():
    dvd = [shapes.episode(1, seasonNumber=2, number=9)]
    absolute = [shapes.episode(1, number=14), shapes.episode(2, number=None)]
    first, second = read(episodes=[shapes.episode(1), shapes.episode(2)], dvd=dvd, absolute=absolute).parts.episodes
    assert first.orders == (Place("dvd", 2, 9), Place("absolute", None, 14))
    assert second.orders == ()


def test_nothing_is_concluded_from_a_list_that_cannot_be_read_whole():
    whole = read(episodes=[shapes.episode(1)])
    broken = read(episodes=[shapes.episode(1), shapes.episode(2, id=None), "episode"])
    missing = tvdb.PROVIDER.read_stored("series", shapes.series(82))
    assert [title.parts.episode_ids for title in (whole, broken, missing)] == [frozenset({501}), None, None]
    assert len(broken.problems) == 2


def test_a_person_is_read():
    biographies = [{"biography": "Née…", "language": "fra"}, {"biography": "Born in Kingston.", "language": "eng"}]
    ids = [shapes.remote("nm0000007", kind=16), shapes.remote("55", "TheMovieDB.com", 15)]
    person = read_person(Record(shapes.person(7, biographies=biographies, remoteIds=ids), "person 7"))
    assert (person.name, person.gender, person.born, person.died) == ("Person 7", "female", date(1970, 1, 2), None)
    assert (person.biography, person.country) == ("Born in Kingston.", "")
    assert person.external_ids == {"imdb": "nm0000007", "tmdb": "55"}


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


# -- the log-in --------------------------------------------------------------------------------------------------------


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


# -- genres ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_genres_of_both_new_sources_are_mapped_onto_ours():
    ours, new = (import_module(f"catalog.migrations.{name}") for name in ("0002_genres", "0006_tvdb_tmdb_genres"))
    GenreLabel.objects.all().delete()
    ours.fill(apps, None)
    new.fill(apps, None)
    new.fill(apps, None)
    meant = dict(GenreLabel.objects.filter(source="tvdb").values_list("label", "genre__name"))
    assert (meant["Science Fiction"], meant["Suspense"], meant["Mini-Series"]) == ("Science fiction", "Thriller", None)
    unmapped = GenreLabel.objects.exclude(source="tvmaze").filter(genre=None).values_list("label", flat=True)
    assert sorted(unmapped) == ["Indie", "Mini-Series", "Podcast", "TV Movie"]
