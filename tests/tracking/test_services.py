"""The services that a profile has, and every wall narrowed to what they offer."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Availability, CollectionItem, Service
from tests.factories import (
    CollectionFactory,
    EpisodeFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    TitleFactory,
    UserFactory,
)
from tracking.models import ProfileService

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, region="GB")
    client.force_login(user)
    return profile


def offer(title, service, *, region="GB", kind="subscription"):
    made, _is_new = Service.objects.get_or_create(name=service, slug=service.lower())
    Availability.objects.create(title=title, service=made, region=region, kind=kind)
    return made


def has(profile, service):
    ProfileService.objects.create(profile=profile, service=service)


def names(answer):
    return [card.title.name for card in answer.context["cards"]]


@pytest.fixture
def lantern(viewer):
    """A service that the viewer has."""
    service = Service.objects.create(name="Lantern", slug="lantern")
    has(viewer, service)
    return service


# -- choosing ----------------------------------------------------------------------------------------------------------


def offered(client):
    form = client.get(reverse("tracking:my_services")).context["form"]
    return [name for _pk, name in form.fields["services"].choices]


def test_what_is_offered_in_the_region_without_paying_for_each_title_can_be_chosen(client, viewer):
    movie = MovieFactory()
    for service, kind in (("Lantern", "subscription"), ("Bijou", "free"), ("Palace", "adverts"), ("Stall", "rent")):
        offer(movie, service, kind=kind)
    offer(movie, "Lanterne", region="FR")
    assert offered(client) == ["Bijou", "Lantern", "Palace"]


def test_the_region_is_the_profiles_else_the_browsers(client, viewer):
    offer(MovieFactory(), "Lantern")
    offer(MovieFactory(), "Lanterne", region="FR")
    client.cookies["region"] = "FR"
    assert offered(client) == ["Lantern"]
    viewer.region = ""
    viewer.save()
    assert offered(client) == ["Lanterne"]


def test_without_a_region_the_page_asks_for_one(client, viewer):
    viewer.region = ""
    viewer.save()
    assert b"Where do you watch?" in client.get(reverse("tracking:my_services")).content


def test_a_choice_is_kept_and_leaves_what_one_has_elsewhere(client, viewer):
    lantern, bijou = offer(MovieFactory(), "Lantern"), offer(MovieFactory(), "Bijou")
    lanterne = offer(MovieFactory(), "Lanterne", region="FR")
    has(viewer, lantern)
    has(viewer, lanterne)
    client.post(reverse("tracking:my_services"), {"services": [bijou.pk]})
    assert set(viewer.services.values_list("service", flat=True)) == {bijou.pk, lanterne.pk}


@pytest.mark.parametrize("chosen", ["x", "0", "999999999999999999999"])
def test_what_is_not_offered_cannot_be_chosen(client, viewer, lantern, chosen):
    offer(MovieFactory(), "Lantern")
    answer = client.post(reverse("tracking:my_services"), {"services": [chosen]})
    assert answer.status_code == 422
    assert viewer.services.count() == 1


def test_services_are_chosen_behind_the_door(client):
    assert client.get(reverse("tracking:my_services")).url.startswith(reverse("account_login"))


def test_a_country_chosen_on_a_page_is_that_of_a_profile_that_has_one(client, viewer):
    client.post(reverse("catalog:choose_region"), {"region": "FR"})
    viewer.refresh_from_db()
    assert viewer.region == "FR"
    viewer.region = ""
    viewer.save()
    client.post(reverse("catalog:choose_region"), {"region": "GB"})
    viewer.refresh_from_db()
    assert viewer.region == ""
    assert client.cookies["region"].value == "GB"


# -- ways to watch -----------------------------------------------------------------------------------------------------


def tickets(client, title):
    ways = client.get(title.get_absolute_url()).context["ways"]
    return [(ticket.kind, ticket.services, ticket.is_own) for ticket in ways.tickets]


def test_ones_own_services_come_first_among_the_ways_to_watch(client, viewer, lantern):
    movie = MovieFactory()
    offer(movie, "Bijou", kind="subscription")
    offer(movie, "Lantern", kind="adverts")
    offer(movie, "Palace", kind="adverts")
    assert tickets(client, movie) == [
        ("adverts", ["Lantern"], True),
        ("subscription", ["Bijou"], False),
        ("adverts", ["Palace"], False),
    ]
    assert b"Yours" in client.get(movie.get_absolute_url()).content


def test_what_costs_more_on_ones_own_service_is_no_better_than_elsewhere(client, viewer, lantern):
    movie = MovieFactory()
    offer(movie, "Bijou", kind="subscription")
    offer(movie, "Lantern", kind="rent")
    assert [own for _kind, _services, own in tickets(client, movie)] == [False, False]


# -- narrowing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def scattered(viewer, lantern):
    """A film on the viewer's service, and others that are elsewhere, cost more there, or are there abroad."""
    drama = GenreFactory(name="Drama")
    films = [MovieFactory(name=name) for name in ("Here", "Elsewhere", "Dearer", "Abroad", "Nowhere")]
    for film in films:
        film.genres.add(drama)
    here, elsewhere, dearer, abroad, _nowhere = films
    offer(here, "Lantern")
    offer(elsewhere, "Bijou")
    offer(dearer, "Lantern", kind="buy")
    offer(abroad, "Lantern", region="FR")
    return films


