"""One series at TVmaze and at TheTVDB, and one film at TMDB and at TheTVDB: one row each, whoever came first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalog import refresh
from catalog.models import (
    Alias,
    Certification,
    Credit,
    Episode,
    EpisodeNumber,
    ExternalId,
    Match,
    Network,
    Person,
    Picture,
    Season,
    SourceRecord,
    Title,
    Translation,
)
from catalog.refresh import rows
from catalog.sources import tmdb, tvdb, tvmaze

from . import tmdb_shapes, tvdb_shapes, tvmaze_shapes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

STAMPS = {"id", "created_at", "updated_at", "indexed_at", "detailed_at", "episodes_changed_at", "wanted_at"}
STAMPS |= {"fetched_at", "source_updated_at"}
OF_THE_FIRST = {"slug"}
"""An address stays what it was made from."""

SAID = {"name", "original_name", "overview", "premiered", "ended", "status", "runtime", "language", "country"}
SAID |= {"network", "popularity", "source_rating", "air_date", "gender", "born", "died", "biography", "genres"}
SAID |= {"cast", "crew"}
"""What somebody is believed about."""

ORDERS = pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1), (1, 0, 0, 1)], ids=str)


def apply(told, order):
    for turn, place in enumerate(order):
        refresh.apply_title(None, told[place], at=NOW + turn * timedelta(hours=1))


def natural(thing):
    """What a row is, whatever its number."""
    if isinstance(thing, Title):
        return thing.name
    if isinstance(thing, Season):
        return f"season {thing.number}"
    if isinstance(thing, Episode):
        return f"episode {thing.season.number}/{thing.number} {thing.name}"
    if isinstance(thing, Network):
        return f"{thing.kind} {thing.name} {thing.country}"
    return str(thing)


def stored():
    """Everything that is stored of titles, without numbers and stamps."""
    models = (Title, Season, Episode, EpisodeNumber, Person, Credit, Alias, Translation, Certification)
    models += (ExternalId, SourceRecord, Network, Picture)
    return {f"{model.__name__} {values(row)}" for model in models for row in model.objects.all()}


def values(row):
    told = {}
    for field in row._meta.concrete_fields:
        if field.name not in STAMPS | OF_THE_FIRST | {"field_sources"}:
            value = getattr(row, field.name)
            told[field.name] = natural(value) if field.is_relation and value is not None else value
    if isinstance(row, Title):
        told["genres"] = sorted(genre.name for genre in row.genres.all())
        told["cast"] = told["crew"] = True
    sources = getattr(row, "field_sources", {})
    given = sorted(name for name in SAID & told.keys() if told[name] not in ("", None))
    return told | {"said by": [f"{name}: {rows.origin(sources, name)}" for name in given if sources]}


def of_tvmaze(number=1, **changes):
    return tvmaze.read_whole_show(tvmaze_shapes.whole(number, **changes))


def of_tvdb(number=1001, kind="series", **changes):
    node = tvdb_shapes.movie(number, **changes) if kind == "movie" else tvdb_shapes.whole(number, **changes)
    return tvdb.PROVIDER.read_stored(kind, node)


def both_disagree():
    """A series of which the two say something else in every field, but that one names the other's id."""
    at_tvmaze = of_tvmaze(
        name="The Lamps",
        episodes=[
            tvmaze_shapes.episode(1, name="Light", summary="<p>It begins.</p>"),
            tvmaze_shapes.episode(2, name="Dusk", runtime=None),
            tvmaze_shapes.episode(3, name="Only here"),
        ],
        seasons=[tvmaze_shapes.season(1, name="Year one")],
        cast=[tvmaze_shapes.cast(5, "Ada"), tvmaze_shapes.cast(6, "Bo")],
        crew=[tvmaze_shapes.crew(7, "Creator")],
        akas=[tvmaze_shapes.alias("Les lampes", "FR")],
        image={"original": "https://images.example.org/lamps.jpg"},
    )
    at_tvdb = of_tvdb(
        name="Lamplight",
        overview="Something else.",
        status={"name": "Continuing"},
        averageRuntime=44,
        originalLanguage="nor",
        originalCountry="nor",
        originalNetwork=tvdb_shapes.network("Channel Ten", "nor"),
        genres=[{"name": "Crime"}],
        firstAired="2012-12-12",
        score=10,
        remoteIds=[tvdb_shapes.remote("tt7777777"), tvdb_shapes.remote("Q5", "Wikidata", 18)],
        contentRatings=[{"name": "15", "country": "gbr"}],
        aliases=[{"name": "Lampelys", "language": "nor"}],
        translations={
            "nameTranslations": [{"name": "Lamplight", "language": "eng"}, {"name": "Licht", "language": "deu"}]
        },
        seasons=[
            tvdb_shapes.season(1, name="The first"),
            tvdb_shapes.season(2),
            tvdb_shapes.season(1, tvdb_shapes.DVD),
        ],
        episodes=[
            tvdb_shapes.episode(11, number=1, name="Lys", aired="2012-01-02", image="/1.jpg"),
            tvdb_shapes.episode(12, number=2, name="Skumring", aired="2012-01-01", runtime=41),
            tvdb_shapes.episode(14, number=1, seasonNumber=2, name="Only there", aired="2013-01-01"),
        ],
        english=[tvdb_shapes.episode(11, name="Lights", overview="They begin.")],
        dvd=[tvdb_shapes.episode(11, seasonNumber=1, number=2), tvdb_shapes.episode(12, seasonNumber=1, number=1)],
        characters=[
            tvdb_shapes.character(50, name="Ada Lovelace", personName="Person 5"),
            tvdb_shapes.character(51, "Director"),
        ],
    )
    return at_tvmaze, at_tvdb


