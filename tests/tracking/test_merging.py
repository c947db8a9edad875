"""Merging two titles and taking it back, with all that viewers logged: whole databases are compared."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, transaction

from catalog import merging
from catalog.models import Episode, MergedRow, Title
from tests.doubles import LATER, LONG_AGO, NOW, database, differences, doubles, see, viewers
from tests.factories import (
    EpisodeFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
    WatchFactory,
)
from tracking import diary, moments, progress
from tracking.models import LibraryEntry, LogChange, Rating, Watch

pytestmark = pytest.mark.django_db

MUCH_LATER = LATER + timedelta(days=1)


@pytest.fixture
def these():
    return doubles()


@pytest.fixture
def people(these):
    return viewers(these)


def merge(these, at=NOW):
    return merging.merge(these.kept, these.merged, by=None, at=at)


def undo(record, at=LATER):
    return merging.undo(record, by=None, at=at)


def entry(profile, title):
    return LibraryEntry.objects.filter(profile=profile, title=title).first()


def counters(profile, title):
    held = entry(profile, title)
    return held and (held.state, held.watch_count, held.seen_count, held.next_episode)


# -- there and back ----------------------------------------------------------------------------------------------------


def test_undoing_a_merge_brings_back_every_row_exactly(these, people):
    before = database()
    record = merge(these)
    assert len(differences(before, database())) > 40
    undo(record)
    assert differences(before, database()) == {}


def test_it_can_be_merged_undone_and_merged_again_as_often_as_one_likes(these, people):
    before = database()
    for _time in range(3):
        undo(merge(these))
    merged = database()
    undo(merge(these))
    assert differences(before, merged) == differences(before, database()) == {}


def test_a_second_undo_changes_nothing_more(these, people):
    record = undo(merge(these))
    see(people.theirs, these.theirs["wreck"], at=LATER)
    before = database()
    assert undo(record, at=MUCH_LATER).undone_at == LATER
    assert differences(before, database()) == {}


def test_the_sweep_between_a_merge_and_its_undo_leaves_the_log_as_it_was(these, people):
    progress.recount_outdated(at=NOW)
    before = [counters(profile, title) for profile in vars(people).values() for title in (these.kept, these.merged)]
    record = merge(these)
    progress.recount_outdated(at=NOW + timedelta(minutes=1))
    assert LibraryEntry.objects.get(profile=people.both, title=these.kept).next_episode.title == these.kept
    undo(record)
    progress.recount_outdated(at=LATER + timedelta(minutes=1))
    after = [counters(profile, title) for profile in vars(people).values() for title in (these.kept, these.merged)]
    assert after == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_into_one_title_are_undone_in_any_order(these, people, order):
    other = TitleFactory(name="Port", runtime=30, original_name="Hafen", created_at=LONG_AGO, episode_count=1)
    watch = see(people.both, EpisodeFactory(title=other, season_number=7, number=1), at=LONG_AGO)
    before = database()
    records = [merge(these), merging.merge(these.kept, other, by=None, at=NOW + timedelta(minutes=1))]
    for place in order:
        undo(records[place])
    assert LogChange.objects.get(pk=watch.pk).title == other
    left = differences(before, database())
    assert {label for label, _pk in left} <= {"catalog.Title", "tracking.LibraryEntry"}
    assert not changed_columns(left) - {"counted_at", "updated_at", "wanted_at", "episodes_changed_at"}


def changed_columns(left):
    return {name for before, after in left.values() for name in before if before[name] != after[name]}


def test_a_chain_of_merges_is_undone_from_its_end(these, people):
    last = TitleFactory(name="Anchorage")
    before = database()
    first = merge(these)
    middle = database()
    second = merging.merge(last, these.kept, by=None, at=NOW + timedelta(minutes=1))
    assert set(Watch.objects.values_list("title", flat=True)) == {last.pk}
    with pytest.raises(merging.MergeError, match="Undo that first"):
        undo(first)
    undo(second)
    assert differences(middle, database()) == {}
    undo(first)
    assert differences(before, database()) == {}


# -- what is merged ----------------------------------------------------------------------------------------------------


def test_every_viewing_is_of_the_episode_that_its_own_became(these, people):
    before = {watch.pk: watch.episode for watch in Watch.objects.select_related("episode")}
    merge(these)
    now = {these.theirs[name].pk: these.ours[name] for name in ("pilot", "fog", "home")}
    for watch in Watch.objects.all():
        expected = now.get(before[watch.pk].pk, before[watch.pk])
        assert (watch.title, watch.episode) == (these.kept, expected)


def test_of_two_library_entries_the_stronger_state_holds_and_the_log_is_counted_anew(these, people):
    LibraryEntry.objects.update(run=1)
    merge(these)
    assert counters(people.both, these.kept) == ("watching", 6, 5, these.ours["lighthouse"])
    assert entry(people.both, these.merged).watch_count == 4
    assert LibraryEntry.objects.get(profile=people.theirs).title == these.kept


@pytest.mark.parametrize(
    ("ours", "theirs", "together"),
    [
        ("dropped", "watching", "watching"),
        ("planned", "dropped", "dropped"),
        ("paused", "dropped", "paused"),
        ("planned", "planned", "planned"),
        ("paused", "completed", "watching"),  # what was completed there was not all of it
    ],
)
def test_which_of_two_states_is_the_stronger(these, ours, theirs, together):
    profile = ProfileFactory()
    if "completed" in (ours, theirs):
        see(profile, these.theirs["pilot"], at=LONG_AGO)
        LibraryEntry.objects.update(state=theirs)
    else:
        LibraryEntryFactory(profile=profile, title=these.merged, state=theirs)
    LibraryEntryFactory(profile=profile, title=these.kept, state=ours)
    merge(these)
    assert entry(profile, these.kept).state == together


def test_the_next_episode_of_an_entry_that_moves_is_the_one_that_it_became(these):
    profile = ProfileFactory()
    LibraryEntryFactory(profile=profile, title=these.merged, next_episode=these.theirs["fog"])
    merge(these)
    assert LibraryEntry.objects.get().next_episode == these.ours["fog"]


def test_of_two_ratings_of_one_thing_that_of_the_kept_title_counts(these, people):
    value = Rating.objects.get(profile=people.both, title=these.kept, season=None, episode=None).value
    merge(these)
    these.kept.refresh_from_db()
    assert (these.kept.rating_sum, these.kept.rating_count) == (value + 90, 2)
    assert Rating.objects.filter(title=these.merged).count() == 3
    assert Rating.objects.get(profile=people.theirs, episode__isnull=False).episode == these.ours["pilot"]
    assert Rating.objects.get(profile=people.theirs, season__isnull=False).season.title == these.kept


def test_films_merge_with_their_viewings(people):
    kept, merged = MovieFactory(), MovieFactory()
    see(people.both, kept, at=LONG_AGO)
    see(people.both, merged, at=LONG_AGO + timedelta(days=1))
    before = database()
    record = merging.merge(kept, merged, by=None, at=NOW)
    assert counters(people.both, kept) == ("completed", 2, 1, None)
    undo(record)
    assert differences(before, database()) == {}


def test_a_husk_keeps_the_entry_that_waits_there_whatever_is_counted(these, people):
    Title.objects.filter(pk=these.merged.pk).update(episodes_changed_at=MUCH_LATER)
    record = merge(these)
    before = LibraryEntry.objects.filter(title=these.merged).values().get()
    progress.recount_outdated(at=MUCH_LATER + timedelta(days=1))
    assert progress.recount_outdated(at=MUCH_LATER + timedelta(days=1)) == 0  # or it would be counted for ever
    assert LibraryEntry.objects.filter(title=these.merged).values().get() == before
    undo(record)
    assert entry(people.both, these.kept).state == "dropped"


# -- the log goes on ---------------------------------------------------------------------------------------------------


def test_a_check_in_is_undone_after_its_title_was_merged(these):
    profile = ProfileFactory()
    change = see(profile, these.theirs["pilot"], at=LONG_AGO)
    merge(these)
    diary.undo(change, at=LATER)
    assert not Watch.objects.exists()
    assert not LibraryEntry.objects.exists()


def test_what_was_planned_is_planned_again_when_the_viewing_that_a_merge_brought_is_undone(these):
    profile = ProfileFactory()
    diary.plan(profile, these.kept, key="plan", at=LONG_AGO)
    change = see(profile, these.theirs["pilot"], at=LONG_AGO)
    merge(these)
    diary.undo(change, at=LATER)
    assert counters(profile, these.kept)[:2] == ("planned", 0)


def test_undoing_one_of_two_viewings_after_a_merge_leaves_the_other(these, people):
    change = see(people.theirs, these.theirs["wreck"], at=LONG_AGO + timedelta(days=9))
    merge(these)
    diary.undo(change, at=LATER)
    assert counters(people.theirs, these.kept)[:3] == ("watching", 4, 4)


def test_a_viewing_that_was_removed_before_a_merge_comes_back_as_what_it_is_now(these):
    profile = ProfileFactory()
    see(profile, these.theirs["pilot"], at=LONG_AGO)
    change = diary.delete(Watch.objects.get(), key="delete", at=LONG_AGO)
    merge(these)
    diary.undo(change, at=LATER)
    assert Watch.objects.get().episode == these.ours["pilot"]
    assert counters(profile, these.kept)[:3] == ("watching", 1, 1)


def test_a_removed_film_comes_back_to_the_title_it_was_merged_into():
    kept, merged, profile = MovieFactory(), MovieFactory(), ProfileFactory()
    see(profile, merged, at=LONG_AGO)
    change = diary.delete(Watch.objects.get(), key="delete", at=LONG_AGO)
    merging.merge(kept, merged, by=None, at=NOW)
    diary.undo(change, at=LATER)
    assert Watch.objects.get().title == kept


def test_an_edit_made_before_a_merge_is_undone_after_it(these):
    profile = ProfileFactory()
    see(profile, these.theirs["pilot"], at=LONG_AGO)
    details = diary.Details(note="Rain")
    change = diary.edit(Watch.objects.get(), moment=moments.minute(NOW, "UTC"), details=details, key="e", at=NOW)
    merge(these)
    diary.undo(change, at=LATER)
    watch = Watch.objects.get()
    assert (watch.note, watch.watched_at, watch.episode) == ("", LONG_AGO, these.ours["pilot"])


def test_a_check_in_after_a_merge_is_undone_after_the_merge_was(these, people):
    record = merge(these)
    before = counters(people.both, these.kept)
    change = see(people.both, these.ours["lighthouse"], at=NOW + timedelta(minutes=5))
    undo(record)
    assert counters(people.both, these.kept)[1] == 3
    diary.undo(LogChange.objects.get(pk=change.pk), at=MUCH_LATER)
    assert counters(people.both, these.kept)[1] == 2
    assert before[1] == 6


def test_a_viewing_of_an_episode_that_goes_back_goes_with_it(these):
    profile = ProfileFactory()
    record = merge(these)
    moved = Episode.objects.select_related("title").get(pk=these.theirs["return"].pk)
    change = see(profile, moved, at=NOW + timedelta(minutes=5))
    undo(record)
    change.refresh_from_db()
    assert (Watch.objects.get().title, change.title) == (these.merged, these.merged)
    assert (counters(profile, these.kept), counters(profile, these.merged)[:3]) == (None, ("watching", 1, 1))
    diary.undo(change, at=MUCH_LATER)
    assert not LibraryEntry.objects.exists()


def test_a_change_to_a_viewing_that_goes_back_belongs_to_its_title_again(these, people):
    record = merge(these)
    watch = Watch.objects.filter(profile=people.theirs, episode=these.ours["pilot"]).get()
    change = diary.edit(watch, moment=moments.minute(NOW, "UTC"), details=diary.Details(note="Rain"), key="e", at=NOW)
    undo(record)
    change.refresh_from_db()
    assert change.title == these.merged
    diary.undo(change, at=MUCH_LATER)
    watch.refresh_from_db()
    assert (watch.note, watch.episode) == ("", these.theirs["pilot"])


def test_a_viewing_removed_after_a_merge_stays_removed_when_the_merge_is_undone(these, people):
    record = merge(these)
    removed = Watch.objects.get(profile=people.theirs, episode=these.theirs["return"])
    change = diary.delete(removed, key="gone", at=NOW + timedelta(minutes=5))
    undo(record)
    assert counters(people.theirs, these.merged)[1] == 3
    diary.undo(LogChange.objects.get(pk=change.pk), at=MUCH_LATER)
    assert counters(people.theirs, these.merged)[1] == 4


def test_a_rating_given_after_a_merge_stays_what_it_is(these, people):
    record = merge(these)
    Rating.objects.filter(profile=people.theirs, season=None, episode=None).update(value=10)
    new = RatingFactory(title=these.kept, episode=Episode.objects.get(pk=these.theirs["return"].pk), value=33)
    undo(record)
    new.refresh_from_db()
    these.merged.refresh_from_db()
    assert new.title == these.merged
    mine = Rating.objects.get(profile=people.both, title=these.merged, season=None, episode=None)
    assert these.merged.rating_sum == 10 + mine.value


def test_a_page_that_was_open_during_a_merge_still_checks_in(these):
    profile, open_page = ProfileFactory(), Episode.objects.select_related("title").get(pk=these.theirs["pilot"].pk)
    merge(these)
    see(profile, open_page, at=LATER)
    assert (Watch.objects.get().title, Watch.objects.get().episode) == (these.kept, these.ours["pilot"])


def test_a_page_that_was_open_during_an_undo_still_checks_in(these):
    profile, record = ProfileFactory(), merge(these)
    open_page = Episode.objects.select_related("title").get(pk=these.theirs["return"].pk)
    undo(record)
    see(profile, open_page, at=LATER)
    assert Watch.objects.get().title == these.merged


def test_a_film_planned_on_an_open_page_is_planned_where_it_was_merged(people):
    kept, merged = MovieFactory(), MovieFactory()
    merging.merge(kept, merged, by=None, at=NOW)
    diary.plan(people.both, merged, key="plan", at=LATER)
    assert LibraryEntry.objects.get(state="planned").title == kept


# -- splitting ---------------------------------------------------------------------------------------------------------


def test_splitting_off_a_source_that_a_merge_brought_undoes_the_merge(these, people):
    before = database()
    merge(these)
    outside = these.kept.external_ids.get(source="tvdb")
    split = merging.split(these.kept, outside, by=None, at=LATER)
    assert (split.staying, split.leaving) == (these.kept, these.merged)
    assert differences(before, database()) == {}


# -- many, and at once -------------------------------------------------------------------------------------------------


def test_ten_thousand_viewings_move_in_seconds(these, record_property):
    profiles = ProfileFactory.create_batch(20)
    own = list(these.theirs.values())
    Watch.objects.bulk_create(
        WatchFactory.build(
            profile=profiles[n % 20],
            title=these.merged,
            episode=own[n % len(own)],
            key=f"many-{n}",
            watched_at=LONG_AGO,
        )
        for n in range(10_000)
    )
    started = time.perf_counter()
    record = merge(these)
    merged = time.perf_counter()
    undo(record)
    undone = time.perf_counter()
    record_property("seconds", {"merged": merged - started, "undone": undone - merged})
    assert MergedRow.objects.filter(model="tracking.watch").count() == 10_000
    assert undone - started < 30


def in_threads(*calls):
    """Do these at once; what each returned or raised, in their order."""
    results = [None] * len(calls)

    def run(place, call):
        try:
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def held(title, call):
    """The call, begun while another transaction has the title for half a second."""

    def hold():
        with transaction.atomic():
            Title.objects.select_for_update().get(pk=title.pk)
            time.sleep(0.5)

    def wait():
        time.sleep(0.2)
        return call()

    return hold, wait


@pytest.mark.django_db(transaction=True)
def test_two_merges_of_one_title_at_once_are_one(these):
    other = TitleFactory()
    hold, first = held(these.merged, lambda: merge(these))
    _, second = held(these.merged, lambda: merging.merge(other, these.merged, by=None, at=NOW))
    _, one, two = in_threads(hold, first, second)
    assert sorted(type(result).__name__ for result in (one, two)) == ["MergeError", "TitleMerge"]


@pytest.mark.django_db(transaction=True)
def test_a_title_merged_both_ways_at_once_is_merged_one_way(these):
    hold, first = held(these.merged, lambda: merge(these))
    _, second = held(these.merged, lambda: merging.merge(these.merged, these.kept, by=None, at=NOW))
    _, one, two = in_threads(hold, first, second)
    assert sorted(type(result).__name__ for result in (one, two)) == ["MergeError", "TitleMerge"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["pilot", "return"])
def test_a_check_in_during_a_merge_waits_and_is_logged_where_the_episode_is_then(these, name):
    profile, done = ProfileFactory(), threading.Event()
    episode = Episode.objects.select_related("title").get(pk=these.theirs[name].pk)

    def slow_merge():
        with transaction.atomic():
            merge(these)
            done.set()
            time.sleep(0.5)

    def check_in():
        done.wait(10)
        return see(profile, episode, at=LATER)

    results = in_threads(slow_merge, check_in)
    watch = Watch.objects.select_related("episode").get()
    assert isinstance(results[1], LogChange)
    assert (watch.title, watch.episode.title, watch.episode.merged_into) == (these.kept, these.kept, None)


@pytest.mark.django_db(transaction=True)
def test_a_merge_during_a_check_in_waits_and_takes_it_along(these):
    profile, done = ProfileFactory(), threading.Event()

    def slow_check_in():
        with transaction.atomic():
            see(profile, these.theirs["pilot"], at=NOW)
            done.set()
            time.sleep(0.5)

    def then_merge():
        done.wait(10)
        return merge(these)

    in_threads(slow_check_in, then_merge)
    assert (Watch.objects.get().episode, LibraryEntry.objects.get().title) == (these.ours["pilot"], these.kept)


@pytest.mark.django_db(transaction=True)
def test_check_ins_merges_and_recounts_at_once_end_without_a_deadlock(these):
    profiles = ProfileFactory.create_batch(3)
    episodes = [Episode.objects.select_related("title").get(pk=one.pk) for one in these.theirs.values()]

    def watch(profile):
        for number, episode in enumerate(episodes):
            see(profile, episode, at=NOW + timedelta(hours=number))

    def merge_and_undo():
        for minute in range(4):
            undo(merge(these, at=NOW + timedelta(minutes=2 * minute)), at=NOW + timedelta(minutes=2 * minute + 1))

    def count():
        for minute in range(20):
            progress.recount_outdated(at=NOW + timedelta(minutes=minute))

    results = in_threads(merge_and_undo, count, *(lambda profile=profile: watch(profile) for profile in profiles))
    assert results == [None] * 5
    assert Watch.objects.count() == 3 * len(episodes)
    assert not [watch for watch in Watch.objects.select_related("episode") if watch.episode.title_id != watch.title_id]
