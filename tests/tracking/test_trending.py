"""What is watched most lately: by different profiles, the newer the more, and only what the viewer may see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers import AnonymousViewer
from tests.factories import LibraryEntryFactory, MovieFactory, ProfileFactory, UserFactory
from tracking import jobs, trending

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ADULT = AnonymousViewer(highest_age=99, sees_unrated=True)
CHILD = AnonymousViewer(highest_age=6, sees_unrated=False)


def watched(title, *days_ago, now=NOW):
    """By one profile each, so many days ago."""
    for days in days_ago:
        at = now - timedelta(days=days)
        LibraryEntryFactory(title=title, state="completed", watch_count=1, last_watched_at=at)


@pytest.fixture
def six():
    """Films that trend, the most watched first, and one that everybody knows."""
    MovieFactory(name="Famous", popularity=99)
    films = [MovieFactory(name=f"Film {place}") for place in range(6)]
    for place, film in enumerate(films):
        watched(film, *[1] * (9 - place))
    return films


def names(viewer=ADULT, size=12):
    return [title.name for title in trending.shelf(viewer, size).titles]


def test_what_more_profiles_watched_lately_comes_first(six):
    trending.warm(NOW)
    assert names() == [film.name for film in six]
    assert trending.shelf(ADULT, 12).is_trending


def test_what_was_watched_yesterday_counts_more_than_last_week(six):
    watched(fresh := MovieFactory(), *[0] * 12)
    watched(stale := MovieFactory(), *[12] * 12)
    trending.warm(NOW)
    assert (names()[0], names()[-1]) == (fresh.name, stale.name)


def test_what_was_watched_longer_ago_or_is_dated_to_come_does_not_count(six):
    watched(MovieFactory(name="Last month"), *[15] * 20)
    watched(MovieFactory(name="Tomorrow"), *[-1] * 20)
    assert trending.warm(NOW) == 6


def test_one_profile_that_watches_often_is_still_one(six):
    watched(often := MovieFactory(), 1, 1)
    LibraryEntryFactory(title=often, state="completed", watch_count=50, last_watched_at=NOW)
    LibraryEntryFactory(title=MovieFactory(name="One fan"), state="completed", watch_count=50, last_watched_at=NOW)
    trending.warm(NOW)
    assert names()[-1] == often.name
    assert "One fan" not in names()


def test_what_fewer_than_three_profiles_watch_is_shown_to_nobody(six):
    watched(MovieFactory(name="Ours"), 0, 0)
    trending.warm(NOW)
    assert "Ours" not in names()


def test_each_viewer_sees_what_is_for_their_age_and_published(six):
    six[0].min_age, six[1].min_age, six[2].is_published = 16, None, False
    for film in six:
        film.save()
    watched(MovieFactory(name="Seventh"), 5, 5, 5)
    trending.warm(NOW)
    assert names(ADULT) == ["Film 0", "Film 1", "Film 3", "Film 4", "Film 5", "Seventh"]
    assert "Film 0" not in names(CHILD)
    assert "Film 1" not in names(CHILD)


def test_where_little_was_watched_the_best_known_stand_instead():
    MovieFactory(name="Famous", popularity=99)
    watched(MovieFactory(name="Watched"), 1, 1, 1)
    trending.warm(NOW)
    assert names() == ["Famous", "Watched"]
    assert not trending.shelf(ADULT, 12).is_trending


def test_before_anything_was_worked_out_the_best_known_stand_there(six):
    assert names(size=1) == ["Famous"]


def test_a_shelf_takes_one_query_and_is_bounded(six, django_assert_num_queries):
    trending.warm(NOW)
    with django_assert_num_queries(1):
        assert names(size=6) == [film.name for film in six]


def test_the_job_keeps_what_home_shows_signed_in_and_out(client):
    MovieFactory(name="Famous", popularity=99)
    films = [MovieFactory(name=f"Film {place}") for place in range(6)]
    for film in films:
        watched(film, 1, 1, 1, now=timezone.now())
    jobs.warm_trending()
    signed_out = client.get(reverse("home")).content.decode()
    user = UserFactory()
    ProfileFactory(household=user.household)
    client.force_login(user)
    signed_in = client.get(reverse("home")).content.decode()
    assert all("Trending" in page and "Film 0" in page for page in (signed_out, signed_in))
