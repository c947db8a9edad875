"""Each page names the sources of its facts, in the words that their terms ask for."""

import pytest
from django.urls import reverse

from catalog.models import ExternalId
from tests.factories import CreditFactory, EpisodeFactory, ExternalIdFactory, TitleFactory

pytestmark = pytest.mark.django_db

OF_TVDB = (
    'Metadata provided by <a href="https://thetvdb.com" rel="noreferrer">TheTVDB</a>. Please consider adding missing '
    'information or <a href="https://thetvdb.com/subscribe" rel="noreferrer">subscribing</a>.'
)
OF_TMDB = "API but is not endorsed or certified by TMDB."


@pytest.fixture
def series():
    title = TitleFactory(field_sources={"name": "tvmaze", "overview": "tvdb"})
    ExternalIdFactory(title=title, source="tvdb", value="82")
    return title


def page(client, thing):
    return " ".join(client.get(thing.get_absolute_url()).content.decode().split())


def test_what_came_from_thetvdb_says_so(client, series):
    shown = page(client, series)
    assert OF_TVDB in shown
    assert '<a href="https://thetvdb.com/dereferrer/series/82" rel="noreferrer">TheTVDB</a>' in shown
    assert OF_TMDB not in shown


def test_an_id_that_is_only_known_owes_nothing(client, series):
    type(series).objects.update(field_sources={"name": "tvmaze"})
    assert OF_TVDB not in page(client, series)


def test_where_it_can_be_asked_a_picture_or_a_name_may_be_from_there(client, series, settings):
    type(series).objects.update(field_sources={})
    settings.TVDB_API_KEY = "a key"
    assert OF_TVDB in page(client, series)


def test_what_came_from_tmdb_says_so(client):
    film = ExternalIdFactory(source="tmdb", kind="movie", value="5", title__kind="movie").title
    type(film).objects.update(field_sources={"name": "tmdb"})
    shown = page(client, film)
    assert OF_TMDB in shown
    assert OF_TVDB not in shown


def test_seasons_episodes_and_people_say_so_too(client, series):
    episode = EpisodeFactory(title=series, number=1, field_sources={"*": "tvdb"})
    ExternalId.objects.create(source="tvdb", kind="episode", value="501", episode=episode)
    person = CreditFactory(title=series).person
    type(person).objects.update(field_sources={"name": "tvdb"})
    ExternalId.objects.create(source="tvdb", kind="person", value="7", person=person)
    assert all(OF_TVDB in page(client, thing) for thing in (episode.season, episode, person))
    assert "https://thetvdb.com/dereferrer/people/7" in page(client, person)


@pytest.mark.parametrize(("key", "times"), [("", 0), ("a key", 1)])
def test_every_page_names_the_sources_that_can_be_asked(client, settings, key, times):
    settings.TVDB_API_KEY = key
    shown = client.get(reverse("catalog:series_list")).content.decode()
    assert shown.count('Data from <a href="https://thetvdb.com/">TheTVDB</a>') == times


def test_where_a_thing_is_only_known_is_told_apart_from_whose_data_it_is(client, series):
    ExternalIdFactory(title=series, source="imdb", value="tt0000001")
    shown = page(client, series)
    assert 'Data from <a href="https://thetvdb.com/dereferrer/series/82"' in shown
    assert '>TheTVDB</a>. Also at <a href="https://www.imdb.com/title/tt0000001/"' in shown
