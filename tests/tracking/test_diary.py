from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.models import Episode, Title
from tests.factories import EpisodeFactory, LibraryEntryFactory, MovieFactory, ProfileFactory, TitleFactory
from tracking import diary, moments, progress
from tracking.models import LibraryEntry, LogChange, Watch

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def profile():
    return ProfileFactory(time_zone="Europe/Paris")


@pytest.fixture
def series():
    """A series that ended, with two seasons of two episodes."""
    title = TitleFactory(status=Title.Status.ENDED)
    for season in (1, 2):
        for number in (1, 2):
            EpisodeFactory(title=title, season_number=season, number=number, name=f"{season}x{number}")
    return title


def episodes(series):
    return list(Episode.objects.filter(title=series).in_order())


def see(profile, subject, key, at=NOW, **more):
    title, episode = (subject, None) if isinstance(subject, Title) else (subject.title, subject)
    return diary.check_in(profile, title, episode, moment=moments.minute(at, "Europe/Paris"), key=key, at=at, **more)


def rows(profile):
    """Everything that the log holds of a profile, to the last column."""
    return (
        list(Watch.objects.filter(profile=profile).order_by("pk").values()),
        list(LibraryEntry.objects.filter(profile=profile).order_by("pk").values()),
    )


def entry(profile, title):
    return LibraryEntry.objects.get(profile=profile, title=title)


