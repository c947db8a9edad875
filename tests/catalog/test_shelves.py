"""The pages of collections, networks and genres."""

import re

import pytest

from catalog import shelves
from catalog.models import Collection, CollectionItem
from config import keys
from tests.factories import (
    CollectionFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    NetworkFactory,
    TitleFactory,
)

pytestmark = pytest.mark.django_db

MORE = {"HX-Request": "true", "HX-Target": "more"}


@pytest.fixture(autouse=True)
def _none_shipped(db):
    Collection.objects.all().delete()


def names(answer):
    return re.findall(r"<h3><a [^>]*>([^<]*)</a></h3>", answer.content.decode())


def next_page(answer):
    """The address behind “Show more”, if there is one."""
    found = re.search(r'rel="next" href="([^"]*)"', answer.content.decode())
    return found and found[1].replace("&amp;", "&")


def every_page(client, path):
    seen, query = [], ""
    while query is not None:
        answer = client.get(path + query)
        seen += names(answer)
        query = next_page(answer)
    return seen


def put(collection, *titles, note=""):
    for position, title in enumerate(titles, start=1):
        CollectionItem.objects.create(collection=collection, title=title, position=position, note=note)
    return collection


# -- the list of collections -------------------------------------------------------------------------------------------


def test_collections_are_listed_by_name(client):
    for name in ("Night and the city", "Faces"):
        put(CollectionFactory(name=name), MovieFactory())
    assert names(client.get("/collections/")) == ["Faces", "Night and the city"]


def test_a_collection_has_a_door_of_its_own(client):
    page = client.get("/collections/").content.decode()
    assert '<a href="/collections/" aria-current="page">Collections</a>' in page


def test_what_is_not_published_or_holds_nothing_for_the_viewer_is_not_listed(client):
    put(CollectionFactory(name="Hidden", is_published=False), MovieFactory())
    put(CollectionFactory(name="For adults"), MovieFactory(min_age=18), MovieFactory(min_age=None))
    CollectionFactory(name="Empty")
    assert names(client.get("/collections/")) == []
    assert "No shelf has been put up yet" in client.get("/collections/").content.decode()


@pytest.mark.parametrize(("titles", "pictures"), [(1, 1), (3, 1), (4, 4), (6, 4)])
def test_its_picture_is_made_of_the_first_that_the_viewer_may_see(client, titles, pictures):
    hidden, shown = MovieFactory(min_age=18), [MovieFactory() for _number in range(titles)]
    put(CollectionFactory(), hidden, *shown)
    page = client.get("/collections/").content.decode()
    assert re.findall(r'<img src="/posters/(\d+)-', page) == [str(title.pk) for title in shown[:pictures]]


def test_many_collections_are_paged(client):
    for number in range(shelves.COLLECTIONS_ON_A_PAGE * 2 + 1):
        put(CollectionFactory(name=f"Shelf {number:03}"), MovieFactory())
    assert every_page(client, "/collections/") == [f"Shelf {number:03}" for number in range(49)]
    answer = client.get(f"/collections/{next_page(client.get('/collections/'))}", headers=MORE)
    assert answer.content.decode().strip().startswith('<li tabindex="-1" autofocus>')


def test_the_list_costs_the_same_however_long_it_is(queries, viewer):
    put(CollectionFactory(), *(MovieFactory() for _number in range(5)))
    few = queries("/collections/")
    for _number in range(20):
        put(CollectionFactory(), *(MovieFactory() for _number in range(5)))
    assert queries("/collections/") == few


# -- one collection ----------------------------------------------------------------------------------------------------


def test_a_collection_shows_its_titles_in_order_with_what_is_said_of_them(client):
    collection = CollectionFactory(name="Faces", slug="faces", kind="picked", overview="Looked at closely.")
    put(collection, MovieFactory(name="Second", popularity=9), note="It looks back.")
    CollectionItem.objects.create(collection=collection, title=MovieFactory(name="First"), position=0)
    page = client.get("/collections/faces/")
    assert names(page) == ["First", "Second"]
    text = page.content.decode()
    assert "Looked at closely." in text
    assert '<p class="say">It looks back.</p>' in text
    assert '<link rel="canonical" href="http://testserver/collections/faces/">' in text


def test_only_what_the_viewer_may_see_stands_in_it(client):
    put(CollectionFactory(slug="mixed"), MovieFactory(name="For all"), MovieFactory(name="Old", min_age=18))
    assert names(client.get("/collections/mixed/")) == ["For all"]


@pytest.mark.parametrize("facts", [{"is_published": False}, {}])
def test_a_collection_of_which_nothing_may_be_seen_is_not_found(client, facts):
    put(CollectionFactory(slug="hidden", **facts), MovieFactory(min_age=18 if not facts else 0))
    assert client.get("/collections/hidden/").status_code == 404


def test_a_long_collection_is_paged_in_its_order(client):
    titles = [MovieFactory(name=f"Film {number:03}") for number in range(shelves.TITLES_ON_A_PAGE * 2 + 3)]
    put(CollectionFactory(slug="long"), *titles)
    assert every_page(client, "/collections/long/") == [title.name for title in titles]


