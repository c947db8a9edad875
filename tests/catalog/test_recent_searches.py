"""What a profile looked for lately: kept when it led somewhere, seen by nobody else, forgotten and brought back."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse

from catalog import recent
from catalog.models import RecentSearch
from tests.factories import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true", "HX-Target": "recent"}


def remembered(profile, *searches):
    """The last one is the newest."""
    for minute, words in enumerate(searches):
        recent.remember(profile, words, at=NOW + timedelta(minutes=minute))


def words(profile):
    return [search.words for search in recent.searches(profile)]


def chips(page):
    return re.findall(r'<a href="/search/\?q=[^"]*">(.*?)</a>', page.content.decode())


def forget(client, search, **options):
    return client.post(reverse("catalog:forget_search", args=[search.pk]), **options)


# -- keeping -----------------------------------------------------------------------------------------------------------


def test_the_newest_search_comes_first_and_each_once_in_its_newest_spelling(viewer):
    remembered(viewer, "lantern", "harbour", "LANTERN")
    assert words(viewer) == ["LANTERN", "harbour"]


def test_ten_are_kept(viewer):
    remembered(viewer, *(f"lantern {n}" for n in range(12)))
    assert words(viewer) == [f"lantern {n}" for n in range(11, 1, -1)]
    assert RecentSearch.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_each_once_and_ten_in_all():
    profile = ProfileFactory()
    remembered(profile, *(f"harbour {n}" for n in range(9)))

    def remember():
        remembered(profile, "lantern", "Lantern street")
        connections.close_all()

    threads = [threading.Thread(target=remember) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(words(profile))[:2] == ["Lantern street", "harbour 1"]
    assert RecentSearch.objects.count() == 10


def test_what_led_somewhere_is_kept(client, viewer):
    answer = client.post(reverse("catalog:remember_search"), {"q": "  lantern \0 street "})
    assert (answer.status_code, words(viewer)) == (204, ["lantern street"])


@pytest.mark.parametrize("typed", ["", "   ", "\0"])
def test_nothing_is_not_kept(client, viewer, typed):
    assert client.post(reverse("catalog:remember_search"), {"q": typed}).status_code == 204
    assert not words(viewer)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "found", "HX-Trigger": "q"}])
def test_looking_keeps_nothing(client, viewer, headers):
    client.get(reverse("catalog:search"), {"q": "lantern"}, headers=headers)
    assert not words(viewer)


@pytest.mark.parametrize("name", ["remember_search", "forget_searches"])
def test_reading_changes_nothing(client, viewer, name):
    assert client.get(reverse(f"catalog:{name}")).status_code == 405


def test_those_who_are_not_signed_in_keep_nothing(client):
    assert client.post(reverse("catalog:remember_search"), {"q": "lantern"}).status_code == 302
    assert not RecentSearch.objects.exists()


def test_the_script_only_keeps_searches_of_those_who_are_signed_in(client):
    page = reverse("catalog:search")
    assert b"data-remember" not in client.get(page).content
    user = UserFactory()
    ProfileFactory(household=user.household)
    client.force_login(user)
    assert b'data-remember="/search/recent/"' in client.get(page).content


# -- showing -----------------------------------------------------------------------------------------------------------


def test_the_page_without_a_query_shows_them_as_chips_with_a_way_to_forget_each(client, viewer):
    remembered(viewer, "lantern & co", "harbour")
    page = client.get(reverse("catalog:search"))
    assert chips(page) == ["harbour", "lantern &amp; co"]
    assert b'href="/search/?q=lantern%20%26%20co"' in page.content
    for search in RecentSearch.objects.all():
        assert reverse("catalog:forget_search", args=[search.pk]).encode() in page.content


def test_with_a_query_they_are_out_of_the_way(client, viewer):
    remembered(viewer, "harbour")
    assert not chips(client.get(reverse("catalog:search"), {"q": "lantern"}))


def test_nobody_sees_those_of_another_profile_not_even_in_the_same_household(client, viewer):
    remembered(ProfileFactory(household=viewer.household, name="Study"), "a surprise")
    page = client.get(reverse("catalog:search"))
    assert b"a surprise" not in page.content
    assert not chips(page)


# -- forgetting --------------------------------------------------------------------------------------------------------


def undo_of(answer):
    return re.search(r'action="(/search/recent/[^"]+/undo/)"', answer.content.decode()).group(1)


def test_one_is_forgotten_and_comes_back_to_its_place(client, viewer):
    remembered(viewer, "lantern", "harbour", "street")
    answer = forget(client, RecentSearch.objects.get(words="harbour"), headers=HTMX)
    assert answer.content.decode().strip().startswith('<section id="recent"')
    assert "“harbour” is forgotten." in answer.content.decode()
    assert words(viewer) == ["street", "lantern"]
    assert client.post(undo_of(answer), headers=HTMX)["HX-Refresh"] == "true"
    assert words(viewer) == ["street", "harbour", "lantern"]


def test_all_are_forgotten_and_come_back(client, viewer):
    remembered(viewer, "lantern", "harbour")
    other = ProfileFactory(household=viewer.household)
    remembered(other, "of another")
    answer = client.post(reverse("catalog:forget_searches"), follow=True)
    assert (words(viewer), words(other)) == ([], ["of another"])
    client.post(undo_of(answer))
    assert words(viewer) == ["harbour", "lantern"]


def test_what_was_looked_for_since_stays_when_others_come_back(viewer):
    remembered(viewer, *(f"lantern {n}" for n in range(10)))
    key = recent.forget(viewer, RecentSearch.objects.of(viewer))
    recent.remember(viewer, "LANTERN 9", at=NOW + timedelta(hours=1))
    assert recent.bring_back(viewer, key)
    assert recent.bring_back(viewer, key)
    assert words(viewer) == ["LANTERN 9", *(f"lantern {n}" for n in range(8, -1, -1))]


def test_an_undo_that_comes_too_late_says_so(client, viewer):
    answer = client.post(reverse("catalog:bring_back_searches", args=["of-yesterday"]), follow=True)
    assert "That was too long ago to be undone." in answer.content.decode()
    assert not words(viewer)


def test_a_stranger_neither_forgets_nor_brings_back(client, viewer):
    other = ProfileFactory(household=viewer.household)
    remembered(other, "lantern", "harbour")
    search = RecentSearch.objects.get(words="lantern")
    assert forget(client, search).status_code == 404
    assert forget(client, RecentSearch(pk=10**30)).status_code == 404
    key = recent.forget(other, RecentSearch.objects.of(other))
    client.post(reverse("catalog:bring_back_searches", args=[key]))
    assert (words(viewer), words(other)) == ([], [])
