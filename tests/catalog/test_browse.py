import re
from datetime import date

import pytest

from catalog import browse
from catalog.models import Title
from config import keys
from tests.factories import (
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    NetworkFactory,
    ProfileFactory,
    TitleFactory,
)

pytestmark = pytest.mark.django_db

RESULTS = {"HX-Request": "true", "HX-Target": "results"}
MORE = {"HX-Request": "true", "HX-Target": "more"}


def names(answer):
    return re.findall(r"<h3><a [^>]*>([^<]*)</a></h3>", answer.content.decode())


def next_page(answer):
    """The address behind “Show more”, if there is one."""
    found = re.search(r'rel="next" href="([^"]*)"', answer.content.decode())
    return found and found[1].replace("&amp;", "&")


# -- what is on the wall -----------------------------------------------------------------------------------------------


def test_films_and_series_have_walls_of_their_own(client):
    MovieFactory(name="Charade")
    TitleFactory(name="Bonanza")
    assert names(client.get("/movies/")) == ["Charade"]
    assert names(client.get("/series/")) == ["Bonanza"]


def test_a_wall_holds_what_the_viewer_is_old_enough_for(client, viewer):
    MovieFactory(name="For all", min_age=0)
    MovieFactory(name="For adults", min_age=18)
    MovieFactory(name="Unpublished", is_published=False)
    viewer.highest_age = 12
    viewer.save()
    assert names(client.get("/movies/")) == ["For all"]


def test_signed_out_nobody_sees_what_has_no_known_age(client):
    MovieFactory(min_age=None)
    assert names(client.get("/movies/")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("genre=horror", ["Old", "New"]),
        ("language=fr", ["New"]),
        ("year=1922", ["Old"]),
        ("year=1920s", ["Old"]),
        ("year=2020s&language=fr&genre=horror", ["New"]),
        ("sort=name", ["New", "Old", "Plain"]),
        ("sort=newest", ["New", "Old", "Plain"]),
        ("sort=rating", ["Plain", "Old", "New"]),
        ("", ["Old", "Plain", "New"]),
        ("genre=nonsense&language=xx&year=20&sort=worst", ["Old", "Plain", "New"]),
        ("genre=%00&language=%F0%9F%8E%AC&year=9999&after=%00", ["Old", "Plain", "New"]),
    ],
)
def test_filters_and_orders(client, query, expected):
    horror = GenreFactory(name="Horror")
    old = MovieFactory(name="Old", year=1922, premiered=date(1922, 3, 4), popularity=9, source_rating=7)
    new = MovieFactory(
        name="New", year=2024, premiered=date(2024, 5, 6), popularity=1, source_rating=None, language="fr"
    )
    MovieFactory(name="Plain", popularity=5, source_rating=9)
    old.genres.add(horror)
    new.genres.add(horror)
    assert names(client.get(f"/movies/?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("network=bbc-one", ["Ours", "Over"]),
        ("status=running", ["Theirs", "Ours"]),
        ("network=bbc-one&status=running", ["Ours"]),
        ("network=nonsense&status=cancelled", ["Theirs", "Ours", "Over"]),
        ("network=%00&status=%00", ["Theirs", "Ours", "Over"]),
    ],
)
def test_series_of_a_network_and_of_a_status(client, query, expected):
    network = NetworkFactory(slug="bbc-one")
    TitleFactory(name="Theirs", popularity=9, status="running")
    TitleFactory(name="Ours", popularity=8, status="running", network=network)
    TitleFactory(name="Over", popularity=7, status="ended", network=network)
    assert names(client.get(f"/series/?{query}")) == expected


def test_a_network_is_kept_by_a_change_of_the_other_filters_and_can_be_taken_off(client):
    NetworkFactory(name="BBC One", slug="bbc-one")
    page = client.get("/series/?network=bbc-one&status=ended").content.decode()
    assert '<input type="hidden" name="network" value="bbc-one">' in page
    assert 'href="?status=ended">BBC One' in page
    assert 'href="?network=bbc-one">Ended' in page


def test_films_are_not_asked_whether_they_run(client):
    assert 'name="status"' in client.get("/series/").content.decode()
    assert 'name="status"' not in client.get("/movies/").content.decode()


def test_each_filter_in_force_can_be_taken_off(client):
    GenreFactory(name="Horror")
    page = client.get("/movies/?genre=horror&year=1920s&sort=name").content.decode()
    assert 'href="?year=1920s&amp;sort=name">Horror' in page
    assert 'href="?genre=horror&amp;sort=name">1920s' in page


