import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from catalog.models import Episode
from tests.factories import CreditFactory, EpisodeFactory, PersonFactory, TitleFactory, WatchFactory

pytestmark = pytest.mark.django_db


def page(client, episode):
    return client.get(episode.get_absolute_url()).content.decode()


def steps(text):
    """The names before and after, as far as there are any."""
    return re.findall(r'rel="(prev|next)"><small>[^<]*</small> ([^<]*)</a>', text)


def test_its_number_and_its_id_lead_to_one_page(client):
    episode = EpisodeFactory(season_number=2, number=5, name="Lady Beryl")
    by_number = client.get(f"/series/{episode.title.slug}/s02e05/").content.decode()
    assert "Lady Beryl" in by_number
    assert f'<link rel="canonical" href="http://testserver{episode.get_absolute_url()}">' in by_number


@pytest.mark.parametrize("path", ["s01e2/", "s1e02/", "s001e002/"])
def test_numbers_are_read_with_any_number_of_noughts(client, path):
    episode = EpisodeFactory(number=2)
    assert client.get(f"/series/{episode.title.slug}/{path}").status_code == 200


@pytest.mark.parametrize("path", ["s01e03/", "s02e02/", "s999999999e999999999/"])
def test_a_number_nobody_has_is_not_found(client, path):
    episode = EpisodeFactory(number=2)
    assert client.get(f"/series/{episode.title.slug}/{path}").status_code == 404


def test_an_episode_needs_the_age_of_its_title(client):
    episode = EpisodeFactory(title=TitleFactory(min_age=18))
    assert client.get(episode.get_absolute_url()).status_code == 404


def test_an_episode_of_which_nothing_is_known_has_a_whole_page(client):
    episode = EpisodeFactory(number=None, name="", air_date=None, runtime=None, kind=Episode.Kind.SPECIAL)
    text = page(client, episode)
    assert "Untitled" in text
    assert "S1 special" in text
    assert "date unknown" in text


def test_a_broadcast_date_is_the_broadcasters_and_its_hour_the_viewers(client, viewer):
    late = EpisodeFactory(air_date=date(2020, 7, 1), airs_at=datetime(2020, 7, 2, 0, 5, tzinfo=UTC))
    text = page(client, late)
    assert "Wednesday 1 July 2020" in text
    assert "2 July 2020, 02:05" in text


def test_what_is_still_to_come_cannot_be_checked_in_to(client, viewer):
    coming = EpisodeFactory(air_date=datetime.now(UTC).date() + timedelta(days=7))
    assert "not yet shown" in page(client, coming)
    assert re.search(r'class="punch"[^>]* disabled', page(client, coming))
    assert not re.search(r'class="punch"[^>]* disabled', page(client, EpisodeFactory(air_date=None)))


def test_a_withdrawn_episode_stays_for_those_who_logged_it(client, viewer):
    gone = EpisodeFactory(number=None, withdrawn_at=datetime.now(UTC))
    watch = WatchFactory(profile=viewer, episode=gone)
    assert "no longer lists this episode" in page(client, gone)
    assert watch.get_absolute_url() in page(client, gone)


def test_my_viewings_are_mine_and_of_this_episode(client, viewer):
    episode = EpisodeFactory()
    mine = WatchFactory(profile=viewer, episode=episode)
    others = [WatchFactory(profile=viewer, episode=EpisodeFactory(title=episode.title)), WatchFactory(episode=episode)]
    text = page(client, episode)
    assert mine.get_absolute_url() in text
    assert reverse("tracking:check_in_episode", args=[episode.pk]) in text
    assert not any(other.get_absolute_url() in text for other in others)


def test_before_and_after_cross_the_ends_of_a_season(client):
    title = TitleFactory()
    special = {"number": None, "kind": Episode.Kind.SPECIAL}
    first = EpisodeFactory(title=title, number=1, name="First")
    EpisodeFactory(title=title, number=2, name="Second")
    early = EpisodeFactory(title=title, name="Early special", air_date=date(2000, 1, 1), **special)
    late = EpisodeFactory(title=title, name="Late special", air_date=None, **special)
    EpisodeFactory(title=title, season_number=2, number=1, name="New season")
    EpisodeFactory(title=title, number=None, name="Gone", withdrawn_at=datetime.now(UTC))
    assert steps(page(client, first)) == [("next", "Second")]
    assert steps(page(client, early)) == [("prev", "Second"), ("next", "Late special")]
    assert steps(page(client, late)) == [("prev", "Early special"), ("next", "New season")]


def test_guests_are_named(client):
    episode = EpisodeFactory()
    CreditFactory(title=episode.title, episode=episode, person=PersonFactory(name="A guest"), is_self=True)
    CreditFactory(title=episode.title, person=PersonFactory(name="A regular"))
    text = page(client, episode)
    assert "A guest" in text
    assert "As themselves" in text
    assert "A regular" not in text


def test_an_episode_costs_the_same_however_much_there_is(queries, viewer):
    title = TitleFactory()
    episodes = [EpisodeFactory(title=title) for _number in range(3)]
    few = queries(episodes[1].get_absolute_url())
    for _number in range(6):
        WatchFactory(profile=viewer, episode=episodes[1])
        CreditFactory(title=title, episode=episodes[1])
        EpisodeFactory(title=title)
    assert queries(episodes[1].get_absolute_url()) == few
