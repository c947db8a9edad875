import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from catalog import certifications, names, refresh, slugs
from catalog.models import (
    Alias,
    Certification,
    Credit,
    Episode,
    ExternalId,
    Genre,
    GenreLabel,
    Network,
    Person,
    SearchChange,
    SlugHistory,
    SourceRecord,
    Title,
)
from catalog.sources import tvmaze
from catalog.sources.facts import IndexPage
from catalog.sources.fields import Record
from tests.factories import CreditFactory, EpisodeFactory, ExternalIdFactory, PersonFactory, TitleFactory

from . import tvmaze_shapes as shapes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def genres():
    """Two genres of ours; tests that commit empty the tables that a migration filled."""
    for label, name in (("Drama", "Drama"), ("Animation", "Animation"), ("Scripted", None)):
        genre = name and Genre.objects.get_or_create(slug=name.lower(), defaults={"name": name})[0]
        GenreLabel.objects.update_or_create(source="tvmaze", label=label, defaults={"genre": genre or None})


def index(*shows, at=NOW):
    """Save a page of an index."""
    read = tuple(tvmaze.read_show(Record(show, "record")) for show in shows)
    return refresh.save_index(IndexPage(0, read, ()), at=at)


def apply(number=1, *, title=None, at=NOW, **parts):
    """Save a show whole."""
    return refresh.apply_title(title, tvmaze.read_whole_show(shapes.whole(number, **parts)), at=at)


def title(number=1):
    return Title.objects.get(external_ids__source="tvmaze", external_ids__value=str(number))


def numbers():
    """Number by source id of the episodes that are listed."""
    listed = Episode.objects.listed().values_list("external_ids__value", "number")
    return {int(value) - 500: number for value, number in listed if value}


def rows(*models):
    """Everything stored but the stamps of fetching."""
    stamps = {"indexed_at", "detailed_at", "fetched_at"}
    return {
        model.__name__: [
            {k: v for k, v in row.items() if k not in stamps} for row in model.objects.order_by("pk").values()
        ]
        for model in models
    }


EVERYTHING = (Title, Network, ExternalId, SourceRecord, Episode, Person, Credit, Alias, Title.genres.through)


def test_a_show_of_the_index_becomes_a_series():
    index(shapes.show(1, name="The Éclair Affair", type="Animation"))
    series = title()
    assert (series.name, series.slug, series.sort_name) == ("The Éclair Affair", "the-eclair-affair", "eclair affair")
    assert (series.byline, series.network.time_zone, series.country) == ("Channel Nine", "Europe/London", "GB")
    assert (series.year, series.language, series.status, series.popularity) == (2011, "en", Title.Status.ENDED, 90)
    assert {genre.name for genre in series.genres.all()} == {"Drama", "Animation"}
    ids = {"tvmaze": "1", "imdb": "tt0000001", "tvdb": "1001"}
    assert dict(series.external_ids.values_list("source", "value")) == ids
    assert (series.indexed_at, series.detailed_at, series.min_age) == (NOW, None, None)


def test_the_same_index_again_changes_nothing():
    shows = [shapes.show(1), shapes.show(2, network=None), shapes.show(3, name="Show 1")]
    index(*shows)
    before = rows(*EVERYTHING)
    assert index(*shows, at=LATER).counts == {"created": 0, "changed": 0, "unchanged": 3}
    assert rows(*EVERYTHING) == before
    assert title().indexed_at == LATER


def test_a_newer_index_changes_exactly_what_changed():
    index(shapes.show(1), shapes.show(2))
    before = rows(Title)["Title"]
    assert index(shapes.show(1), shapes.show(2, name="Renamed", weight=3), at=LATER).changed == 1
    one, two = rows(Title)["Title"]
    assert one == before[0]
    changed = {name for name in two if two[name] != before[1][name]}
    assert changed == {"name", "sort_name", "popularity", "updated_at"}