def test_filters_offer_only_what_leads_to_something(client):
    MovieFactory(year=1922, language="de").genres.add(GenreFactory(name="Horror"))
    TitleFactory(year=1999, language="sv").genres.add(GenreFactory(name="Western"))
    MovieFactory(year=2001, language="ja", min_age=18)
    offered = re.findall(r"<option[^>]*>([^<]*)</option>", client.get("/movies/").content.decode())
    assert {"Horror", "German", "1922"} <= set(offered)
    assert not {"Western", "Swedish", "1999", "Japanese", "2001"} & set(offered)


def test_what_is_chosen_is_offered_even_when_it_leads_to_nothing(client):
    page = client.get("/movies/?language=is&year=1987").content.decode()
    assert '<option value="is" selected>Icelandic</option>' in page
    assert "<option selected>1987</option>" in page
    assert "Take all filters off" in page


def test_an_empty_wall_says_what_to_do(client):
    assert "Look for a title" in client.get("/series/").content.decode()


def test_cards_show_where_the_viewer_is(client, viewer):
    LibraryEntryFactory(profile=viewer, title=MovieFactory(), state="completed", watch_count=1, seen_count=1)
    LibraryEntryFactory(profile=ProfileFactory(), title=MovieFactory(), state="completed")
    series = TitleFactory(episode_count=10)
    LibraryEntryFactory(profile=viewer, title=series, state="watching", watch_count=3, seen_count=3)
    assert client.get("/movies/").content.decode().count('class="stub"') == 1
    assert '<progress max="10" value="3"' in client.get("/series/").content.decode()


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", browse.SORTS)
def test_pages_show_every_title_once_in_order(client, sort):
    for number in range(browse.PAGE_SIZE * 2 + 5):
        known = number % 3 > 0
        day = date(1990 + number % 7, 1, 1) if known else None
        MovieFactory(name=f"Film {number:03}", popularity=number % 5, premiered=day, source_rating=7 if known else None)
    whole = [title.name for title in browse.SORTS[sort].ordered(Title.objects.all())]
    seen, path = [], f"?sort={sort}"
    while path:
        answer = client.get(f"/movies/{path}")
        seen += names(answer)
        path = next_page(answer)
    assert seen == whole


@pytest.mark.parametrize("text", ["", "\0=1", "=\0=1", "=x\0=1", "=nan\0=1", "=1e999\0=1", "=1\0=-1", "=1\0=1\0=1"])
def test_a_key_of_nonsense_is_the_first_page(client, text):
    MovieFactory(name="First")
    key = keys.base64.urlsafe_b64encode(text.encode()).decode()
    assert names(client.get("/movies/", {"after": key})) == ["First"]
    assert names(client.get("/movies/", {"after": "é/+" + key, "sort": "newest"})) == ["First"]


def test_a_change_of_filters_swaps_the_results_alone_and_tidies_the_address(client):
    MovieFactory(year=1922)
    answer = client.get("/movies/?genre=&language=&year=1922&sort=popular", headers=RESULTS)
    page = answer.content.decode()
    assert page.strip().startswith('<section id="results"')
    assert "<form" not in page
    assert answer["HX-Push-Url"] == "/movies/?year=1922"


def test_more_titles_are_cards_alone(client):
    for _number in range(browse.PAGE_SIZE + 1):
        MovieFactory()
    path = next_page(client.get("/movies/"))
    answer = client.get(f"/movies/{path}", headers=MORE)
    assert answer.content.decode().strip().startswith('<li tabindex="-1" autofocus>')
    assert "HX-Push-Url" not in answer
    assert len(names(answer)) == 1


def test_a_wall_costs_the_same_however_full_it_is(queries, viewer):
    MovieFactory(year=1922, language="de").genres.add(GenreFactory())
    few = queries("/movies/?genre=drama")
    for _number in range(30):
        title = MovieFactory(year=1922, language="de")
        title.genres.add(GenreFactory())
        LibraryEntryFactory(profile=viewer, title=title)
    assert queries("/movies/?genre=drama") == few


def test_a_full_wall_is_light(client, viewer):
    for year in range(1915, 2025):
        MovieFactory(name="A name of a length that many names have", year=year)
    assert len(client.get("/movies/?year=&sort=newest").content) < 60_000


def test_posting_to_a_wall_is_refused(client, viewer):
    assert client.post("/movies/").status_code == 405