def test_walls_are_narrowed_to_what_ones_services_offer(client, scattered):
    answer = client.get(f"{reverse('catalog:movie_list')}?mine=1")
    assert names(answer) == ["Here"]
    assert b"On my services" in answer.content
    assert len(names(client.get(reverse("catalog:movie_list")))) == 5


def test_the_filter_holds_with_others_and_on_later_pages(client, scattered):
    answer = client.get(f"{reverse('catalog:movie_list')}?genre=drama&mine=1&sort=name")
    assert names(answer) == ["Here"]
    assert answer.context["filters"].query == "genre=drama&mine=1&sort=name"


def test_a_series_is_found_by_its_services_too(client, viewer, lantern):
    offer(TitleFactory(name="Serial"), "Lantern")
    TitleFactory()
    assert names(client.get(f"{reverse('catalog:series_list')}?mine=1")) == ["Serial"]


def test_a_genre_is_narrowed(client, scattered):
    genre = scattered[0].genres.get()
    cards = client.get(f"{genre.get_absolute_url()}?mine=1").context["movies"]
    assert [card.title.name for card in cards] == ["Here"]


def test_a_collection_is_narrowed_and_says_so_to_its_next_page(client, scattered):
    shelf = CollectionFactory()
    for place, film in enumerate(scattered):
        CollectionItem.objects.create(collection=shelf, title=film, position=place)
    assert names(client.get(f"{shelf.get_absolute_url()}?mine=1")) == ["Here"]
    assert len(names(client.get(shelf.get_absolute_url()))) == 5


def test_the_library_is_narrowed(client, viewer, scattered):
    for film in scattered:
        LibraryEntryFactory(profile=viewer, title=film)
    rows = client.get(f"{reverse('tracking:library')}?state=planned&mine=1").context["page"].rows
    assert [entry.title.name for entry in rows] == ["Here"]


def test_up_next_is_narrowed(client, viewer, lantern):
    for name in ("Here", "Elsewhere"):
        episode = EpisodeFactory(title__name=name)
        LibraryEntryFactory(
            profile=viewer, title=episode.title, state="watching", next_episode=episode, watch_count=1, seen_count=1
        )
        offer(episode.title, "Lantern" if name == "Here" else "Bijou")
    rows = client.get(f"{reverse('tracking:up_next')}?mine=1").context["page"].rows
    assert [entry.title.name for entry in rows] == ["Here"]
    assert len(client.get(reverse("tracking:up_next")).context["page"].rows) == 2


def test_signed_out_the_filter_is_not_there_and_hides_nothing(scattered):
    answer = Client().get(f"{reverse('catalog:movie_list')}?mine=1")
    assert len(names(answer)) == 5
    assert not re.search(rb'name="mine"|On my services', answer.content)


def test_without_services_the_empty_wall_leads_to_choosing_them(client, viewer):
    offer(MovieFactory(), "Lantern")
    page = client.get(f"{reverse('catalog:movie_list')}?mine=1").content.decode()
    assert reverse("tracking:my_services") in page
    assert "Nothing is all of this" in page