@pytest.mark.parametrize(
    "missing",
    [
        {"summary": None, "premiered": None},
        {"network": None},
        {"language": None, "status": ""},
        {"genres": [], "externals": {}},
        {"rating": {"average": None}, "weight": None},
        {"runtime": None, "averageRuntime": None},
    ],
)
def test_an_empty_value_erases_nothing(missing):
    index(shapes.show(1))
    before = rows(Title, ExternalId, Title.genres.through)
    index(shapes.show(1, **missing), at=LATER)
    assert rows(Title, ExternalId, Title.genres.through) == before


def test_a_series_that_runs_again_has_not_ended():
    index(shapes.show(1))
    index(shapes.show(1, status="Running", ended=None))
    assert (title().status, title().ended) == (Title.Status.RUNNING, None)


def test_what_staff_wrote_stays():
    index(shapes.show(1))
    locked = {"name": "staff", "genres": "staff", "ended": "staff"}
    Title.objects.update(name="Our name", sort_name="our name", field_sources=locked)
    index(shapes.show(1, name="Theirs", type="Animation", status="Running", ended=None, summary="New."))
    series = title()
    assert (series.name, series.sort_name, series.overview) == ("Our name", "our name", "New.")
    assert (series.ended, series.genres.count()) == (date(2013, 5, 6), 1)


def test_an_id_elsewhere_that_was_corrected_is_replaced():
    index(shapes.show(1))
    index(shapes.show(1, externals={"imdb": "tt9"}))
    assert title().external_ids.get(source="imdb").value == "tt9"


def test_an_id_elsewhere_of_another_title_stays_with_it():
    index(shapes.show(1))
    tally = index(shapes.show(2, externals={"imdb": "tt0000001"}))
    assert [str(problem) for problem in tally.problems] == [
        "show 2: imdb id: tt0000001 belongs to another title; left out"
    ]
    assert title(1).external_ids.filter(source="imdb").exists()


def test_a_title_that_another_source_brought_is_recognised_by_its_ids():
    known = ExternalIdFactory(source="imdb", value="tt0000001").title
    index(shapes.show(1))
    assert title(1) == known


def test_a_title_with_two_ids_follows_the_older_one():
    index(shapes.show(1, name="Kept"))
    ExternalIdFactory(title=title(1), value="2")
    assert index(shapes.show(2, name="Merged"), shapes.show(1, name="Kept")).created == 0
    assert title(1).name == "Kept"


def test_a_show_the_database_refuses_is_named_and_the_rest_is_saved():
    shows = tuple(tvmaze.read_show(Record(shapes.show(number), "record")) for number in (1, 2))
    spoilt = replace(shows[0], external_ids={"imdb": "t" * 65})
    tally = refresh.save_index(IndexPage(0, (spoilt, shows[1]), ()), at=NOW)
    assert (tally.created, [problem.subject for problem in tally.problems]) == (1, ["show 1"])


def test_a_page_takes_as_many_statements_for_more_shows(django_assert_num_queries):
    index(shapes.show(1), shapes.show(2))
    with django_assert_num_queries(12):
        index(*(shapes.show(number) for number in (1, 2)), at=LATER)
    index(*(shapes.show(number) for number in range(1, 60)))
    with django_assert_num_queries(12):
        index(*(shapes.show(number) for number in range(1, 60)), at=LATER)


def test_an_unknown_genre_is_kept_for_staff_to_map():
    tally = index(shapes.show(1, genres=["Drama", "Whodunit"]))
    assert "“Whodunit” is new" in str(tally.problems[0])
    assert GenreLabel.objects.get(label="Whodunit").genre is None
    assert index(shapes.show(1, genres=["Drama", "Whodunit"])).problems == []


def test_the_search_hears_of_new_names_only():
    index(shapes.show(1))
    SearchChange.objects.all().delete()
    index(shapes.show(1, summary="Other words"))
    assert not SearchChange.objects.exists()
    index(shapes.show(1, name="Other name"))
    assert list(SearchChange.objects.values_list("kind", "object_id")) == [("series", title().pk)]


def test_equal_names_get_the_year_and_then_a_counter():
    index(
        *(shapes.show(number, name="Twin", premiered="2001-01-01") for number in (1, 2, 3)), shapes.show(4, name="¿?")
    )
    assert [title(number).slug for number in (1, 2, 3, 4)] == ["twin", "twin-2001", "twin-2001-2", "series"]


