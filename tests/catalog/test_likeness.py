import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from catalog import billing, likeness
from catalog.models import Title
from tests.factories import CreditFactory, GenreFactory, MovieFactory, NetworkFactory, PersonFactory, TitleFactory

pytestmark = pytest.mark.django_db


class Adult:
    highest_age, sees_unrated = 99, True


class Child:
    highest_age, sees_unrated = 6, False


def like(title, viewer=Adult):
    title = Title.objects.get(pk=title.pk)
    return {alike.title.name: alike.reason for alike in likeness.of(title, billing.of_title(title), viewer)}


def of_genres(*names, **facts):
    title = MovieFactory(**facts)
    title.genres.set([GenreFactory(name=name) for name in names])
    return title


def test_a_shared_lead_is_named(client):
    keaton, general = PersonFactory(name="Buster Keaton"), MovieFactory()
    for title in (general, MovieFactory(name="Sherlock Jr.")):
        CreditFactory(person=keaton, title=title)
    assert like(general) == {"Sherlock Jr.": "With Buster Keaton"}


@pytest.mark.parametrize("role", ["director", "creator", "writer"])
def test_who_made_both_says_more_than_who_plays_in_both(role):
    maker, player, this = PersonFactory(name="Fritz Lang"), PersonFactory(), MovieFactory()
    for person, part, name in ((player, "actor", "With the player"), (maker, role, "Of the maker")):
        CreditFactory(person=person, title=this, role=part)
        CreditFactory(person=person, title=MovieFactory(name=name), role=part)
    assert next(iter(like(this).items())) == ("Of the maker", "By Fritz Lang")


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [("director", "actor", "With Orson Welles"), ("actor", "director", "By Orson Welles")],
)
def test_it_says_what_somebody_did_in_the_other_title(here, there, said):
    both, this = PersonFactory(name="Orson Welles"), MovieFactory()
    CreditFactory(person=both, title=this, role=here)
    CreditFactory(person=both, title=MovieFactory(name="Other"), role=there)
    assert like(this) == {"Other": said}


def test_who_only_lent_a_hand_says_nothing():
    editor, this = PersonFactory(), MovieFactory()
    for title in (this, MovieFactory()):
        CreditFactory(person=editor, title=title, role="editor")
    assert like(this) == {}


def test_the_same_network_is_a_reason():
    network = NetworkFactory(name="BBC One")
    this = TitleFactory(network=network)
    TitleFactory(name="Dad’s Army", network=network)
    TitleFactory(network=NetworkFactory())
    assert like(this) == {"Dad’s Army": "Also from BBC One"}


def test_a_genre_says_more_when_it_is_of_the_same_years():
    this = of_genres("Crime", year=1944)
    of_genres("Crime", name="Laura", year=1949)
    of_genres("Crime", name="Heat", year=1995)
    of_genres("Drama", name="Another thing")
    assert like(this) == {"Laura": "Crime from the 1940s", "Heat": "Crime as well"}


def test_a_rare_genre_says_more_than_a_common_one():
    this = of_genres("Drama", "Western", popularity=1)
    of_genres("Western", name="Rio Bravo", popularity=1)
    for number in range(8):
        of_genres("Drama", name=f"Drama {number}", popularity=90)
    assert next(iter(like(this))) == "Rio Bravo"


def test_popularity_settles_what_is_even():
    this = of_genres("Drama")
    for name, popularity in (("Little known", 1), ("Known", 50), ("Hardly known", 0)):
        of_genres("Drama", name=name, popularity=popularity)
    assert list(like(this)) == ["Known", "Little known", "Hardly known"]


def test_the_same_kind_and_country_come_first():
    this = of_genres("Drama", country="DK")
    of_genres("Drama", name="Film of elsewhere", country="US", popularity=50)
    of_genres("Drama", name="Film of there", country="DK")
    assert list(like(this)) == ["Film of there", "Film of elsewhere"]


def test_six_are_enough():
    this = of_genres("Drama")
    for _number in range(9):
        of_genres("Drama")
    assert len(like(this)) == 6


def test_what_has_nothing_in_common_is_not_like_it():
    this = MovieFactory(year=1940)
    MovieFactory(year=1940)
    assert like(this) == {}


def test_each_viewer_gets_six_that_they_may_see():
    this = of_genres("Drama", min_age=0)
    for number in range(8):
        of_genres("Drama", name=f"For adults {number}", min_age=18, popularity=9)
    of_genres("Drama", name="For all", min_age=0)
    assert len(like(this)) == 6
    assert list(like(this, Child)) == ["For all"]


def test_what_was_hidden_since_is_not_shown_although_the_answer_is_kept():
    this = of_genres("Drama")
    other = of_genres("Drama", name="Other")
    assert list(like(this)) == ["Other"]
    Title.objects.filter(pk=other.pk).update(is_published=False)
    assert like(this) == {}


def test_a_title_that_changed_is_looked_at_anew():
    this = of_genres("Drama")
    assert like(this) == {}
    network = NetworkFactory(name="NBC")
    TitleFactory(name="Other", network=network)
    now = datetime.now(UTC) + timedelta(minutes=1)
    Title.objects.filter(pk=this.pk).update(network=network, updated_at=now)
    assert like(this) == {"Other": "Also from NBC"}


def test_the_kept_answer_takes_one_query(django_assert_num_queries):
    this = of_genres("Drama")
    of_genres("Drama")
    like(this)
    title = Title.objects.get(pk=this.pk)
    billed = billing.of_title(title)
    with django_assert_num_queries(1):
        likeness.of(title, billed, Adult)


def test_many_others_take_as_many_queries_as_few(django_assert_max_num_queries):
    this = of_genres("Drama", "Crime", "Western", year=1950, network=NetworkFactory())
    for number in range(30):
        other = of_genres("Drama", "Crime", year=1950)
        CreditFactory(title=other, person=CreditFactory(title=this, position=number).person)
    cache.clear()
    title = Title.objects.get(pk=this.pk)
    billed = billing.of_title(title)
    with django_assert_max_num_queries(11):
        likeness.of(title, billed, Adult)


def test_the_page_of_a_title_shows_them_with_the_reason(client):
    this = of_genres("Drama")
    of_genres("Drama", name="Near")
    page = client.get(this.get_absolute_url()).content.decode()
    part = page[page.index("More like this") :]
    assert re.findall(r"<h3><a [^>]*>([^<]*)</a></h3>\s*<p class=\"meta\">([^<]*)</p>", part) == [
        ("Near", "Drama as well")
    ]
