"""A date that was moved says so where the next episodes stand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog import moves
from catalog.models import Episode, TitleChange
from tests.factories import EpisodeFactory, LibraryEntryFactory, ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
EARLIER, LATER = TODAY + timedelta(days=3), TODAY + timedelta(days=10)


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


@pytest.fixture
def episode(viewer):
    """Awaited, and moved by a week."""
    episode = EpisodeFactory(air_date=LATER, number=1)
    LibraryEntryFactory(profile=viewer, title=episode.title, state="watching", next_episode=episode)
    moved(episode)
    return episode


def moved(episode, before=EARLIER, after=LATER, **more):
    detail = {"episode": episode.pk, "before": str(before), "after": str(after)}
    return TitleChange.objects.create(title=episode.title, kind="date", text="moved", detail=detail, **more)


def told(episode):
    fresh = Episode.objects.get(pk=episode.pk)
    moves.tell([fresh], now=timezone.now())
    return fresh.moved_from


@pytest.mark.parametrize(("name", "query"), [("up_next", ""), ("calendar", "?view=agenda")])
def test_the_page_says_from_which_day_it_was_moved(client, episode, name, query):
    page = client.get(reverse(f"tracking:{name}") + query).content.decode()
    assert f"moved from {EARLIER:%-d %B}" in page


def test_the_last_of_several_moves_is_told(episode):
    between = EARLIER + timedelta(days=1)
    moved(episode, before=between)
    assert told(episode) == between


def test_a_move_that_does_not_lead_to_the_present_date_is_not_told(episode):
    Episode.objects.update(air_date=LATER + timedelta(days=1))
    assert told(episode) is None


def test_a_move_of_long_ago_and_one_of_another_episode_are_not_told(episode):
    TitleChange.objects.update(created_at=timezone.now() - timedelta(days=31))
    other = EpisodeFactory(title=episode.title, air_date=LATER)
    moved(other)
    assert (told(episode), told(other)) == (None, EARLIER)


def test_what_had_no_date_before_was_not_moved(episode):
    TitleChange.objects.all().delete()
    moved(episode, before=None)
    assert told(episode) is None


def test_what_was_shown_already_is_not_looked_up(django_assert_num_queries):
    past = EpisodeFactory(air_date=TODAY - timedelta(days=1))
    with django_assert_num_queries(0):
        moves.tell([past], now=timezone.now())


def test_more_awaited_episodes_take_no_more_queries(client, viewer, episode):
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("tracking:up_next"))
        counts.append(len(queries))
        for _each in range(3):
            more = EpisodeFactory(air_date=LATER)
            LibraryEntryFactory(profile=viewer, title=more.title, state="watching", next_episode=more)
    assert counts[0] == counts[1]