def test_a_former_address_is_never_given_to_another():
    SlugHistory.objects.create(kind="series", slug="twin", title=TitleFactory(slug="renamed"))
    assert slugs.for_titles("series", [("Twin", None), ("Twin", None)]) == ["twin-2", "twin-3"]
    assert slugs.for_titles("movie", [("Twin", 1999)]) == ["twin"]


def test_a_path_never_changes_by_a_refresh():
    index(shapes.show(1, name="Before"))
    index(shapes.show(1, name="After"))
    assert (title().name, title().slug) == ("After", "before")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Tom & Jerry’s", "tom-and-jerrys"),
        ("Ночь", "noch"),
        ("東京", "dong-jing"),
        ("x" * 400, "x" * 300),
        ("…", "series"),
    ],
)
def test_a_slug_is_made_of_a_name_in_any_script(name, slug):
    assert slugs.base(name, fallback="series", length=300) == slug


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("The Wire", "en", "wire"),
        ("A Team", "", "team"),
        ("The", "en", "the"),
        ("Die Brücke", "de", "brucke"),
        ("Die Another Day", "en", "die another day"),
        ("L’Été", "fr", "ete"),
        ("’Allo ’Allo!", "en", "allo 'allo!"),
        ("한국", "ko", "한국"),
        ("!!!", "en", "!!!"),
    ],
)
def test_a_name_is_sorted_without_its_article(name, language, expected):
    assert names.sort_name(name, language) == expected


@pytest.mark.parametrize(
    ("labels", "country", "age"),
    [
        ([], "GB", None),
        ([("GB", 12), ("DE", 16)], "GB", 12),
        ([("US", 13), ("DE", 16)], "GB", 16),
        ([("US", 13)], "", 13),
    ],
)
def test_the_lowest_age_is_that_of_the_chosen_country_else_of_the_strictest(labels, country, age):
    given = [Certification(country=board, min_age=years) for board, years in labels]
    assert certifications.lowest_age(given, country) == age


def test_a_show_is_saved_whole():
    parts = {"seasons": [shapes.season(1, name="The first")], "akas": [shapes.alias("Eins", "DE")]}
    apply(1, episodes=[shapes.episode(1), shapes.episode(2), shapes.special(3)], cast=[shapes.cast(5)], **parts)
    series = title()
    assert (series.detailed_at, series.episodes_changed_at, series.episode_count) == (NOW, NOW, 2)
    assert [season.name for season in series.seasons.all()] == ["The first"]
    assert numbers() == {1: 1, 2: 2, 3: None}
    assert series.episodes.get(kind="special").external_ids.get().value == "503"
    assert (series.credits.get().person.name, series.aliases.get().country) == ("Person 5", "DE")
    assert SourceRecord.objects.get(external_id="1").state == SourceRecord.State.FETCHED


def test_the_same_show_again_changes_nothing():
    parts = {"episodes": [shapes.episode(1), shapes.special(2)], "cast": [shapes.cast(5)], "crew": [shapes.crew(6)]}
    apply(1, **parts)
    before = rows(*EVERYTHING)
    assert apply(1, at=LATER, **parts).counts == {"created": 0, "changed": 0, "unchanged": 1}
    assert rows(*EVERYTHING) == before
    assert (title().detailed_at, title().episodes_changed_at) == (LATER, NOW)


def test_the_index_does_not_forget_what_was_fetched_whole():
    apply(1, episodes=[shapes.episode(1)])
    index(shapes.show(1, weight=5))
    record = SourceRecord.objects.get(external_id="1")
    assert (record.state, record.data["weight"]) == (SourceRecord.State.FETCHED, 5)
    assert len(record.data["_embedded"]["episodes"]) == 1


def test_episodes_that_swap_their_numbers_stay_themselves():
    apply(1, episodes=[shapes.episode(1), shapes.episode(2)])
    first = Episode.objects.get(number=1)
    apply(1, episodes=[shapes.episode(1, number=2), shapes.episode(2, number=1)], at=LATER)
    first.refresh_from_db()
    assert (first.name, first.number) == ("Part 1", 2)
    assert title().episodes_changed_at == LATER