def test_a_check_in_is_dated_in_the_zone_of_the_profile(profile):
    see(profile, MovieFactory(), "a", at=datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    watch = Watch.objects.get()
    assert (watch.watched_on, watch.local_time.hour) == (date(2026, 11, 22), 0)


def test_the_same_key_logs_once(profile):
    movie = MovieFactory()
    first, second = see(profile, movie, "a"), see(profile, movie, "a", at=LATER)
    assert first.pk == second.pk
    assert Watch.objects.count() == 1


def test_a_second_live_press_within_two_minutes_is_the_same_viewing(profile, series):
    one = episodes(series)[0]
    first, second = see(profile, one, "a"), see(profile, one, "b", at=NOW + timedelta(seconds=90))
    assert first.pk == second.pk
    assert Watch.objects.count() == 1


def test_watching_again_later_is_another_viewing(profile, series):
    one = episodes(series)[0]
    see(profile, one, "a")
    see(profile, one, "b", at=LATER)
    assert (entry(profile, series).watch_count, entry(profile, series).seen_count) == (2, 1)


def test_the_same_key_of_two_profiles_logs_for_both(profile):
    movie = MovieFactory()
    see(profile, movie, "a")
    see(ProfileFactory(), movie, "a")
    assert Watch.objects.count() == 2


def test_a_movie_is_completed_by_one_viewing(profile):
    movie = MovieFactory()
    see(profile, movie, "a")
    assert (entry(profile, movie).state, entry(profile, movie).seen_count) == ("completed", 1)


def test_next_follows_what_was_watched_last_and_comes_back_to_what_was_skipped(profile, series):
    first, _, third, fourth = episodes(series)
    see(profile, third, "a")
    assert entry(profile, series).next_episode == fourth
    see(profile, fourth, "b", at=LATER)
    assert entry(profile, series).next_episode == first


def test_seeing_every_episode_of_an_ended_series_completes_it(profile, series):
    for number, episode in enumerate(episodes(series)):
        see(profile, episode, f"k{number}", at=NOW + timedelta(hours=number))
    assert (entry(profile, series).state, entry(profile, series).next_episode) == ("completed", None)


def test_seeing_all_of_a_running_series_leaves_it_in_progress(profile, series):
    Title.objects.update(status=Title.Status.RUNNING)
    for number, episode in enumerate(episodes(Title.objects.get())):
        see(profile, episode, f"k{number}", at=NOW + timedelta(hours=number))
    assert entry(profile, series).state == "watching"


def test_specials_count_neither_as_progress_nor_as_next(profile, series):
    special = EpisodeFactory(title=series, number=None, kind=Episode.Kind.SPECIAL)
    see(profile, special, "a")
    held = entry(profile, series)
    assert (held.watch_count, held.seen_count, held.next_episode) == (1, 0, episodes(series)[0])


def test_an_episode_of_another_title_is_refused(profile, series):
    with pytest.raises(diary.MismatchError):
        diary.check_in(profile, MovieFactory(), episodes(series)[0], moment=moments.minute(NOW, "UTC"), key="a", at=NOW)
    assert not LogChange.objects.exists()


@pytest.mark.parametrize(
    ("moment", "sort_at"),
    [
        (moments.day(date(2020, 5, 17), "Europe/Paris"), datetime(2020, 5, 16, 22, tzinfo=UTC)),
        (moments.month(date(2020, 5, 17), "UTC"), datetime(2020, 5, 1, tzinfo=UTC)),
        (moments.year(date(2020, 5, 17), "UTC"), datetime(2020, 1, 1, tzinfo=UTC)),
        (moments.some_time("UTC"), Watch.SOME_TIME),
    ],
)
def test_a_date_keeps_its_precision(profile, moment, sort_at):
    diary.check_in(profile, MovieFactory(), None, moment=moment, key="a", at=NOW)
    watch = Watch.objects.get()
    assert (watch.precision, watch.watched_on, watch.sort_at) == (moment.precision, moment.on, sort_at)


# -- undo --------------------------------------------------------------------------------------------------------------


def changes(profile, series):
    """One of each kind of change, each on a log that already holds something."""
    first, second, *_ = episodes(series)
    see(profile, first, "seen before", at=NOW - timedelta(days=9))
    watch = Watch.objects.get()
    note = diary.Details(note="Fog by the bucket", place="home")
    planned = LibraryEntryFactory(profile=profile, title=MovieFactory())
    return {
        "check in": lambda: see(profile, second, "k1"),
        "again": lambda: see(profile, first, "k2"),
        "edit": lambda: diary.edit(
            watch, moment=moments.day(date(2020, 2, 29), "UTC"), details=note, key="k3", at=LATER
        ),
        "delete": lambda: diary.delete(watch, key="k4", at=LATER),
        "plan": lambda: diary.plan(profile, MovieFactory(), key="k5", at=LATER),
        "unplan": lambda: diary.unplan(profile, planned.title, key="k6", at=LATER),
        "see what was planned": lambda: see(profile, planned.title, "k7"),
    }


@pytest.mark.parametrize("name", ["check in", "again", "edit", "delete", "plan", "unplan", "see what was planned"])
def test_undo_brings_back_every_row_exactly(profile, series, name):
    act = changes(profile, series)[name]
    before = rows(profile)
    change = act()
    assert rows(profile) != before
    diary.undo(change, at=LATER)
    assert rows(profile) == before


def test_undoing_twice_changes_nothing_more(profile):
    change = see(profile, MovieFactory(), "a")
    diary.undo(change, at=LATER)
    again = diary.undo(change, at=LATER + timedelta(hours=1))
    assert again.undone_at == LATER


def test_a_repeated_request_after_its_undo_logs_nothing(profile):
    movie = MovieFactory()
    diary.undo(see(profile, movie, "a"), at=LATER)
    see(profile, movie, "a")
    assert not Watch.objects.exists()


def test_changes_undone_in_any_order_leave_what_was_before(profile, series):
    first, second, *_ = episodes(series)
    LibraryEntryFactory(profile=profile, title=series)
    before = rows(profile)
    one, two = see(profile, first, "a"), see(profile, second, "b", at=LATER)
    diary.undo(one, at=LATER)
    assert (entry(profile, series).state, entry(profile, series).seen_count) == ("watching", 1)
    diary.undo(two, at=LATER)
    assert rows(profile) == before


def test_removing_the_last_viewing_takes_the_title_out_of_the_library(profile):
    movie = MovieFactory()
    see(profile, movie, "a")
    diary.delete(Watch.objects.get(), key="b", at=LATER)
    assert not LibraryEntry.objects.exists()


def test_a_dropped_series_stays_dropped_when_a_viewing_of_it_is_removed(profile, series):
    see(profile, episodes(series)[0], "a")
    LibraryEntry.objects.update(state=LibraryEntry.State.DROPPED)
    diary.delete(Watch.objects.get(), key="b", at=LATER)
    assert entry(profile, series).state == "dropped"


# -- up next -----------------------------------------------------------------------------------------------------------


def test_up_next_waits_until_the_episode_was_shown(profile, series):
    first, second, *_ = episodes(series)
    Episode.objects.filter(pk=second.pk).update(airs_at=LATER)
    see(profile, first, "a")
    assert not LibraryEntry.objects.up_next(NOW).exists()
    assert LibraryEntry.objects.up_next(LATER).get().next_episode == second


def test_an_episode_whose_date_moves_is_awaited_until_then_without_a_recount(profile, series):
    first, second, *_ = episodes(series)
    see(profile, first, "a")
    assert LibraryEntry.objects.up_next(NOW).get().next_episode == second
    Episode.objects.filter(pk=second.pk).update(airs_at=LATER)
    assert not LibraryEntry.objects.up_next(NOW).exists()
    assert LibraryEntry.objects.awaited(NOW).get().next_episode == second
    assert LibraryEntry.objects.up_next(LATER).get().next_episode == second


@pytest.mark.parametrize("since", [None, NOW])
def test_a_new_episode_brings_a_finished_series_back_into_up_next(profile, series, since):
    for number, episode in enumerate(episodes(series)):
        see(profile, episode, f"k{number}", at=NOW + timedelta(minutes=number))
    added = EpisodeFactory(title=series, season_number=2, number=3)
    Title.objects.filter(pk=series.pk).update(episodes_changed_at=LATER)
    assert progress.recount_outdated(at=LATER, since=since) == 1
    assert LibraryEntry.objects.up_next(LATER).get().next_episode == added
    assert progress.recount_outdated(at=LATER, since=since) == 0


def test_a_recount_leaves_alone_what_did_not_change(profile, series):
    see(profile, episodes(series)[0], "a")
    Title.objects.filter(pk=series.pk).update(episodes_changed_at=NOW - timedelta(days=1))
    before = rows(profile)
    assert progress.recount_outdated(at=LATER) == 0
    assert rows(profile) == before
