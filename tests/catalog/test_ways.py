import re

import pytest

from catalog import ways
from catalog.models import Availability, Service
from tests.factories import MovieFactory

pytestmark = pytest.mark.django_db
PAGE = "https://www.themoviedb.org/movie/12/watch?locale=GB"


def offer(title, service="Lantern", *, region="GB", kind="subscription", link=PAGE, source="tmdb"):
    made, _is_new = Service.objects.get_or_create(name=service, slug=service.lower().replace(" ", "-"))
    return Availability.objects.create(title=title, service=made, region=region, kind=kind, link=link, source=source)


@pytest.fixture
def film():
    return MovieFactory(name="The Lamplighters")


@pytest.fixture
def open_page(client):
    """The words of the part of a page that is about ways to watch; empty where there is none."""

    def open_page(title, **headers):
        page = client.get(title.get_absolute_url(), **headers).content.decode()
        part = re.search(r'<aside class="ways".*?</aside>', page, re.DOTALL)
        return " ".join(re.sub(r"<[^>]*>", " ", part[0]).split()) if part else ""

    return open_page


# -- which -------------------------------------------------------------------------------------------------------------


def test_services_on_the_same_terms_are_one_ticket_and_the_best_terms_stand_first(film):
    for service, kind in (("Bijou", "buy"), ("Palace", "rent"), ("Lantern", "subscription"), ("Bijou", "rent")):
        offer(film, service, kind=kind)
    tickets = ways.of_title(film, "GB").tickets
    assert [(ticket.kind, ticket.services) for ticket in tickets] == [
        ("subscription", ["Lantern"]),
        ("rent", ["Palace", "Bijou"]),
        ("buy", ["Bijou"]),
    ]


def test_what_leads_elsewhere_is_a_ticket_of_its_own(film):
    offer(film, "Lantern")
    offer(film, "The Odeon", link="https://www.odeon.example/lamplighters", source="staff")
    offer(film, "The lending library", link="", source="staff")
    assert [ticket.host for ticket in ways.of_title(film, "GB").tickets] == ["themoviedb.org", "odeon.example", ""]


def test_only_what_is_offered_in_the_region_counts_and_the_others_can_be_chosen(film):
    offer(film, "Lantern")
    offer(film, "Lanterne", region="FR")
    offer(film, "Bougie", region="FR")
    offer(MovieFactory(), "Laterne", region="DE")
    told = ways.of_title(film, "FR")
    assert [ticket.services for ticket in told.tickets] == [["Lanterne", "Bougie"]]
    assert told.regions == [("FR", "France"), ("GB", "United Kingdom")]


def test_a_title_that_is_to_be_had_nowhere_has_no_ways(film):
    assert ways.of_title(film, "GB") is None


def test_a_long_list_of_services_is_cut_and_counted(film):
    for number in range(45):
        offer(film, f"Service {number}")
    (ticket,) = ways.of_title(film, "GB").tickets
    assert (len(ticket.named), ticket.others) == (40, 5)


def test_justwatch_is_named_only_for_what_came_from_there(film):
    offer(film, source="staff")
    offer(film, region="FR")
    assert [ways.of_title(film, region).is_from_justwatch for region in ("GB", "FR")] == [False, True]


@pytest.mark.parametrize("regions", [5, 60])
def test_they_take_one_query(film, regions, django_assert_num_queries):
    codes = [f"{a}{b}" for a in "NOPQRSTU" for b in "NOPQRSTU"][:regions]
    for region in ("GB", *codes):
        offer(film, region=region)
        offer(film, "Bijou", region=region)
    with django_assert_num_queries(1):
        assert len(ways.of_title(film, "GB").regions) == regions + 1


# -- on the page -------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_offered_in_the_region_of_the_installation(film, open_page, settings):
    settings.RATING_COUNTRY = "GB"
    offer(film, "Lantern")
    offer(film, "Bijou", kind="rent")
    offer(film, "Lanterne", region="FR")
    said = open_page(film)
    for words in ("In a subscription Lantern", "To rent Bijou", "themoviedb.org", "Data from JustWatch"):
        assert words in said
    assert "Lanterne" not in said


def test_the_viewer_chooses_another_region_and_the_browser_keeps_it(client, film, open_page):
    offer(film, "Lantern")
    offer(film, "Lanterne", region="FR")
    answer = client.post("/region/", {"region": "FR", "next": film.get_absolute_url()})
    assert answer.url == film.get_absolute_url()
    assert client.cookies["region"]["samesite"] == "Lax"
    assert "Lanterne" in open_page(film)


def test_with_htmx_only_that_part_of_the_page_is_fetched_again(client, film):
    offer(film, "Lantern")
    client.get(film.get_absolute_url())
    answer = client.post("/region/", {"region": "GB"}, headers={"HX-Request": "true", "HX-Target": "ways"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, '{"region-changed": {}}')
    part = client.get(film.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "ways"}).content.decode()
    assert part.strip().startswith('<aside class="ways" id="ways"')
    assert "Lantern" in part
    assert "<html" not in part


@pytest.mark.parametrize("region", ["", "XX", "gb", "GB; x=1", "<b>", "Narnia" * 100])
def test_what_is_no_region_is_not_kept(client, region):
    answer = client.post("/region/", {"region": region, "next": "https://evil.example/"})
    assert (answer.status_code, answer.url, "region" in client.cookies) == (302, "/", False)


def test_a_forged_cookie_is_no_region(client, film, open_page):
    offer(film, "Lantern")
    client.cookies["region"] = "<script>"
    assert "Say where you are" in open_page(film)


def test_choosing_is_a_post(client):
    assert client.get("/region/").status_code == 405


def test_where_nothing_is_offered_it_is_said(film, open_page, settings):
    settings.RATING_COUNTRY = "DE"
    offer(film, "Lantern")
    said = open_page(film)
    assert "Nothing is known to be offered in Germany" in said
    assert "United Kingdom" in said
    assert "JustWatch" not in said


def test_as_long_as_no_region_is_known_one_can_be_chosen(film, open_page):
    offer(film, "Lantern")
    said = open_page(film)
    assert "Choose a country" in said
    assert "Lantern" not in said


def test_a_title_without_offers_says_nothing_about_them(film, open_page):
    assert open_page(film) == ""


def test_words_of_a_source_are_never_markup(client, film, settings):
    settings.RATING_COUNTRY = "GB"
    offer(film, "<b>Bold</b>", link='https://example.org/"><b>')
    page = client.get(film.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Bold" in page
    assert '"><b>' not in page


def test_the_link_of_a_ticket_leads_to_the_offers(client, film, settings):
    settings.RATING_COUNTRY = "GB"
    offer(film)
    page = client.get(film.get_absolute_url()).content.decode()
    assert f'<a class="btn" href="{PAGE}" rel="noreferrer">' in page


def test_a_page_costs_the_same_however_much_is_offered(queries, viewer, film, settings):
    settings.RATING_COUNTRY = "GB"
    offer(film)
    few = queries(film.get_absolute_url())
    for number in range(20):
        offer(film, f"Service {number}", region="GB" if number % 2 else "FR")
    assert queries(film.get_absolute_url()) == few