def test_an_episode_moves_to_another_season_as_itself():
    apply(1, episodes=[shapes.episode(1)])
    apply(1, episodes=[shapes.episode(1, season=2021)])
    assert Episode.objects.get().season.number == 2021
    assert [season.number for season in title().seasons.order_by("number")] == [1, 2021]


def test_the_second_of_two_episodes_with_one_number_goes_without():
    tally = apply(1, episodes=[shapes.episode(1), shapes.episode(2, number=1), shapes.episode(3)])
    assert numbers() == {1: 1, 2: None, 3: 3}
    assert "show 1, episode 502: number: 1 of season 1 is taken" in str(tally.problems[0])


def test_an_episode_no_longer_named_is_withdrawn_and_comes_back():
    apply(1, episodes=[shapes.episode(1), shapes.episode(2)])
    apply(1, episodes=[shapes.episode(2, number=1)], at=LATER)
    gone = Episode.objects.get(external_ids__value="501")
    assert (gone.withdrawn_at, gone.number, gone.name) == (LATER, None, "Part 1")
    assert (numbers(), title().episode_count) == ({2: 1}, 1)
    apply(1, episodes=[shapes.episode(1, number=2), shapes.episode(2, number=1)])
    assert numbers() == {1: 2, 2: 1}


@pytest.mark.parametrize(
    "answer", [[], [shapes.episode(1), "nonsense"], [shapes.episode(1), shapes.episode(2, season=None)]]
)
def test_no_episode_is_withdrawn_because_of_what_cannot_be_read(answer):
    apply(1, episodes=[shapes.episode(1), shapes.episode(2)])
    apply(1, episodes=answer)
    assert numbers() == {1: 1, 2: 2}


def test_an_episode_that_somebody_else_brought_is_recognised_by_its_number():
    apply(1, episodes=[shapes.episode(1)])
    brought = EpisodeFactory(title=title(), number=2)
    apply(1, episodes=[shapes.episode(1), shapes.episode(2)])
    brought.refresh_from_db()
    assert (brought.name, brought.external_ids.get().value, title().episodes.count()) == ("Part 2", "502", 2)


def test_an_episode_that_the_source_does_not_know_keeps_its_number():
    apply(1, episodes=[shapes.episode(1)])
    own = EpisodeFactory(title=title(), number=2)
    apply(1, episodes=[shapes.episode(1, number=2)])
    own.refresh_from_db()
    assert (own.number, own.withdrawn_at, numbers()) == (2, None, {1: None})


def test_an_hour_goes_with_the_day_it_belongs_to():
    apply(1, episodes=[shapes.episode(1), shapes.episode(2)])
    apply(1, episodes=[shapes.episode(1, airtime=""), shapes.episode(2, airtime="", airdate="2012-02-02")])
    stays, moved = Episode.objects.order_by("number")
    assert stays.airs_at == datetime(2012, 1, 1, 21, tzinfo=UTC)
    assert (moved.air_date, moved.airs_at) == (date(2012, 2, 2), None)


def test_an_episode_of_another_series_is_left_there():
    apply(1, episodes=[shapes.episode(1)])
    tally = apply(2, episodes=[shapes.episode(1), shapes.episode(2)])
    assert title(2).episodes.count() == 1
    assert "belongs to an episode of another series" in str(tally.problems[0])


def test_one_person_twice_in_one_part_is_one_credit():
    cast = [shapes.cast(5, "Twin"), shapes.cast(5, "Twin"), shapes.cast(5, "Aunt")]
    apply(1, cast=cast, crew=[shapes.crew(5, "Director")])
    assert Person.objects.count() == 1
    assert sorted(Credit.objects.values_list("role", "character")) == [
        ("actor", "Aunt"),
        ("actor", "Twin"),
        ("director", ""),
    ]


