"""What is said of a title as a whole: its state, hidden or not, and seen through again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from catalog.models import Episode, Title
from tests.factories import (
    EpisodeFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    TitleFactory,
    UserFactory,
)
from tracking import diary, library, moments, progress
from tracking.models import LibraryEntry, LogChange, Watch

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
State = LibraryEntry.State


@pytest.fixture
def profile():
    return ProfileFactory()


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


@pytest.fixture
def series():
    """A series of three that ended."""
    title = TitleFactory(status="ended", episode_count=3)
    for number in (1, 2, 3):
        EpisodeFactory(title=title, number=number)
    return title


def episodes(series):
    return list(Episode.objects.filter(title=series, number__isnull=False).in_order())


def see(profile, subject, key, at=NOW):
    title, episode = (subject, None) if isinstance(subject, Title) else (subject.title, subject)
    return diary.check_in(profile, title, episode, moment=moments.minute(at, "UTC"), key=key, at=at)


def see_all(profile, series, *, start=NOW):
    for number, episode in enumerate(episodes(series)):
        see(profile, episode, f"{start}{number}", at=start + timedelta(hours=number))


def entry(profile, title):
    return LibraryEntry.objects.get(profile=profile, title=title)


def rows(profile):
    return (
        list(Watch.objects.of(profile).order_by("pk").values()),
        list(LibraryEntry.objects.of(profile).order_by("pk").values()),
    )


# -- states ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_said_of_what_was_never_watched_and_outlasts_a_recount(profile, series, state):
    diary.set_state(profile, series, state, key="a", at=NOW)
    progress.recount(profile, series, entry(profile, series), at=NOW)
    assert entry(profile, series).state == state


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_said_of_what_was_begun_and_is_undone_exactly(profile, series, state):
    see(profile, episodes(series)[0], "a")
    before = rows(profile)
    change = diary.set_state(profile, series, state, key="b", at=NOW)
    assert entry(profile, series).state == state
    diary.undo(change, at=NOW)
    assert rows(profile) == before


@pytest.mark.parametrize("state", State)
def test_a_state_said_is_a_state_removed_by_its_undo(profile, series, state):
    diary.undo(diary.set_state(profile, series, state, key="a", at=NOW), at=NOW)
    assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize("state", State)
def test_something_new_watched_takes_up_whatever_was_said(profile, series, state):
    diary.set_state(profile, series, state, key="a", at=NOW)
    see(profile, episodes(series)[0], "b")
    assert (entry(profile, series).state, entry(profile, series).is_said) == ("watching", False)


def test_the_log_is_asked_again_when_nothing_is_said_any_more(profile, series):
    see_all(profile, series)
    diary.set_state(profile, series, State.DROPPED, key="a", at=NOW)
    diary.set_state(profile, series, None, key="b", at=NOW)
    assert entry(profile, series).state == "completed"


def test_what_was_never_watched_leaves_the_library_when_nothing_is_said_any_more(profile, series):
    diary.set_state(profile, series, State.PAUSED, key="a", at=NOW)
    diary.set_state(profile, series, None, key="b", at=NOW)
    assert not LibraryEntry.objects.exists()


def test_several_titles_are_one_press(profile):
    titles = [TitleFactory() for _ in range(3)]
    changes = diary.set_states(profile, titles, State.DROPPED, key="a", at=NOW)
    assert set(LibraryEntry.objects.values_list("state", flat=True)) == {"dropped"}
    diary.undo_press(changes[1], at=NOW)
    assert not LibraryEntry.objects.exists()


# -- hidden ------------------------------------------------------------------------------------------------------------


def test_what_is_hidden_keeps_its_state_and_is_not_next(profile, series):
    see(profile, episodes(series)[0], "a")
    diary.hide(profile, series, is_hidden=True, key="b", at=NOW)
    assert entry(profile, series).state == "watching"
    assert not LibraryEntry.objects.up_next(NOW).exists()


def test_what_was_hidden_is_shown_again_as_it_was(profile, series):
    see(profile, episodes(series)[0], "a")
    before = rows(profile)
    change = diary.hide(profile, series, is_hidden=True, key="b", at=NOW)
    diary.undo(change, at=NOW)
    assert rows(profile) == before
    diary.hide(profile, series, is_hidden=True, key="c", at=NOW)
    diary.hide(profile, series, is_hidden=False, key="d", at=NOW)
    assert LibraryEntry.objects.up_next(NOW).exists()


def test_hiding_what_is_not_in_the_library_puts_nothing_there(profile, series):
    diary.hide(profile, series, is_hidden=True, key="a", at=NOW)
    assert not LibraryEntry.objects.exists()


# -- runs --------------------------------------------------------------------------------------------------------------


def test_a_new_run_begins_at_the_first_episode_and_loses_no_viewing(profile, series):
    see_all(profile, series)
    diary.begin_again(profile, series, key="a", at=NOW)
    held = entry(profile, series)
    assert (held.run, held.state, held.seen_count, held.watch_count) == (2, "watching", 0, 3)
    assert held.next_episode == episodes(series)[0]


def test_progress_and_next_are_those_of_the_run(profile, series):
    see_all(profile, series)
    diary.begin_again(profile, series, key="a", at=NOW)
    see(profile, episodes(series)[0], "b", at=NOW + timedelta(days=1))
    held = entry(profile, series)
    assert (held.seen_count, held.watch_count, held.next_episode) == (1, 4, episodes(series)[1])


def test_a_second_run_is_completed_like_the_first(profile, series):
    see_all(profile, series)
    diary.begin_again(profile, series, key="a", at=NOW)
    see_all(profile, series, start=NOW + timedelta(days=1))
    assert (entry(profile, series).state, entry(profile, series).seen_count) == ("completed", 3)


def test_a_run_is_undone_exactly(profile, series):
    see_all(profile, series)
    before = rows(profile)
    diary.undo(diary.begin_again(profile, series, key="a", at=NOW), at=NOW)
    assert rows(profile) == before


def test_a_run_in_which_nothing_was_seen_is_not_left_for_another(profile, series):
    see_all(profile, series)
    diary.begin_again(profile, series, key="a", at=NOW)
    diary.begin_again(profile, series, key="b", at=NOW)
    assert entry(profile, series).run == 2


def test_the_punch_knows_what_was_seen_in_this_run_and_what_before(profile, series):
    first, second, _third = episodes(series)
    see_all(profile, series)
    diary.begin_again(profile, series, key="a", at=NOW)
    see(profile, first, "b", at=NOW + timedelta(days=1))
    seen = library.seen_episodes(profile, [first, second])
    assert (seen[first.pk].count, seen[first.pk].in_run, seen[first.pk].is_ringed) == (2, 1, True)
    assert (seen[second.pk].count, seen[second.pk].in_run, seen[second.pk].is_ringed) == (1, 0, True)


# -- the pains of other trackers (progress) ----------------------------------------------------------------------------


def test_seeing_the_last_episode_does_not_close_the_series(profile, series):
    see(profile, episodes(series)[2], "a")
    assert (entry(profile, series).state, entry(profile, series).next_episode) == ("watching", episodes(series)[0])


def test_progress_counts_what_was_seen_and_not_how_far_it_went(profile, series):
    see(profile, episodes(series)[2], "a")
    assert entry(profile, series).seen_count == 1


def test_specials_never_keep_a_series_open(profile, series):
    EpisodeFactory(title=series, number=None, kind=Episode.Kind.SPECIAL)
    see_all(profile, series)
    assert entry(profile, series).state == "completed"


def test_progress_never_exceeds_what_there_is(profile, series):
    see_all(profile, series)
    see(profile, episodes(series)[0], "again", at=NOW + timedelta(days=9))
    special = EpisodeFactory(title=series, number=None, kind=Episode.Kind.SPECIAL)
    see(profile, special, "special", at=NOW + timedelta(days=10))
    Episode.objects.filter(pk=episodes(series)[2].pk).update(withdrawn_at=NOW, number=None)
    progress.recount(profile, series, entry(profile, series), at=NOW)
    assert (entry(profile, series).seen_count, entry(profile, series).watch_count) == (2, 5)


# -- the pages ---------------------------------------------------------------------------------------------------------


def post(client, name, title, said=None, **more):
    return client.post(reverse(f"tracking:{name}", args=[title.pk]), {"key": "a", **(said or {})}, **more)


def test_a_state_is_said_on_the_page_and_taken_back(client, viewer, series):
    answer = post(client, "set_state", series, {"state": "dropped"}, headers=HTMX)
    assert "log-changed" in answer["HX-Trigger-After-Settle"]
    assert entry(viewer, series).state == "dropped"
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    assert not LibraryEntry.objects.exists()


def test_without_htmx_the_press_returns_to_the_title(client, viewer, series):
    for name, said in (("set_state", {"state": "paused"}), ("hide", {}), ("begin_again", {})):
        assert post(client, name, series, {**said, "key": name}).url == series.get_absolute_url()


@pytest.mark.parametrize("state", ["", "lost", "hidden"])
def test_a_state_that_is_none_is_refused(client, viewer, series, state):
    assert post(client, "set_state", series, {"state": state}).status_code == 400
    assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize("name", ["set_state", "hide", "begin_again"])
def test_presses_are_posts_of_those_who_may_see_the_title(client, viewer, name):
    forbidden = TitleFactory(min_age=16)
    viewer.kind, viewer.highest_age = "child", 6
    viewer.save()
    assert client.get(reverse(f"tracking:{name}", args=[forbidden.pk])).status_code == 405
    assert post(client, name, forbidden, {"state": "paused"}).status_code == 404


def test_hiding_is_pressed_and_pressed_back(client, viewer, series):
    see(viewer, episodes(series)[0], "x")
    post(client, "hide", series)
    assert entry(viewer, series).hidden_at
    post(client, "hide", series, {"off": "1", "key": "b"})
    assert entry(viewer, series).hidden_at is None


def test_the_title_page_tells_the_run_and_offers_another(client, viewer, series):
    see_all(viewer, series)
    page = client.get(series.get_absolute_url()).content.decode()
    assert reverse("tracking:begin_again", args=[series.pk]) in page
    post(client, "begin_again", series)
    page = client.get(series.get_absolute_url()).content.decode()
    assert "Time 2" in page
    assert "0 of 3 seen, next is S1 E1" in page
    assert "punch twice" in page


def test_several_are_changed_from_the_library_and_taken_back_as_one(client, viewer):
    held = [LibraryEntryFactory(profile=viewer, title=MovieFactory()) for _ in range(3)]
    said = {"key": "a", "title": [each.title_id for each in held[:2]], "state": "dropped"}
    client.post(reverse("tracking:library_change"), said)
    assert LibraryEntry.objects.filter(state="dropped").count() == 2
    client.post(reverse("tracking:undo", args=[LogChange.objects.first().pk]))
    assert LibraryEntry.objects.filter(state="planned").count() == 3


def test_several_are_hidden_and_shown_from_the_library(client, viewer):
    held = LibraryEntryFactory(profile=viewer, state="watching", is_said=True)
    for key, hidden in (("a", "1"), ("b", "0")):
        client.post(reverse("tracking:library_change"), {"key": key, "title": held.title_id, "hidden": hidden})
        held.refresh_from_db()
        assert (held.hidden_at is not None) == (hidden == "1")


def test_nothing_ticked_changes_nothing_and_says_so(client, viewer):
    answer = client.post(
        reverse("tracking:library_change"), {"state": "dropped", "title": ["x", "9" * 40]}, follow=True
    )
    assert "No title was ticked." in answer.content.decode()


def test_another_profiles_library_is_not_changed(client, viewer):
    theirs = LibraryEntryFactory()
    client.post(reverse("tracking:library_change"), {"key": "a", "title": theirs.title_id, "state": "dropped"})
    theirs.refresh_from_db()
    assert theirs.state == "planned"
