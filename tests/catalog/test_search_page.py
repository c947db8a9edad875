"""The search page, its results as someone types, and the panel under the field in the bar."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import search
from catalog.models import Title
from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    TitleFactory,
    UserFactory,
)
from tracking.models import LibraryEntry

pytestmark = pytest.mark.django_db

TYPING = {"HX-Request": "true", "HX-Target": "found", "HX-Trigger": "q"}
IN_THE_BAR = {**TYPING, "HX-Trigger": "find"}
EPISODES = {"HX-Request": "true", "HX-Target": "found-episodes"}


@pytest.fixture
def viewer(client):
    user = UserFactory()
    client.force_login(user)
    return ProfileFactory(household=user.household)


def index():
    search.rebuild()


def get(client, query, headers=None, **more):
    answer = client.get(reverse("catalog:search"), {"q": query}, headers=headers, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def found(page):
    return [re.sub("<[^>]+>", "", name) for name in re.findall("<b>(.*?)</b>", page)]


def test_without_a_script_the_page_holds_titles_people_and_episodes(client):
    credit = CreditFactory(title__name="Sherlock Holmes", person__name="Lowell Sherman")
    episode = EpisodeFactory(title=credit.title, name="The Sheriff’s Boots", number=34)
    index()
    page = get(client, "sher")
    assert found(page) == ["Sherlock Holmes", "Lowell Sherman", "The Sheriff’s Boots"]
    for thing in (credit.title, credit.person, episode):
        assert f'href="{thing.get_absolute_url()}"' in page
    assert "<mark>Sher</mark>lock Holmes" in page
    assert "Sherlock Holmes, S1 E34" in page
    assert '<span role="status" data-said>3 results for “sher”.</span>' in page


def test_as_one_types_only_the_results_come_and_fetch_the_episodes_when_they_are_there(client):
    episode = EpisodeFactory(title__name="Sherlock Holmes", name="The Sheriff’s Boots")
    index()
    part = get(client, "sher", TYPING)
    assert part.strip().startswith('<div id="found"')
    assert found(part) == ["Sherlock Holmes"]
    assert 'hx-get="/search/?q=sher" hx-trigger="load"' in part
    more = get(client, "sher", EPISODES)
    assert more.strip().startswith('<div id="found-episodes"')
    assert found(more) == [episode.name]


def test_when_nothing_else_is_found_the_episodes_come_at_once(client):
    EpisodeFactory(title__name="Something else", name="The Sheriff’s Boots")
    index()
    part = get(client, "sher", TYPING)
    assert found(part) == ["The Sheriff’s Boots"]
    assert "Not in this catalogue yet" not in part


def test_the_panel_under_the_bar_is_short_and_stays_away_without_a_query(client):
    for n in range(9):
        TitleFactory(name=f"Sherlock {n}")
    index()
    assert len(found(get(client, "sher", IN_THE_BAR))) == 6
    assert len(found(get(client, "sher", TYPING))) == 9
    assert re.fullmatch(r'<div id="found"[^>]*>\s*</div>', get(client, "", IN_THE_BAR).strip())


def test_without_a_query_the_page_shows_what_is_popular(client):
    TitleFactory(name="Charade")
    MovieFactory(name="Metropolis")
    TitleFactory(name="For others", min_age=18)
    page = get(client, "")
    assert "Best known series" in page
    assert "Best known films" in page
    assert "Charade" in page
    assert "Metropolis" in page
    assert "For others" not in page


def test_an_empty_catalogue_still_has_a_search_page(client):
    assert 'id="q"' in get(client, "")


@pytest.mark.parametrize("headers", [{}, TYPING, IN_THE_BAR])
def test_finding_nothing_says_what_to_try(client, headers):
    page = get(client, "zzzz", headers)
    assert "Not in this catalogue yet" in page
    assert "Nothing found for “zzzz”." in page


def test_a_misspelt_name_is_said_to_be_only_close(client):
    TitleFactory(name="Sherlock Holmes")
    index()
    page = get(client, "sherlokc")
    assert found(page) == ["Sherlock Holmes"]
    assert "Nothing is called “sherlokc”; 1 name comes close." in page


def test_an_alias_is_shown_with_the_name_it_belongs_to(client):
    TitleFactory(name="Robin Hood", original_name="Sherwood <Forest>")
    index()
    page = get(client, "sher")
    assert found(page) == ["Robin Hood"]
    assert "Also known as “<mark>Sher</mark>wood &lt;Forest&gt;”" in page


@pytest.mark.parametrize("headers", [{}, TYPING, EPISODES])
def test_what_is_typed_and_what_is_found_is_escaped(client, headers):
    EpisodeFactory(title__name="<script>alert(1)</script>", name="<script>beware</script>")
    index()
    page = get(client, "<script>", headers)
    assert "<script>alert" not in page
    assert "<script>beware" not in page
    assert "<mark>script</mark>" in page


def test_an_answer_to_a_part_is_not_taken_for_the_page(client):
    answer = client.get(reverse("catalog:search"), {"q": "x"}, headers=TYPING)
    assert {"HX-Request", "HX-Target"} <= set(re.split(r",\s*", answer["Vary"]))
    restored = client.get(
        reverse("catalog:search"), {"q": "x"}, headers={**TYPING, "HX-History-Restore-Request": "true"}
    )
    assert b"</html>" in restored.content


def test_only_reading_is_allowed(client):
    assert client.post(reverse("catalog:search")).status_code == 405


def test_people_of_age_find_more(client):
    TitleFactory(name="Nightmare", min_age=18)
    index()
    assert found(get(client, "nightmare")) == []
    user = UserFactory()
    ProfileFactory(household=user.household)
    client.force_login(user)
    assert found(get(client, "nightmare")) == ["Nightmare"]


# -- filters -----------------------------------------------------------------------------------------------------------

SIEVE = {"HX-Request": "true", "HX-Target": "searching"}


@pytest.fixture
def lanterns():
    """Of each kind one, the titles of 1994 and 2001, the film a drama."""
    credit = CreditFactory(title__name="Lantern Street", title__year=1994, person__name="Lantern Jones")
    EpisodeFactory(title=credit.title, name="The Lantern’s Light")
    film = MovieFactory(name="Lantern", year=2001)
    film.genres.add(GenreFactory(name="Drama"))
    index()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Lantern", "Lantern Street", "Lantern Jones", "The Lantern’s Light"]),
        ({"kind": "movie"}, ["Lantern"]),
        ({"kind": "series"}, ["Lantern Street"]),
        ({"kind": "person"}, ["Lantern Jones"]),
        ({"kind": "episode"}, ["The Lantern’s Light"]),
        ({"year": "1994"}, ["Lantern Street"]),
        ({"year": "2000s"}, ["Lantern"]),
        ({"genre": "drama"}, ["Lantern"]),
        ({"genre": "drama", "year": "1994"}, []),
        ({"kind": "person", "year": "1994"}, ["Lantern Jones"]),
        (
            {"kind": "nonsense", "year": "soon", "genre": "\0"},
            ["Lantern", "Lantern Street", "Lantern Jones", "The Lantern’s Light"],
        ),
    ],
)
@pytest.mark.parametrize("headers", [{}, SIEVE])
def test_the_address_narrows_the_results(client, lanterns, asked, names, headers):
    answer = client.get(reverse("catalog:search"), {"q": "lantern", **asked}, headers=headers)
    assert found(answer.content.decode()) == names


def test_the_page_shows_which_filters_it_took(client, lanterns):
    page = client.get(reverse("catalog:search"), {"q": "lantern", "kind": "person", "year": "1994"}).content.decode()
    assert '<option value="person" selected>' in page
    assert page.count(" selected>") == 1
    page = client.get(reverse("catalog:search"), {"q": "lantern", "genre": "drama", "year": "2000s"}).content.decode()
    assert '<option value="drama" selected>' in page
    assert '<option value="2000s" selected>' in page


def test_with_a_script_the_address_follows_in_its_shortest_form(client, lanterns):
    asked = {"q": "lantern street", "kind": "", "year": "1994", "genre": ""}
    for headers in (TYPING, SIEVE):
        answer = client.get(reverse("catalog:search"), asked, headers=headers)
        assert answer["HX-Replace-Url"] == "/search/?q=lantern+street&year=1994"
    assert "HX-Replace-Url" not in client.get(reverse("catalog:search"), {"q": "lantern"}, headers=IN_THE_BAR)
    assert "HX-Replace-Url" not in client.get(reverse("catalog:search"), {"q": "lantern"}, headers=EPISODES)


def test_a_change_of_the_filters_brings_them_anew_and_typing_leaves_them_alone(client, lanterns):
    assert '<select id="year"' in get(client, "lantern", SIEVE)
    assert "<select" not in get(client, "lantern", TYPING)
    assert "<select" not in get(client, "lantern", IN_THE_BAR)


def test_filters_that_leave_nothing_say_so_and_offer_to_be_taken_off(client, lanterns):
    page = client.get(reverse("catalog:search"), {"q": "lantern & co", "year": "1920s"}).content.decode()
    assert "Nothing found for “lantern &amp; co” with these filters." in page
    assert 'href="/search/?q=lantern%20%26%20co"' in page


@pytest.mark.parametrize(
    ("asked", "walls"),
    [
        ({"year": "1994"}, ["/series/?year=1994", "/movies/?year=1994"]),
        ({"kind": "movie", "genre": "drama"}, ["/movies/?genre=drama"]),
        ({"kind": "series"}, ["/series/"]),
        ({"kind": "person"}, []),
        ({}, []),
    ],
)
def test_filters_without_a_name_lead_to_the_walls(client, lanterns, asked, walls):
    page = client.get(reverse("catalog:search"), asked).content.decode()
    assert re.findall(r'<a class="btn" href="(/(?:series|movies)/[^"]*)">', page) == walls
    assert ("Best known series" in page) == (not walls)


# -- the viewer's own --------------------------------------------------------------------------------------------------


def test_titles_carry_the_viewers_own_state(client, viewer):
    for state in LibraryEntry.State:
        LibraryEntryFactory(profile=viewer, title__name=f"Sherlock {state.value}", state=state)
    LibraryEntryFactory(title__name="Sherlock of others")
    index()
    tags = dict(
        re.findall(
            r'<b>(?:<mark>)?Sher(?:</mark>)?lock (\w+)</b>.*?<span class="tag( lit)?">', get(client, "sher"), re.DOTALL
        )
    )
    assert tags == {"planned": "", "watching": " lit", "paused": "", "dropped": "", "completed": ""}


def test_of_equal_matches_the_viewers_own_come_first_but_never_before_a_better_match(client, viewer):
    for name, popularity in (("Sherlock", 1), ("Sherlock Holmes", 90), ("Sherlock Jr.", 10), ("Sherlock Dropped", 5)):
        TitleFactory(name=name, popularity=popularity)
    LibraryEntryFactory(profile=viewer, title=Title.objects.get(name="Sherlock Jr."))
    LibraryEntryFactory(
        profile=viewer, title=Title.objects.get(name="Sherlock Dropped"), state=LibraryEntry.State.DROPPED
    )
    index()
    assert found(get(client, "sherlock")) == ["Sherlock", "Sherlock Jr.", "Sherlock Holmes", "Sherlock Dropped"]


def test_the_next_episode_of_what_one_watches_is_lit(client, viewer):
    episode = EpisodeFactory(name="The Sheriff’s Boots")
    LibraryEntryFactory(profile=viewer, title=episode.title, state=LibraryEntry.State.WATCHING, next_episode=episode)
    index()
    assert "Next for you" in get(client, "sheriff", EPISODES)


# -- how many queries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "most"), [("common", 12), ("comomn", 12), ("", 12)])
def test_the_page_costs_as_many_queries_for_few_results_as_for_many(client, viewer, query, most):
    def add():
        for _ in range(3):
            credit = CreditFactory(title__name="Common sense", person__name="Common Name")
            EpisodeFactory(title=credit.title, name=f"Common ground of {credit.pk}")
            LibraryEntryFactory(profile=viewer, title=credit.title)
        index()

    def queries():
        get(client, query)  # what the filters offer is kept for some minutes
        with CaptureQueriesContext(connection) as captured:
            get(client, query)
        return sum("SAVEPOINT" not in each["sql"] for each in captured)

    add()
    few = queries()
    add()
    assert few == queries() <= most
