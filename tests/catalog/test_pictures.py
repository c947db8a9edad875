from datetime import timedelta

import pytest

from tests.factories import CreditFactory, EpisodeFactory, GenreFactory, MovieFactory, PersonFactory, TitleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["poster", "still", "portrait"])
def row_and_address(request):
    """A row that owns a title's age, and the attribute that holds the address of its picture."""
    if request.param == "poster":
        title = TitleFactory()
        return title, title, "poster_url"
    if request.param == "still":
        episode = EpisodeFactory()
        return episode.title, episode, "still_url"
    credit = CreditFactory()
    return credit.title, credit.person, "portrait_url"


def test_a_picture_is_drawn_once_for_a_browser(client, row_and_address):
    _title, row, address = row_and_address
    answer = client.get(getattr(row, address))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert {"private", "immutable", "max-age=31536000"} <= set(answer["Cache-Control"].split(", "))


def test_a_browser_that_has_it_is_told_so(client, row_and_address):
    _title, row, address = row_and_address
    tag = client.get(getattr(row, address))["ETag"]
    again = client.get(getattr(row, address), headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""


def test_an_older_address_leads_to_the_present_one(client, row_and_address):
    _title, row, address = row_and_address
    old = getattr(row, address)
    row.updated_at += timedelta(hours=1)
    row.save()
    answer = client.get(old)
    assert answer.status_code == 302
    assert answer.url == getattr(row, address) != old
    assert "immutable" not in answer["Cache-Control"]


def test_a_picture_needs_the_age_of_its_title(client, row_and_address):
    title, row, address = row_and_address
    title.min_age = 18
    title.save()
    assert client.get(getattr(row, address)).status_code == 404


def test_a_poster_follows_the_facts(client):
    plain, western = MovieFactory(name="The General"), MovieFactory(name="The General")
    western.genres.add(GenreFactory(name="Western"))
    assert client.get(plain.poster_url).content != client.get(western.poster_url).content


def test_a_name_in_any_script_is_drawn_safely(client):
    title = MovieFactory(name='Дама <script>alert("x")</script> 小狗')
    picture = client.get(title.poster_url).content.decode()
    assert "<script" not in picture


@pytest.mark.parametrize("path", ["/posters/1-2.svg", "/stills/99999999999999999999-1.svg", "/portraits/0-0.svg"])
def test_a_picture_of_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_picture_costs_few_queries(client, django_assert_max_num_queries):
    person = PersonFactory()
    title = TitleFactory()
    CreditFactory(person=person, title=title)
    title.genres.add(GenreFactory())
    for address, most in [(title.poster_url, 3), (EpisodeFactory(title=title).still_url, 3), (person.portrait_url, 2)]:
        with django_assert_max_num_queries(most):
            client.get(address)