@pytest.mark.parametrize("text", ["", "=x\0=1", "=1", "=-1\0=1", "=99999999999\0=1"])
def test_a_key_of_nonsense_is_the_first_page(client, text):
    put(CollectionFactory(slug="one"), MovieFactory(name="First"))
    key = keys.base64.urlsafe_b64encode(text.encode()).decode()
    assert names(client.get("/collections/one/", {"after": key})) == ["First"]
    assert client.get("/collections/", {"after": key}).status_code == 200


def test_its_cards_show_where_the_viewer_is(client, viewer):
    seen = MovieFactory()
    put(CollectionFactory(slug="seen"), seen, MovieFactory())
    LibraryEntryFactory(profile=viewer, title=seen, state="completed", watch_count=1, seen_count=1)
    assert client.get("/collections/seen/").content.decode().count('class="stub"') == 1


def test_a_collection_costs_the_same_however_full_it_is(queries, viewer):
    collection = put(CollectionFactory(slug="full"), MovieFactory())
    few = queries("/collections/full/")
    for position in range(2, 40):
        title = MovieFactory()
        LibraryEntryFactory(profile=viewer, title=title)
        CollectionItem.objects.create(collection=collection, title=title, position=position, note="Because.")
    assert queries("/collections/full/") == few
    assert few <= 8


def test_a_full_collection_is_light(client, viewer):
    collection = CollectionFactory(slug="full", kind="picked")
    put(
        collection,
        *(MovieFactory(name="A name of a length that many names have") for _number in range(60)),
        note="x" * 80,
    )
    assert len(client.get("/collections/full/").content) < 60_000


def test_a_title_leads_to_the_collections_that_hold_it(client):
    title = MovieFactory()
    put(CollectionFactory(name="Faces", slug="faces"), title)
    put(CollectionFactory(name="Hidden", is_published=False), title)
    page = client.get(title.get_absolute_url()).content.decode()
    assert '<a href="/collections/faces/">Faces</a>' in page
    assert "Hidden" not in page


# -- networks and genres -----------------------------------------------------------------------------------------------


def test_a_network_shows_what_it_first_showed_the_best_known_first(client):
    network = NetworkFactory(name="BBC One", slug="bbc-one", country="GB")
    TitleFactory(name="Known", network=network, popularity=9)
    TitleFactory(name="Little known", network=network, popularity=1)
    TitleFactory(name="For adults", network=network, min_age=18)
    TitleFactory(name="Of others", network=NetworkFactory())
    page = client.get("/networks/bbc-one/")
    assert names(page) == ["Known", "Little known"]
    assert "Broadcaster, United Kingdom" in page.content.decode()
    assert 'href="/series/?network=bbc-one"' in page.content.decode()


def test_a_large_network_is_paged(client):
    network = NetworkFactory(slug="large")
    titles = [TitleFactory(network=network, popularity=1000 - number) for number in range(90)]
    assert every_page(client, "/networks/large/") == [title.name for title in titles]


def test_a_network_costs_the_same_however_large_it_is(queries, viewer):
    network = NetworkFactory(slug="large")
    TitleFactory(network=network)
    few = queries("/networks/large/")
    for _number in range(30):
        LibraryEntryFactory(profile=viewer, title=TitleFactory(network=network))
    assert queries("/networks/large/") == few


def test_a_network_without_anything_for_the_viewer_says_so(client):
    TitleFactory(network=NetworkFactory(slug="late"), min_age=18)
    assert "Nothing of theirs is here for you" in client.get("/networks/late/").content.decode()


def test_a_series_leads_to_its_network_and_genres(client):
    title = TitleFactory(network=NetworkFactory(name="BBC One", slug="bbc-one"))
    title.genres.add(GenreFactory(name="Crime"))
    page = client.get(title.get_absolute_url()).content.decode()
    assert '<a href="/networks/bbc-one/">BBC One</a>' in page
    assert '<a href="/genres/crime/">Crime</a>' in page


def test_a_genre_shows_the_best_known_of_both_kinds_and_leads_to_all(client):
    crime = GenreFactory(name="Crime")
    for title in (MovieFactory(name="Laura"), TitleFactory(name="Dragnet"), MovieFactory(name="M", min_age=18)):
        title.genres.add(crime)
    MovieFactory(name="Of another")
    page = client.get("/genres/crime/")
    assert names(page) == ["Dragnet", "Laura"]
    assert {'href="/series/?genre=crime"', 'href="/movies/?genre=crime"'} <= set(
        re.findall(r'href="[^"]*genre=crime"', page.content.decode())
    )


def test_a_genre_costs_the_same_however_many_there_are(queries, viewer):
    crime = GenreFactory(name="Crime")
    for kind in (MovieFactory, TitleFactory):
        kind().genres.add(crime)
    few = queries("/genres/crime/")
    for kind in (MovieFactory, TitleFactory) * 10:
        title = kind()
        title.genres.add(crime)
        LibraryEntryFactory(profile=viewer, title=title)
    assert queries("/genres/crime/") == few


def test_a_genre_without_anything_for_the_viewer_says_so(client):
    GenreFactory(name="Crime")
    assert "Nothing of this kind is here for you" in client.get("/genres/crime/").content.decode()


@pytest.mark.parametrize("path", ["/collections/none/", "/networks/none/", "/genres/none/"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/collections/", "/collections/one/", "/networks/one/", "/genres/one/"])
def test_posting_is_refused(client, viewer, path):
    assert client.post(path).status_code == 405
