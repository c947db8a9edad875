"""Rules of collections as staff edit them: fields, the matching titles before saving, and the shelf after it."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from catalog.models import Collection, CollectionItem
from tests.factories import CollectionFactory, GenreFactory, MovieFactory, NetworkFactory, TitleFactory, UserFactory

pytestmark = pytest.mark.django_db

ADD = "/admin/catalog/collection/add/"
PREVIEW = "/admin/catalog/collection/preview/"
HTMX = {"HX-Request": "true", "HX-Target": "preview"}
NO_ITEMS = {"items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0}


@pytest.fixture(autouse=True)
def _signed_in(client):
    Collection.objects.all().delete()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))


@pytest.fixture
def action():
    """Two action series in English, and a film in French."""
    genre = GenreFactory(name="Action")
    for name, facts in {
        "Known": {"popularity": 9, "language": "en", "network": NetworkFactory(name="BBC One")},
        "Little known": {"popularity": 1, "language": "en"},
        "Film": {"kind": "movie", "language": "fr"},
    }.items():
        TitleFactory(name=name, **facts).genres.add(genre)
    return genre


def form(**rule):
    """A collection from a rule as the form sends it."""
    said = {"name": "Action", "slug": "action", "kind": "rule", "is_published": "on", **NO_ITEMS}
    return said | {f"rule_{name}": value for name, value in rule.items()}


def on_shelf(collection):
    return list(collection.items.order_by("position").values_list("title__name", flat=True))


def titles(answer):
    return re.findall(r'<td><a href="/admin/catalog/title/\d+/change/">([^<]*)</a>', answer.content.decode())


def test_saving_a_rule_keeps_what_was_said_and_fills_the_shelf(client, action):
    client.post(ADD, form(kind="series", genres=["action"], match="all", language="en", sort="popular", limit=100))
    saved = Collection.objects.get()
    assert saved.rule == {"kind": "series", "genres": ["action"], "language": "en"}
    assert (on_shelf(saved), saved.computed_at is not None) == (["Known", "Little known"], True)


def test_every_field_finds_its_way_into_the_rule(client, action):
    network = NetworkFactory(slug="nbc")
    said = {
        "kind": "series",
        "genres": ["action"],
        "match": "any",
        "language": "en",
        "status": "ended",
        "first_year": 1950,
        "last_year": 1959,
        "min_rating": 7.5,
        "min_popularity": 3.0,
        "sort": "rating",
        "limit": 50,
    }
    TitleFactory(country="GB")
    client.post(ADD, form(**said, network=network.pk, country="GB"))
    assert Collection.objects.get().rule == {**said, "network": "nbc", "country": "GB"}


def test_the_form_shows_the_stored_rule(client, action):
    network = NetworkFactory(name="NBC", slug="nbc")
    rule = {"genres": ["action"], "language": "en", "network": "nbc", "first_year": 1950, "limit": 7}
    page = client.get(reverse("admin:catalog_collection_change", args=[CollectionFactory(rule=rule).pk]))
    text = page.content.decode()
    assert '<option value="action" selected>Action</option>' in text
    assert '<option value="en" selected>English</option>' in text
    assert f'<option value="{network.pk}" selected>NBC</option>' in text
    assert 'name="rule_first_year" value="1950"' in text
    assert 'name="rule_limit" value="7"' in text


def test_a_stored_rule_of_nonsense_can_be_mended(client, action):
    broken = CollectionFactory(rule={"limit": "many", "colour": "amber", "genres": ["gone"]})
    url = reverse("admin:catalog_collection_change", args=[broken.pk])
    assert client.get(url).status_code == 200
    client.post(url, form(kind="movie"))
    broken.refresh_from_db()
    assert (broken.rule, on_shelf(broken)) == ({"kind": "movie"}, ["Film"])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"first_year": 1960, "last_year": 1950}, "The last year is before the first."),
        ({"limit": 501}, "It must be a number from 1 to 500."),
        ({"min_rating": 11}, "It must be a number from 0 to 10."),
        ({"genres": ["nonsense"]}, "Select a valid choice."),
        ({"language": "tlh"}, "Select a valid choice."),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(client, action, said, why):
    for path in (ADD, PREVIEW):
        assert why in client.post(path, form(**said)).content.decode()
    assert not Collection.objects.exists()


def test_the_matching_titles_are_shown_before_anything_is_saved(client, action):
    answer = client.post(PREVIEW, form(genres=["action"], kind="series"))
    assert titles(answer) == ["Known", "Little known"]
    assert "2 titles" in answer.content.decode()
    assert "BBC One" in answer.content.decode()
    assert not Collection.objects.exists()


def test_with_htmx_only_the_titles_are_sent(client, action):
    answer = client.post(PREVIEW, form(genres=["action"]), headers=HTMX)
    assert answer.content.decode().strip().startswith('<section id="preview"')
    assert len(titles(answer)) == 3


def test_the_form_leads_to_the_preview_with_and_without_javascript(client):
    page = client.get(ADD).content.decode()
    assert f'formaction="{PREVIEW}"' in page
    assert f'hx-post="{PREVIEW}"' in page


def test_a_long_preview_ends_after_fifty_and_tells_the_number(client, django_assert_max_num_queries):
    for _number in range(60):
        MovieFactory()
    with django_assert_max_num_queries(12):
        answer = client.post(PREVIEW, form(kind="movie"))
    assert (len(titles(answer)), "60 titles" in answer.content.decode()) == (50, True)


def test_a_rule_that_means_nothing_says_so(client):
    assert "It means no title at all." in client.post(PREVIEW, form(kind="movie")).content.decode()


def test_a_rule_that_makes_no_sense_is_answered_as_such(client):
    assert client.post(PREVIEW, form(limit=0), headers=HTMX).status_code == 422


def test_a_preview_is_for_those_who_may_edit(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_collection"))
    client.force_login(user)
    assert client.post(PREVIEW, form()).status_code == 403
    assert client.get(reverse("admin:catalog_collection_change", args=[CollectionFactory().pk])).status_code == 200
    client.force_login(UserFactory())
    assert client.post(PREVIEW, form()).status_code == 302


def test_looking_at_the_address_of_the_preview_is_refused(client):
    assert client.get(PREVIEW).status_code == 405


def test_titles_picked_by_hand_stay_as_they_are_picked(client, action):
    picked = TitleFactory()
    said = {"name": "Picked", "slug": "picked", "kind": "picked", "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0}
    client.post(ADD, {**said, "items-0-title": picked.pk, "items-0-position": 3, "items-0-note": "Because."})
    item = CollectionItem.objects.get()
    assert (item.title, item.position, item.note, item.collection.rule) == (picked, 3, "Because.", {})


def test_the_items_of_a_rule_are_not_edited_by_hand(client):
    for kind, shown in (("rule", False), ("picked", True)):
        url = reverse("admin:catalog_collection_change", args=[CollectionFactory(kind=kind).pk])
        assert ("items-TOTAL_FORMS" in client.get(url).content.decode()) == shown
