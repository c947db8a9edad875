"""Paths that name a thing lead to it for ever, also after staff gave it another."""

import pytest
from django.urls import reverse

from catalog.models import Genre, Network, Person, SlugHistory, Title
from tests.factories import (
    CollectionFactory,
    CreditFactory,
    GenreFactory,
    MovieFactory,
    NetworkFactory,
    PersonFactory,
    TitleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(client):
    """Change something as staff do, in its form; the answer to the form."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    def change(thing, **facts):
        url = reverse(f"admin:catalog_{thing._meta.model_name}_change", args=[thing.pk])
        form = client.get(url).context["adminform"].form
        said = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
        said = {name: value for name, value in said.items() if value is not False}
        for formset in client.get(url).context["inline_admin_formsets"]:
            prefix = formset.formset.prefix
            said |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        return client.post(url, {**said, "genres": [], **facts})

    return change


@pytest.mark.parametrize("make", [TitleFactory, MovieFactory])
def test_a_title_with_a_new_address_is_still_found_at_the_old_one(client, change, make):
    title = make(slug="before")
    old = title.get_absolute_url()
    change(title, slug="after")
    answer = client.get(old)
    assert (answer.status_code, answer.url) == (301, Title.objects.get().get_absolute_url())
    assert answer.url.endswith("/after/")


def test_a_title_that_becomes_one_of_the_other_kind_takes_its_address_along(client, change):
    title = TitleFactory(slug="metropolis")
    change(title, kind="movie", status="released")
    answer = client.get("/series/metropolis/")
    assert (answer.status_code, answer.url) == (301, "/movies/metropolis/")


def test_a_person_with_a_new_address_is_still_found_at_the_old_one(client, change):
    person = CreditFactory(person=PersonFactory(slug="before")).person
    change(person, slug="after")
    answer = client.get("/people/before/")
    assert (answer.status_code, answer.url) == (301, "/people/after/")


def test_what_moves_back_leads_nowhere_else(client, change):
    title = TitleFactory(slug="first")
    change(title, slug="second")
    change(Title.objects.get(), slug="first")
    assert client.get("/series/first/").status_code == 200
    assert client.get("/series/second/").url == "/series/first/"
    assert list(SlugHistory.objects.values_list("slug", flat=True)) == ["second"]


def test_every_former_address_leads_to_the_present_one(client, change):
    title = TitleFactory(slug="first")
    for slug in ("second", "third"):
        change(Title.objects.get(pk=title.pk), slug=slug)
    assert {client.get(f"/series/{slug}/").url for slug in ("first", "second")} == {"/series/third/"}


def test_a_former_address_is_given_to_nothing_else(client, change):
    SlugHistory.objects.create(kind="series", slug="taken", title=TitleFactory())
    SlugHistory.objects.create(kind="person", slug="taken", person=PersonFactory())
    title, person = TitleFactory(slug="mine"), PersonFactory(slug="mine")
    for thing in (title, person):
        assert "This was the address of something else" in change(thing, slug="taken").content.decode()
    assert (Title.objects.get(pk=title.pk).slug, Person.objects.get(pk=person.pk).slug) == ("mine", "mine")


def test_a_change_of_something_else_leaves_no_trace(change):
    change(TitleFactory(name="Before"), name="After")
    assert (Title.objects.get().name, SlugHistory.objects.count()) == ("After", 0)


def test_seasons_and_episodes_of_a_renamed_series_are_still_found(client, change):
    title = TitleFactory(slug="before")
    change(title, slug="after")
    assert client.get("/series/before/s01/").url == "/series/after/s01/"
    assert client.get("/series/before/s01e02/").url == "/series/after/s01e02/"


@pytest.mark.parametrize(
    "make", [NetworkFactory, lambda **facts: GenreFactory(name="Of its own", **facts), CollectionFactory]
)
def test_networks_genres_and_collections_keep_their_address_for_ever(change, make):
    thing = make(slug="for-ever")
    assert change(thing, slug="another", name="Another name").status_code == 302
    thing.refresh_from_db()
    assert (thing.slug, thing.name) == ("for-ever", "Another name")


@pytest.mark.parametrize("model", [Network, Genre])
def test_a_new_one_is_given_its_address(client, model):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    add = reverse(f"admin:catalog_{model._meta.model_name}_add")
    client.post(add, {"name": "New", "slug": "new", "kind": "broadcast"})
    assert model.objects.get(slug="new").name == "New"


def test_a_title_of_which_the_viewer_may_see_nothing_is_not_found_at_its_old_address_either(client):
    SlugHistory.objects.create(kind="series", slug="before", title=TitleFactory(min_age=18))
    assert client.get("/series/before/").status_code == 404
