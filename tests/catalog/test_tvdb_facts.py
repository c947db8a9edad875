"""What is read out of the answers of TheTVDB."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps

from catalog.models import GenreLabel
from catalog.sources import tvdb
from catalog.sources.ages import age_of
from catalog.sources.facts import AliasFacts, NetworkFacts, Place, TranslationFacts
from catalog.sources.fields import Record, UnusableError
from catalog.sources.tvdb.reading import popularity, read_person

from . import tvdb_shapes as shapes
from .tvdb_shapes import tvdb_server  # noqa: F401


def read(kind="series", **changes):
    node = shapes.movie(82, **changes) if kind == "movie" else shapes.whole(82, **changes)
    return tvdb.PROVIDER.read_stored(kind, node)


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