def test_credits_and_aliases_the_source_takes_back_go_and_ours_stay():
    apply(1, cast=[shapes.cast(5), shapes.cast(6)], akas=[shapes.alias("Old"), shapes.alias("Older")])
    ours = CreditFactory(title=title(), character="Ghost")
    Alias.objects.create(title=title(), name="House name", source="staff")
    apply(1, cast=[shapes.cast(6)], akas=[shapes.alias("Old")])
    assert set(title().credits.values_list("person__name", flat=True)) == {"Person 6", ours.person.name}
    assert set(title().aliases.values_list("name", flat=True)) == {"Old", "House name"}


def test_an_empty_cast_takes_nobody_away():
    apply(1, cast=[shapes.cast(5)], akas=[shapes.alias("Old")])
    apply(1)
    apply(1, cast=[shapes.cast(6)])
    assert [credit.person.name for credit in title().credits.all()] == ["Person 6"]
    assert title().aliases.count() == 1


def test_the_facts_of_a_person_are_revised_but_not_what_staff_wrote():
    apply(1, cast=[shapes.cast(5)])
    Person.objects.update(name="Ours", field_sources={"name": "staff"})
    renamed = shapes.person(5) | {"name": "Theirs", "deathday": "2020-01-01", "gender": None}
    apply(1, cast=[shapes.cast(5, person=renamed)])
    person = Person.objects.get()
    assert (person.name, person.died, person.gender) == ("Ours", date(2020, 1, 1), "female")


def test_people_somebody_else_credited_are_recognised_by_their_names():
    apply(1)
    known = CreditFactory(title=title(), person__name="Person 5").person
    PersonFactory(name="Person 6")
    apply(1, cast=[shapes.cast(5), shapes.cast(6)])
    assert known.external_ids.get().value == "5"
    assert Person.objects.filter(name="Person 5").count() == 1
    assert Person.objects.filter(name="Person 6").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_make_each_person_once():
    failed = []

    def one(number):
        try:
            apply(number, name="Same", cast=[shapes.cast(person) for person in range(1, 30)])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in (1, 2, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (Title.objects.count(), Person.objects.count(), Credit.objects.count()) == (2, 29, 58)


def test_failures_are_kept_and_the_next_try_is_later_each_time():
    index(shapes.show(1))
    waits = []
    for _ in range(3):
        refresh.note_failure("tvmaze", "series", "1", "TVmaze answered with status 500.", at=NOW)
        record = SourceRecord.objects.get()
        waits.append(record.next_try_at - NOW)
    assert waits == sorted(set(waits))
    assert (record.state, record.error_count) == ("failed", 3)
    apply(1)
    record.refresh_from_db()
    assert (record.state, record.error, record.error_count, record.next_try_at) == ("fetched", "", 0, None)


def test_what_the_source_no_longer_knows_stays_with_us():
    apply(1, episodes=[shapes.episode(1)])
    assert refresh.note_gone("tvmaze", "series", "1", at=NOW)
    assert SourceRecord.objects.get().state == SourceRecord.State.GONE
    assert numbers() == {1: 1}


def test_only_what_somebody_cares_for_is_due():
    index(*(shapes.show(number) for number in range(1, 7)))
    refresh.mark_wanted([title(1).pk, title(6).pk], at=NOW)
    Title.objects.filter(pk=title(2).pk).update(detailed_at=NOW - timedelta(days=8))
    Title.objects.filter(pk=title(3).pk).update(detailed_at=NOW - timedelta(days=1))
    Title.objects.filter(pk=title(4).pk).update(detailed_at=NOW - timedelta(days=30))
    refresh.note_failure("tvmaze", "series", "4", "No answer.", at=NOW)
    refresh.note_gone("tvmaze", "series", "6", at=NOW)
    assert refresh.due(now=NOW, limit=10) == [title(1).pk, title(2).pk]
    assert title(4).pk in refresh.due(now=NOW + timedelta(hours=1), limit=10)


def test_a_person_is_saved_alone():
    person = PersonFactory(name="Old")
    ExternalId.objects.create(source="tvmaze", kind="person", value="5", person=person)
    facts = tvmaze.read_person(Record(shapes.person(5), "person"))
    refresh.apply_person(person, tvmaze.PersonRecord(facts, shapes.person(5)), "tvmaze", at=NOW)
    person.refresh_from_db()
    assert (person.name, person.detailed_at) == ("Person 5", NOW)
