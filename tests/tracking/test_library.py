"""The library as a wall, and up next."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    EpisodeFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
    UserFactory,
)
from tracking import browsing
from tracking.models import LibraryEntry

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


def hold(viewer, *, state="watching", **more):
    title = more.pop("title", None) or TitleFactory(**more.pop("of", {}))
    return LibraryEntryFactory(profile=viewer, title=title, state=state, **more)


def shown(client, query=""):
    """The entries on all pages of the library, in order."""
    found, after = [], ""
    while True:
        page = client.get(f"{reverse('tracking:library')}?{query}&after={after}").context["page"]
        found += page.rows
        after = page.after
        if not after:
            return found


def test_filters_narrow_by_kind_genre_and_decade(client, viewer):
    drama = GenreFactory()
    film = hold(viewer, title=MovieFactory(year=1994))
    show = hold(viewer, of={"year": 1999})
    show.title.genres.add(drama)
    other = hold(viewer, of={"year": 2004})
    assert shown(client, "kind=movie") == [film]
    assert shown(client, "genre=drama") == [show]
    assert set(shown(client, "year=1990s")) == {film, show}
    assert shown(client, "year=2004&kind=series") == [other]


@pytest.mark.parametrize("query", ["kind=opera&genre=none&year=x&sort=y&state=z", "genre=%00&year=%00&sort=%00"])
def test_filters_without_sense_are_left_out(client, viewer, query):
    held = hold(viewer)
    assert shown(client, query) == [held]


def test_each_filter_in_force_can_be_taken_off_alone(client, viewer):
    hold(viewer, title=MovieFactory(year=1994))
    context = client.get(f"{reverse('tracking:library')}?state=watching&kind=movie&year=1990s").context
    assert [chip.query for chip in context["wanted"].chips] == [
        "state=watching&year=1990s",
        "state=watching&kind=movie",
    ]


def test_only_genres_and_decades_that_lead_to_something_are_offered(client, viewer):
    GenreFactory(name="Western")
    hold(viewer, of={"year": 1994}).title.genres.add(GenreFactory())
    hold(viewer, state="dropped", of={"year": 2011})
    choices = client.get(reverse("tracking:library")).context["choices"]
    assert (choices.genres, choices.decades) == ([("drama", "Drama")], ["1990s"])


def test_what_is_counted_and_offered_changes_with_the_library(client, viewer):
    def looks():
        context = client.get(reverse("tracking:library")).context
        return [count for _state, _label, count in context["tabs"]], context["hidden_count"], context["choices"].decades

    held = hold(viewer, of={"year": 1994})
    assert looks() == ([0, 1, 0, 0, 0], 0, ["1990s"])
    LibraryEntry.objects.filter(pk=held.pk).update(hidden_at=AT)
    assert looks() == ([0, 1, 0, 0, 0], 1, ["1990s"])
    hold(viewer, state="planned")
    hold(viewer, of={"year": 2011})
    assert looks() == ([1, 2, 0, 0, 0], 1, ["2010s", "1990s"])
    held.delete()
    assert looks() == ([1, 1, 0, 0, 0], 0, ["2010s"])


def test_what_is_hidden_is_found_in_a_tab_of_its_own_whatever_its_state(client, viewer):
    hold(viewer)
    hidden = [hold(viewer, hidden_at=AT), hold(viewer, state="paused", hidden_at=AT)]
    assert set(shown(client, "state=hidden")) == set(hidden)
    assert client.get(reverse("tracking:library")).context["hidden_count"] == 2


def sorted_by(client, sort):
    return [entry.title.name for entry in shown(client, f"sort={sort}")]


def test_the_library_sorts_by_what_is_asked_and_puts_what_is_unknown_last(client, viewer):
    specs = {
        "A": {"episode_count": 10, "runtime": 10, "seen": 9, "watched": 3, "added": 1, "rating": 40},
        "B": {"episode_count": 10, "runtime": 60, "seen": 5, "watched": 1, "added": 3, "rating": 90},
        "C": {"episode_count": 0, "runtime": None, "seen": 0, "watched": None, "added": 2, "rating": None},
    }
    for name, spec in specs.items():
        title = TitleFactory(name=name, episode_count=spec["episode_count"], runtime=spec["runtime"])
        watched = AT + timedelta(days=spec["watched"]) if spec["watched"] else None
        counts = {"watch_count": spec["seen"], "seen_count": spec["seen"], "last_watched_at": watched}
        hold(viewer, title=title, created_at=AT + timedelta(days=spec["added"]), **counts)
        if spec["rating"]:
            RatingFactory(profile=viewer, title=title, value=spec["rating"])
    assert sorted_by(client, "watched") == ["A", "B", "C"]
    assert sorted_by(client, "added") == ["B", "C", "A"]
    assert sorted_by(client, "name") == ["A", "B", "C"]
    assert sorted_by(client, "rating") == ["B", "A", "C"]
    assert sorted_by(client, "progress") == ["A", "B", "C"]
    assert sorted_by(client, "left") == ["A", "B", "C"]


def test_the_rating_of_somebody_else_sorts_nothing(client, viewer):
    first, second = hold(viewer), hold(viewer)
    RatingFactory(profile=viewer, title=second.title, value=10)
    RatingFactory(profile=ProfileFactory(), title=first.title, value=100)
    assert shown(client, "sort=rating")[0] == second


@pytest.mark.parametrize("sort", browsing.SORTS)
def test_every_sort_pages_by_key_and_shows_each_title_once(client, viewer, sort):
    for number in range(100):
        watched = AT + timedelta(days=number // 3) if number % 4 else None
        of = {"episode_count": number % 5, "runtime": number % 3 or None, "name": f"Name {number // 2}"}
        held = hold(viewer, of=of, last_watched_at=watched, watch_count=1, seen_count=number % 2)
        if number % 3:
            RatingFactory(profile=viewer, title=held.title, value=number % 7 + 1)
    found = [entry.pk for entry in shown(client, f"sort={sort}")]
    assert len(found) == len(set(found)) == 100


@pytest.mark.parametrize("after", ["x", "%00", "W10", "9" * 5000, "PXgAPTE", "AD0x"])
def test_a_key_without_sense_is_a_page_all_the_same(client, viewer, after):
    hold(viewer)
    for sort in browsing.SORTS:
        assert client.get(f"{reverse('tracking:library')}?sort={sort}&after={after}").status_code == 200


def test_titles_that_a_child_may_not_see_are_not_in_its_library(client, viewer):
    viewer.kind, viewer.highest_age = "child", 6
    viewer.save()
    hold(viewer, of={"min_age": 16})
    assert shown(client) == []


def test_the_whole_library_costs_the_same_for_twice_the_rows(client, viewer):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(f"{reverse('tracking:library')}?sort=rating&kind=series&genre=drama&choose=1")
        return len(found)

    drama = GenreFactory()
    for _ in range(3):
        hold(viewer).title.genres.add(drama)
    few = queries()
    for _ in range(6):
        hold(viewer).title.genres.add(drama)
    assert few == queries() <= 12


def test_a_full_wall_stays_within_its_weight(client, viewer):
    for number in range(50):
        hold(
            viewer, of={"name": f"A rather long name of a title, number {number}", "episode_count": 9}, state="watching"
        )
    for query in ("", "?choose=1"):
        assert len(client.get(reverse("tracking:library") + query).content) < 60_000


# -- up next -----------------------------------------------------------------------------------------------------------


def begin(viewer, *, days=-1, **more):
    """A series whose next episode comes in so many days."""
    title = TitleFactory(status="running", episode_count=9)
    day = None if days is None else timezone.now().date() + timedelta(days=days)
    episode = EpisodeFactory(title=title, number=2, air_date=day)
    return hold(viewer, title=title, next_episode=episode, **more)


def up_next(client):
    return client.get(reverse("tracking:up_next")).context


def test_up_next_says_when_the_next_episode_comes(client, viewer):
    begin(viewer, days=None)
    begin(viewer, days=9)
    soon = begin(viewer, days=2)
    context = up_next(client)
    assert not context["page"].rows
    assert [entry.next_episode.air_date for entry in context["awaited"]][:1] == [soon.next_episode.air_date]
    assert context["awaited"][2].next_episode.air_date is None
    day = soon.next_episode.air_date
    assert f"{day:%A} {day.day} {day:%B %Y}" in client.get(reverse("tracking:up_next")).content.decode()


def test_a_moved_date_moves_the_episode_between_next_and_awaited(client, viewer):
    entry = begin(viewer, days=-1)
    assert list(up_next(client)["page"].rows) == [entry]
    entry.next_episode.air_date += timedelta(days=8)
    entry.next_episode.save()
    context = up_next(client)
    assert (list(context["page"].rows), list(context["awaited"])) == ([], [entry])


def test_up_next_leaves_out_what_is_hidden_and_leads_to_it(client, viewer):
    begin(viewer, hidden_at=AT)
    begin(viewer, days=3, hidden_at=AT)
    page = client.get(reverse("tracking:up_next"))
    assert not page.context["page"].rows
    assert not page.context["awaited"]
    assert "state=hidden" in page.content.decode()


def test_up_next_pages_through_series_that_were_never_watched(client, viewer):
    made = {begin(viewer, is_said=True).pk for _ in range(35)}
    first = up_next(client)["page"]
    second = client.get(f"{reverse('tracking:up_next')}?after={first.after}").context["page"]
    assert {entry.pk for entry in [*first.rows, *second.rows]} == made
    assert second.after == ""


def test_up_next_costs_the_same_for_twice_the_rows(client, viewer):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("tracking:up_next"))
        return len(found)

    for days in (-1, 3):
        begin(viewer, days=days)
    few = queries()
    for days in (-1, -1, 3, 3):
        begin(viewer, days=days)
    assert few == queries() <= 12


def test_a_full_page_of_up_next_stays_within_its_weight(client, viewer):
    for days in [-1] * 30 + [3] * 12:
        begin(viewer, days=days)
    assert len(client.get(reverse("tracking:up_next")).content) < 60_000