def film_at_both():
    """The same of a film, by its id at IMDb."""
    cast = [{"id": 5, "name": "Person 5", "character": "Ada", "order": 0, "gender": 1, "profile_path": "/5.jpg"}]
    at_tmdb = tmdb.read_stored(
        "movie", tmdb_shapes.movie(7, title="The Lamps", original_title="Lampene", credits={"cast": cast, "crew": []})
    )
    at_tvdb = of_tvdb(
        kind="movie",
        name="Lamplight",
        overview="Something else.",
        status={"name": "Completed"},
        runtime=90,
        originalLanguage="nor",
        originalCountry="nor",
        genres=[{"name": "Crime"}],
        first_release={"date": "1950-01-01"},
        score=10,
        image="/lamps.jpg",
        remoteIds=[tvdb_shapes.remote("tt0000007"), tvdb_shapes.remote("Q999", "Wikidata", 18)],
        characters=[tvdb_shapes.character(50, name="A", personName="Person 5"), tvdb_shapes.character(51, "Director")],
        contentRatings=[{"name": "15", "country": "gbr"}],
    )
    return at_tmdb, at_tvdb


def test_a_series_at_two_sources_is_one_row_by_the_id_that_they_share():
    apply(both_disagree(), (0, 1))
    assert Title.objects.count() == 1
    assert set(Title.objects.get().external_ids.values_list("source", "value")) >= {("tvmaze", "1"), ("tvdb", "1001")}


def test_about_each_field_the_better_source_is_believed_and_the_other_about_the_rest():
    apply(both_disagree(), (1, 0))
    title = Title.objects.get()
    assert (title.name, title.runtime, title.status, str(title.network)) == ("The Lamps", 60, "ended", "Channel Nine")
    assert (title.premiered, title.language, title.country) == (date(2011, 3, 4), "en", "GB")
    assert {genre.name for genre in title.genres.all()} == {"Drama"}
    assert (title.min_age, title.field_sources["name"], title.external_ids.get(source="imdb").value) == (
        15,
        "tvmaze",
        "tt0000001",
    )
    assert set(title.aliases.values_list("name", flat=True)) == {"Les lampes", "Lampelys"}
    assert {row.language for row in title.translations.all()} == {"de", "no"}


def test_episodes_of_both_are_one_where_their_numbers_and_days_agree():
    apply(both_disagree(), (0, 1))
    listed = {(episode.season.number, episode.number): episode for episode in Episode.objects.listed()}
    assert {spot: episode.name for spot, episode in listed.items()} == {
        (1, 1): "Light",
        (1, 2): "Dusk",
        (1, 3): "Only here",
        (2, 1): "Only there",
    }
    dusk = listed[1, 2]
    assert (dusk.runtime, rows.origin(dusk.field_sources, "runtime"), dusk.air_date) == (41, "tvdb", date(2012, 1, 2))
    assert dusk.numbers.get(order="dvd").number == 1


@ORDERS
def test_whoever_of_two_sources_came_first_the_same_series_is_there(order):
    apply(both_disagree(), (0, 1))
    expected = stored()
    forget_everything()
    apply(both_disagree(), order)
    assert stored() == expected


@ORDERS
def test_whoever_of_two_sources_came_first_the_same_film_is_there(order):
    apply(film_at_both(), (0, 1))
    expected = stored()
    forget_everything()
    apply(film_at_both(), order)
    assert stored() == expected
    assert (Title.objects.get().name, Title.objects.get().runtime) == ("The Lamps", 104)


def forget_everything():
    Episode.objects.all().delete()
    for model in (Title, Person, Network, SourceRecord):
        model.objects.all().delete()


@ORDERS
def test_what_runs_on_at_the_better_source_has_not_ended_at_the_other(order):
    apply((of_tvmaze(status="Running", ended=None), of_tvdb(lastAired="2013-05-06")), order)
    title = Title.objects.get()
    assert (title.status, title.ended) == ("running", None)


@ORDERS
def test_episodes_that_one_source_numbers_otherwise_are_recognised_by_their_days_and_names(order):
    at_tvmaze = [tvmaze_shapes.episode(place, name=f"Night {place}") for place in (1, 2, 3)]
    at_tvdb = [
        tvdb_shapes.episode(10 + place, number=place + 1, name=f"Night {place}", aired=f"2012-01-0{place}")
        for place in (1, 2, 3)
    ]
    apply((of_tvmaze(episodes=at_tvmaze), of_tvdb(episodes=at_tvdb)), order)
    known = [
        (episode.number, episode.name, episode.external_ids.count()) for episode in Episode.objects.order_by("number")
    ]
    assert known == [(1, "Night 1", 2), (2, "Night 2", 2), (3, "Night 3", 2)]


@ORDERS
def test_an_id_that_was_only_heard_of_gives_way_to_the_source_itself(order):
    told = of_tvmaze(externals={"thetvdb": 5, "imdb": "tt0001001"}), of_tvdb(1001)
    apply(told, order)
    assert list(Title.objects.get().external_ids.filter(source="tvdb").values_list("value", flat=True)) == ["1001"]
    assert not Match.objects.exists()


def test_two_series_of_one_source_with_one_id_elsewhere_stay_two():
    shared = [tvdb_shapes.remote("tt0000001")]
    apply((of_tvdb(1, remoteIds=shared), of_tvdb(2, remoteIds=shared)), (0, 1))
    assert Title.objects.count() == 2
    assert Match.objects.get().reasons == ["IMDb tt0000001"]
