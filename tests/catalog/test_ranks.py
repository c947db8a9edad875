"""Several sources of one title: who is believed about what."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from catalog import refresh
from catalog.models import Credit, Episode, EpisodeNumber, ExternalId, Match, SourceRecord, Title
from catalog.refresh import rows
from catalog.sources.facts import (
    CastMember,
    EpisodeFacts,
    Parts,
    PersonFacts,
    Place,
    TitleFacts,
)
from tests.factories import TitleFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def facts(source="tvmaze", number=1, *, kind="series", parts=None, **changes):
    said = {
        "source": source,
        "kind": kind,
        "id": number,
        "name": f"Name at {source}",
        "overview": f"Told by {source}.",
        "status": "running",
        "runtime": {"tvmaze": 60, "tvdb": 55, "tmdb": 50}[source],
        "language": "en",
        "country": "GB",
        "network": None,
        "genres": (),
        "premiered": date(2011, 3, 4),
        "ended": None,
        "popularity": 10.0,
        "rating": Decimal("7.0"),
        "external_ids": {"imdb": "tt1"},
        "updated_at": None,
        "raw": {"id": number},
        "parts": parts or Parts(),
    }
    return TitleFacts(**(said | changes))


def episode(number, place, **changes):
    plain = EpisodeFacts(
        id=number,
        season=1,
        number=place,
        is_special=False,
        name=f"Part {place}",
        overview="",
        air_date=date(2012, 1, place),
        airs_at=None,
        runtime=None,
        rating=None,
    )
    return replace(plain, **changes)


def episodes(*them):
    return Parts(episodes=them, episode_ids=frozenset(each.id for each in them))


def cast(*names):
    people = [PersonFacts(100 + place, name, "", None, None, "") for place, name in enumerate(names)]
    return Parts(cast=tuple(CastMember(person, f"Part of {person.name}", False, False) for person in people))


def apply(*told):
    for each in told:
        refresh.apply_title(None, each, at=NOW)
    return Title.objects.get()


def listed():
    return list(Episode.objects.listed().order_by("season__number", "number").values_list("number", "name"))


@pytest.mark.parametrize("order", [("tvmaze", "tvdb", "tmdb"), ("tmdb", "tvdb", "tvmaze"), ("tvdb", "tmdb", "tvmaze")])
def test_the_best_ranked_source_is_believed_whoever_came_first(order):
    title = apply(*(facts(source) for source in order))
    assert (title.name, title.overview, title.runtime) == ("Name at tvmaze", "Told by tvmaze.", 60)
    assert title.field_sources["name"] == "tvmaze"


@pytest.mark.parametrize("order", [("tvmaze", "tmdb"), ("tmdb", "tvmaze")])
def test_about_films_tmdb_is_believed_first(order):
    title = apply(*(facts(source, kind="movie") for source in order))
    assert (title.name, title.field_sources["name"]) == ("Name at tmdb", "tmdb")


@pytest.mark.parametrize("order", [0, 1])
def test_what_the_better_source_does_not_say_the_other_does(order):
    told = [facts("tvmaze", overview="", original_name=""), facts("tvdb", original_name="Nom")]
    title = apply(*(told if order else reversed(told)))
    assert (title.name, title.overview, title.original_name) == ("Name at tvmaze", "Told by tvdb.", "Nom")
    assert (title.field_sources["overview"], title.field_sources["original_name"]) == ("tvdb", "tvdb")


def test_a_source_may_correct_what_it_said_itself_and_what_a_worse_one_did():
    apply(facts("tvdb"))
    assert apply(facts("tvdb", overview="Better.")).overview == "Better."
    assert apply(facts("tvmaze", overview="Best.")).overview == "Best."
    assert apply(facts("tvdb", overview="Worse.")).overview == "Best."


def test_what_staff_wrote_stays_whoever_speaks():
    title = apply(facts("tvdb"))
    Title.objects.update(name="Ours", field_sources=title.field_sources | {"name": "staff"})
    assert apply(facts("tvmaze")).name == "Ours"


def test_episodes_of_two_sources_are_one_where_number_and_day_agree():
    apply(facts(parts=episodes(episode(501, 1), episode(502, 2))))
    apply(facts("tvdb", parts=episodes(episode(901, 1, air_date=date(2012, 1, 2)), episode(902, 2))))
    assert listed() == [(1, "Part 1"), (2, "Part 2")]
    assert ExternalId.objects.filter(kind="episode", episode__number=1).count() == 2


def test_another_numbering_doubles_nothing():
    second = episode(502, 2, name="Second", air_date=date(2012, 3, 2))
    apply(facts(parts=episodes(episode(501, 1, name="Pilot"), second)))
    shifted = episode(901, 2, name="Pilot", air_date=date(2012, 1, 1))
    stranger = episode(902, 1, name="Prologue", air_date=date(2011, 1, 1))
    apply(facts("tvdb", parts=episodes(shifted, stranger)))
    assert listed() == [(1, "Pilot"), (2, "Second")]
    assert ExternalId.objects.get(value="901").episode.number == 1


@pytest.mark.parametrize("order", [0, 1])
def test_each_adds_the_episodes_that_only_it_knows(order):
    told = [facts(parts=episodes(episode(501, 1))), facts("tvdb", parts=episodes(episode(901, 1), episode(902, 2)))]
    apply(*(told if order else reversed(told)))
    assert listed() == [(1, "Part 1"), (2, "Part 2")]


def test_a_better_source_displaces_what_a_worse_one_put_in_its_place():
    apply(facts("tvdb", parts=episodes(episode(901, 1, name="Wrong", air_date=date(2010, 1, 1)))))
    apply(facts("tvmaze", parts=episodes(episode(501, 1))))
    assert listed() == [(1, "Part 1")]
    apply(facts("tvdb", parts=episodes(episode(901, 1, name="Wrong", air_date=date(2010, 1, 1)))))
    assert listed() == [(1, "Part 1")]


def test_an_episode_that_another_source_still_names_is_not_withdrawn():
    apply(facts(parts=episodes(episode(501, 1), episode(502, 2))))
    apply(facts("tvdb", parts=episodes(episode(901, 1), episode(902, 2))))
    apply(facts("tvdb", parts=episodes(episode(901, 1))))
    assert listed() == [(1, "Part 1"), (2, "Part 2")]


def test_a_field_of_an_episode_comes_from_whom_is_believed_about_it():
    apply(facts(parts=episodes(episode(501, 1))))
    apply(facts("tvdb", parts=episodes(episode(901, 1, name="Other", overview="Told."))))
    stored = Episode.objects.get()
    assert (stored.name, stored.overview) == ("Part 1", "Told.")
    assert stored.field_sources == {rows.ANY: "tvmaze", "overview": "tvdb"}


def test_a_field_of_an_episode_that_staff_wrote_stays():
    apply(facts(parts=episodes(episode(501, 1))))
    locks = {rows.ANY: "tvmaze", "name": "staff", "number": "staff", "air_date": "staff"}
    Episode.objects.update(name="Ours", number=7, air_date=date(2000, 1, 1), field_sources=locks)
    apply(facts(parts=episodes(episode(501, 1, overview="New."))))
    stored = Episode.objects.get()
    assert (stored.name, stored.number, stored.air_date, stored.overview) == ("Ours", 7, date(2000, 1, 1), "New.")


@pytest.mark.parametrize("order", [0, 1])
def test_the_cast_comes_from_one_source(order):
    told = [facts(parts=cast("Ann", "Bob")), facts("tvdb", parts=cast("Anne", "Bob", "Cy"))]
    apply(*(told if order else reversed(told)))
    assert list(Credit.objects.order_by("position").values_list("person__name", flat=True)) == ["Ann", "Bob"]


def test_who_left_the_cast_goes_and_whom_staff_added_stays():
    title = apply(facts(parts=cast("Ann", "Bob")))
    someone = Credit.objects.first().person
    Credit.objects.create(title=title, person=someone, role=Credit.Role.ACTOR, character="Ghost", source="staff")
    apply(facts(parts=cast("Ann")))
    assert sorted(Credit.objects.values_list("character", flat=True)) == ["Ghost", "Part of Ann"]


def test_other_orders_are_kept_beside_the_aired_one():
    placed = episode(901, 1, orders=(Place("dvd", 1, 3), Place("absolute", None, 12)))
    apply(facts("tvdb", parts=episodes(placed)))
    stored = EpisodeNumber.objects.order_by("order").values_list("order", "season_number", "number")
    assert list(stored) == [("absolute", None, 12), ("dvd", 1, 3)]


def test_staff_may_choose_the_order_of_a_series():
    first = episode(901, 1, orders=(Place("dvd", 1, 2),))
    second = episode(902, 2, orders=(Place("dvd", 1, 1),))
    apply(facts("tvdb", parts=episodes(first, second)))
    Title.objects.update(episode_order=Title.Order.DVD)
    apply(facts("tvdb", parts=episodes(first, second)))
    assert listed() == [(1, "Part 2"), (2, "Part 1")]
    assert EpisodeNumber.objects.get(episode__name="Part 1", order="aired").number == 1


def test_an_id_that_two_titles_claim_is_laid_before_staff():
    other = TitleFactory(kind="series")
    ExternalId.objects.create(source="imdb", kind="series", value="tt1", title=other)
    ExternalId.objects.create(source="tvmaze", kind="series", value="7", title=other)
    SourceRecord.objects.create(source="tvmaze", kind="series", external_id="7", fetched_at=NOW)
    refresh.apply_title(None, facts(number=1), at=NOW)
    match = Match.objects.get()
    assert (match.title, match.score, match.reasons) == (other, 100, ["IMDb tt1"])
