"""A history from its file into the log and back: what is counted before is what is added, and nothing is guessed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Alias, ExternalId, Source, Subject, Title
from catalog.search import rebuild
from tests.factories import (
    EpisodeFactory,
    ExternalIdFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
    WatchFactory,
)
from tracking import diary, moments, ratings
from tracking.histories import choosing, receiving, verdicts, working
from tracking.models import (
    ImportRow,
    ImportWork,
    LibraryEntry,
    List,
    ListItem,
    LogChange,
    LogImport,
    Note,
    Rating,
    Watch,
)

from . import trakt_shapes as trakt

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
MORNING, EVENING = "2024-02-01T08:00:00.000Z", "2024-02-02T20:30:00.000Z"


@pytest.fixture
def profile():
    return ProfileFactory(time_zone="Europe/Paris")


@pytest.fixture
def series():
    """A series of three episodes that TheTVDB knows as well."""
    title = TitleFactory(name="The Lamplighters", year=2011, status=Title.Status.ENDED)
    ExternalIdFactory(source=Source.TVDB, value="81189", title=title)
    for number, name in enumerate(["Fog", "Gas", "Dawn"], start=1):
        EpisodeFactory(title=title, number=number, name=name)
    return title


@pytest.fixture
def film():
    title = MovieFactory(name="Night Ferry", year=1999)
    ExternalIdFactory(source=Source.IMDB, kind=Subject.MOVIE, value="tt0100001", title=title)
    return title


LAMPS = trakt.show(tvdb=81189)
FERRY = trakt.movie(imdb="tt0100001")


def brought(profile, content, *, name="export.zip"):
    """A file that was read and matched."""
    rebuild()
    log_import = receiving.receive(profile, ContentFile(content), name, at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    return log_import


def plays(*rows, **files):
    return trakt.export(watched__history=list(rows), **files)


def added(log_import, at=NOW):
    assert working.begin(log_import, LogImport.State.APPLYING, of=choosing.OPEN, at=at)
    working.carry_on(log_import, clock=lambda: at)
    assert log_import.state == LogImport.State.APPLIED, log_import.error
    return log_import


def taken_back(log_import):
    assert working.begin(log_import, LogImport.State.UNDOING, of=[LogImport.State.APPLIED], at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    return log_import


def numbers(log_import):
    """Rows by verdict, those that there are."""
    return {name: sum(kinds.values()) for name, kinds in log_import.counts.items() if kinds}


def the_log(profile):
    """Everything that the log holds of a profile, to the last column."""
    return [
        list(Watch.objects.filter(profile=profile).order_by("pk").values()),
        list(LibraryEntry.objects.filter(profile=profile).order_by("pk").values()),
        list(Rating.objects.filter(profile=profile).order_by("pk").values()),
        list(Note.objects.filter(profile=profile).order_by("pk").values()),
        list(List.objects.filter(profile=profile).order_by("pk").values()),
        list(ListItem.objects.filter(list__profile=profile).order_by("pk").values()),
        list(Title.objects.order_by("pk").values("pk", "rating_sum", "rating_count")),
    ]


def test_what_the_preview_counted_is_added(profile, series, film):
    content = plays(
        trakt.played(1, MORNING, of=LAMPS),
        trakt.played(2, EVENING, of=LAMPS),
        trakt.played_movie(EVENING, of=FERRY),
        ratings__ratings_shows=[trakt.rated(8, MORNING, of=LAMPS)],
    )
    log_import = brought(profile, content)
    assert numbers(log_import) == {"added": 4}
    assert not any(the_log(profile)[:4])
    assert numbers(added(log_import)) == {"applied": 4}
    assert Watch.objects.filter(profile=profile).count() == 3
    assert Rating.objects.get().value == 80


def test_the_library_says_what_the_log_says(profile, series):
    added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS), trakt.played(2, EVENING, of=LAMPS))))
    entry = LibraryEntry.objects.get(profile=profile, title=series)
    assert (entry.state, entry.watch_count, entry.seen_count) == ("watching", 2, 2)
    assert (entry.next_episode.name, entry.last_watched_at) == ("Dawn", datetime(2024, 2, 2, 20, 30, tzinfo=UTC))


def test_a_series_seen_to_its_end_is_completed(profile, series):
    added(brought(profile, plays(*(trakt.played(number, MORNING, of=LAMPS) for number in (1, 2, 3)))))
    assert LibraryEntry.objects.get(title=series).state == "completed"


def test_the_same_file_three_times_adds_nothing_more(profile, series):
    content = plays(trakt.played(1, MORNING, of=LAMPS), trakt.played(1, EVENING, of=LAMPS))
    added(brought(profile, content))
    before = the_log(profile)
    for _again in range(2):
        log_import = brought(profile, content)
        assert numbers(log_import) == {"present": 2}
        added(log_import)
    assert the_log(profile) == before


def test_a_newer_file_adds_only_what_is_new(profile, series):
    first = trakt.played(1, MORNING, of=LAMPS)
    added(brought(profile, plays(first)))
    log_import = brought(profile, plays(trakt.played(2, EVENING, of=LAMPS), first))
    assert numbers(log_import) == {"added": 1, "present": 1}


def test_several_plays_of_one_episode_stay_several(profile, series):
    days = ["2024-02-01T08:00:00.000Z", "2024-03-01T08:00:00.000Z", "2024-04-01T08:00:00.000Z"]
    added(brought(profile, plays(*(trakt.played(1, day, of=LAMPS) for day in days))))
    assert Watch.objects.filter(profile=profile).count() == 3


def test_a_new_play_of_a_known_title_is_not_missed(profile, series):
    added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS))))
    added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS), trakt.played(1, EVENING, of=LAMPS))))
    assert Watch.objects.filter(profile=profile).count() == 2


def test_dates_are_those_of_the_file_and_not_of_the_import(profile, series):
    added(brought(profile, plays(trakt.played(1, EVENING, of=LAMPS))))
    watch = Watch.objects.get()
    assert (watch.watched_at, watch.precision) == (datetime(2024, 2, 2, 20, 30, tzinfo=UTC), "minute")


def test_a_date_that_nobody_knows_stays_unknown(profile, series):
    added(brought(profile, plays(trakt.played(1, "1970-01-01T00:00:00.000Z", of=LAMPS))))
    watch = Watch.objects.get()
    assert (watch.watched_at, watch.watched_on, watch.precision) == (None, None, "unknown")


def test_the_same_file_brought_twice_at_once_is_added_once(profile, series):
    content = plays(trakt.played(1, MORNING, of=LAMPS), trakt.played(2, EVENING, of=LAMPS))
    one, other = brought(profile, content), brought(profile, content)
    assert numbers(one) == numbers(other) == {"added": 2}
    added(one)
    assert numbers(added(other)) == {"present": 2}
    assert Watch.objects.count() == 2


def test_two_services_that_noted_one_play_make_one_viewing(profile, film):
    added(brought(profile, plays(trakt.played_movie(EVENING, of=FERRY))))
    diary_of_letterboxd = b"""Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2024-02-05,Night Ferry,1999,https://boxd.it/aaaa,,,,2024-02-02
2024-02-05,Night Ferry,1999,https://boxd.it/aaab,,,,2024-01-07
"""
    log_import = brought(profile, diary_of_letterboxd, name="diary.csv")
    assert numbers(log_import) == {"added": 1, "present": 1}


def test_ratings_alone_make_no_viewing(profile, series):
    added(brought(profile, trakt.export(ratings__ratings_shows=[trakt.rated(9, MORNING, of=LAMPS)])))
    assert not Watch.objects.exists()
    assert not LibraryEntry.objects.exists()


def test_what_was_dropped_there_is_dropped_here(profile, series):
    content = plays(trakt.played(1, MORNING, of=LAMPS), hidden__hidden_dropped=[trakt.dropped(LAMPS)])
    added(brought(profile, content))
    assert LibraryEntry.objects.get().state == "dropped"


def test_what_was_dropped_here_stays_dropped(profile, series):
    LibraryEntryFactory(profile=profile, title=series, state="dropped")
    added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS))))
    assert LibraryEntry.objects.get().state == "dropped"


def test_a_removed_viewing_does_not_come_back(profile, series):
    content = plays(trakt.played(1, MORNING, of=LAMPS), trakt.played(2, EVENING, of=LAMPS))
    added(brought(profile, content))
    diary.delete(Watch.objects.order_by("sort_at").first(), key="gone", at=NOW)
    assert numbers(brought(profile, content)) == {"present": 2}


def test_what_was_logged_here_already_is_not_logged_again(profile, series):
    episode = series.episodes.get(number=1)
    WatchFactory(profile=profile, episode=episode, watched_at=datetime(2024, 2, 1, 8, 1, tzinfo=UTC))
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS), trakt.played(1, EVENING, of=LAMPS)))
    assert numbers(log_import) == {"added": 1, "present": 1}


def test_what_was_logged_since_the_preview_is_not_logged_twice(profile, series):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS)))
    at = datetime(2024, 2, 1, 8, 0, 30, tzinfo=UTC)
    diary.check_in(profile, series, series.episodes.get(number=1), moment=moments.minute(at, "UTC"), key="live", at=NOW)
    added(log_import)
    assert Watch.objects.count() == 1


def test_an_undo_leaves_the_log_as_it_was(profile, series, film):
    RatingFactory(profile=profile, title=series, value=40, updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    ratings.sum_up(series)
    diary.plan(profile, film, key="plan", at=NOW - timedelta(days=900))
    before = the_log(profile)
    content = plays(
        trakt.played(1, MORNING, of=LAMPS),
        trakt.played_movie(EVENING, of=FERRY),
        ratings__ratings_shows=[trakt.rated(9, MORNING, of=LAMPS)],
        lists__lists=[{"name": "Fog", "ids": {"trakt": 7, "slug": "fog"}, "privacy": "private"}],
        lists__list_7_fog=[trakt.wanted(FERRY)],
    )
    log_import = added(brought(profile, content))
    assert the_log(profile) != before
    assert Rating.objects.get().value == 90
    taken_back(log_import)
    assert the_log(profile) == before
    assert numbers(log_import) == {"added": 4}


def test_what_was_taken_back_can_be_added_again(profile, series):
    log_import = taken_back(added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS)))))
    added(log_import)
    assert Watch.objects.count() == 1


def test_what_was_added_and_taken_back_before_is_taken_back_at_once_and_exactly(profile, series, film):
    diary.plan(profile, film, key="plan", at=NOW - timedelta(days=900))
    before = the_log(profile)
    content = plays(trakt.played(1, MORNING, of=LAMPS), trakt.played_movie(EVENING, of=FERRY))
    log_import = taken_back(added(brought(profile, content)))
    added(log_import)
    with CaptureQueriesContext(connection) as queries:
        taken_back(log_import)
    assert the_log(profile) == before
    assert not [query for query in queries if "for no key update of t" in query["sql"]], "a title was undone by itself"


def test_what_was_logged_after_an_import_stays_when_it_is_taken_back(profile, series):
    log_import = added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS))))
    second = series.episodes.get(number=2)
    diary.check_in(profile, series, second, moment=moments.minute(NOW, "UTC"), key="since", at=NOW)
    taken_back(log_import)
    assert Watch.objects.get().episode == second
    assert LibraryEntry.objects.get().watch_count == 1


def test_an_import_of_what_was_logged_before_is_taken_back_to_that(profile, series):
    first = series.episodes.get(number=1)
    diary.check_in(profile, series, first, moment=moments.minute(NOW - timedelta(days=9), "UTC"), key="before", at=NOW)
    before = the_log(profile)
    taken_back(added(brought(profile, plays(trakt.played(2, MORNING, of=LAMPS)))))
    assert the_log(profile) == before


def test_titles_are_written_so_many_rows_at_once(profile, series, film, monkeypatch):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS), trakt.played_movie(EVENING, of=FERRY)))
    assert [len(titles) for titles in verdicts.batches(log_import)] == [2]
    monkeypatch.setattr("tracking.histories.verdicts.ROWS_AT_ONCE", 1)
    assert [len(titles) for titles in verdicts.batches(log_import)] == [1, 1]


def test_a_worker_that_was_killed_leaves_nothing_doubled(profile, series, film, monkeypatch):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS), trakt.played_movie(EVENING, of=FERRY)))
    monkeypatch.setattr("tracking.histories.verdicts.TITLES_AT_ONCE", 1)
    working.begin(log_import, LogImport.State.APPLYING, of=choosing.OPEN, at=NOW)

    def killed(_import):
        if ImportRow.objects.filter(is_applied=True).exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        working.carry_on(log_import, clock=lambda: NOW, watch=killed)
    assert Watch.objects.count() == 1
    assert working.abandoned(NOW + timedelta(minutes=5)) == [log_import]
    working.carry_on(log_import, clock=lambda: NOW)
    assert (log_import.state, Watch.objects.count(), numbers(log_import)) == ("applied", 2, {"applied": 2})


# -- which title, which episode ----------------------------------------------------------------------------------------


def test_without_an_id_a_name_of_the_same_year_is_certain(profile, film):
    log_import = brought(profile, plays(trakt.played_movie(EVENING)))
    work = ImportWork.objects.get()
    assert (work.verdict, work.title, numbers(log_import)) == ("certain", film, {"added": 1})


@pytest.mark.parametrize("year", [1998, 2005, None])
def test_a_name_alone_is_never_enough(profile, film, year):
    log_import = brought(profile, plays(trakt.played_movie(EVENING, of=trakt.movie(year=year))))
    assert (ImportWork.objects.get().verdict, numbers(log_import)) == ("doubtful", {"doubtful": 1})
    added(log_import)
    assert not Watch.objects.exists()


def test_two_titles_of_one_name_and_year_are_asked_about(profile, film):
    MovieFactory(name="Night Ferry", year=1999)
    brought(profile, plays(trakt.played_movie(EVENING)))
    work = ImportWork.objects.get()
    assert (work.verdict, len(work.candidates)) == ("doubtful", 2)


def test_another_name_of_the_year_is_certain_too(profile, film):
    Alias.objects.create(title=film, name="Die Nachtfähre", source="staff")
    brought(profile, plays(trakt.played_movie(EVENING, of=trakt.movie("Die Nachtfähre"))))
    assert ImportWork.objects.get().title == film


def test_episodes_of_the_same_names_speak_for_a_series_without_a_year(profile, series):
    show = trakt.show(year=None)
    names = {1: "Fog", 2: "Gas", 3: "Dawn"}
    brought(profile, plays(*(trakt.played(number, MORNING, of=show, name=name) for number, name in names.items())))
    assert ImportWork.objects.get().verdict == "certain"


def test_what_is_unknown_is_kept_with_its_line(profile):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=trakt.show("Nowhere", 2001))))
    row = ImportRow.objects.get()
    assert numbers(log_import) == {"unknown": 1}
    assert (row.line, row.raw["show"]["title"]) == (1, "Nowhere")


def test_what_became_known_since_is_offered_and_not_added_by_itself(profile):
    log_import = brought(profile, plays(trakt.played_movie(EVENING)))
    MovieFactory(name="Night Ferry", year=1999)
    rebuild()
    working.rematch(log_import, ImportWork.objects.all())
    assert (numbers(log_import), Watch.objects.count()) == ({"added": 1}, 0)


def test_an_episode_numbered_differently_is_found_by_its_name(profile, series):
    added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS, name="Dawn"))))
    assert Watch.objects.get().episode.number == 3


def test_a_number_and_a_name_that_contradict_each_other_are_asked_about(profile, series):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS, name="The Long Winter Ball")))
    row = ImportRow.objects.get()
    assert (numbers(log_import), row.verdict, row.episode.number) == ({"doubtful": 1}, "doubtful", 1)


def test_the_id_of_an_episode_counts_more_than_its_number(profile, series):
    ExternalId.objects.create(
        source=Source.TVDB, kind=Subject.EPISODE, value="999", episode=series.episodes.get(number=2)
    )
    added(brought(profile, plays(trakt.played(1, MORNING, of=LAMPS, tvdb=999))))
    assert Watch.objects.get().episode.number == 2


def test_an_episode_that_does_not_exist_is_not_guessed(profile, series):
    log_import = brought(profile, plays(trakt.played(88, MORNING, season=2023, of=LAMPS)))
    assert (numbers(log_import), ImportRow.objects.get().verdict) == ({"unknown": 1}, "unknown")


def test_specials_are_logged_and_keep_no_series_open(profile, series):
    EpisodeFactory(title=series, season_number=0, number=1, name="Behind the Lamps", kind="special")
    plays_of_all = [trakt.played(number, MORNING, of=LAMPS) for number in (1, 2, 3)]
    added(brought(profile, plays(*plays_of_all, trakt.played(1, EVENING, season=0, of=LAMPS))))
    entry = LibraryEntry.objects.get()
    assert (entry.state, entry.watch_count, entry.seen_count) == ("completed", 4, 3)


def test_a_title_too_old_for_the_viewer_is_not_proposed(film):
    Title.objects.update(min_age=18)
    brought(ProfileFactory(kind="child", highest_age=6), plays(trakt.played_movie(EVENING, of=FERRY)))
    assert ImportWork.objects.get().verdict == "unknown"


# -- what the viewer decides -------------------------------------------------------------------------------------------


def test_a_choice_holds_for_all_rows_of_the_work_and_for_later_files(profile, film):
    other = trakt.movie("The Night Ferry", 2000)
    content = plays(trakt.played_movie(MORNING, of=other), trakt.played_movie(EVENING, of=other))
    log_import = brought(profile, content)
    choosing.choose(ImportWork.objects.get(), film)
    log_import.refresh_from_db()
    assert numbers(log_import) == {"added": 2}
    added(log_import)
    newer = brought(profile, plays(trakt.played_movie("2025-01-01T10:00:00.000Z", of=other)))
    assert numbers(newer) == {"added": 1}


def test_what_is_left_out_counts_as_refused_and_can_be_taken_in_again(profile, film):
    brought(profile, plays(trakt.played_movie(EVENING, of=trakt.movie(year=2005))))
    work = ImportWork.objects.select_related("log_import").get()
    choosing.leave_out(work)
    assert numbers(LogImport.objects.get()) == {"refused": 1}
    choosing.reopen(work)
    assert numbers(LogImport.objects.get()) == {"doubtful": 1}


def test_all_first_proposals_are_taken_with_one_press(profile, film, series):
    content = plays(
        trakt.played_movie(EVENING, of=trakt.movie(year=2005)),
        trakt.played(1, MORNING, of=LAMPS, name="The Long Winter Ball"),
    )
    log_import = brought(profile, content)
    assert choosing.take_proposals(log_import) == 2
    assert numbers(log_import) == {"added": 2}


def test_an_episode_chosen_by_hand_is_logged(profile, series):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS, name="The Long Winter Ball")))
    choosing.choose_episode(ImportRow.objects.select_related("work", "log_import").get(), series.episodes.get(number=2))
    added(LogImport.objects.get())
    assert Watch.objects.get().episode.number == 2
    assert log_import.pk


# -- files that are none -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04 but no more", "export.zip"),
        (b"\x00\x01\x02\x03", "export.zip"),
        (b"{}", "history.json"),
        (b"name;what\n1;2\n", "other.csv"),
    ],
)
def test_a_file_of_nobody_is_refused_in_words_and_kept_nowhere(profile, content, name):
    log_import = brought(profile, content, name=name)
    assert (log_import.state, bool(log_import.error), bool(log_import.file)) == ("failed", True, False)
    assert not ImportRow.objects.exists()


def test_a_file_for_another_service_is_refused(profile):
    log_import = receiving.receive(profile, ContentFile(plays()), "export.zip", at=NOW, service="netflix")
    working.carry_on(log_import, clock=lambda: NOW)
    assert log_import.state == "failed"


def test_every_row_of_the_file_is_accounted_for(profile, series):
    content = plays(
        trakt.played(1, MORNING, of=LAMPS),
        trakt.played(1, "nonsense", of=LAMPS),
        {"type": "episode"},
        trakt.played(1, EVENING, of=trakt.show("Nowhere", 2001)),
    )
    log_import = brought(profile, content)
    assert numbers(log_import) == {"added": 1, "unknown": 1, "refused": 2}
    assert sorted(ImportRow.objects.filter(verdict="refused").values_list("line", flat=True)) == [2, 3]


def test_a_cancelled_import_writes_nothing(profile, series):
    log_import = brought(profile, plays(trakt.played(1, MORNING, of=LAMPS)))
    working.cancel(log_import, at=NOW)
    assert not working.begin(log_import, LogImport.State.APPLYING, of=choosing.OPEN, at=NOW)
    assert (log_import.state, Watch.objects.count()) == ("cancelled", 0)


def test_one_change_a_title_and_all_of_one_batch(profile, series, film):
    content = plays(trakt.played(1, MORNING, of=LAMPS), trakt.played_movie(EVENING, of=FERRY))
    log_import = added(brought(profile, content))
    assert LogChange.objects.filter(batch=log_import.batch, kind="import").count() == 2
    assert Watch.objects.get(episode=None).watched_on == date(2024, 2, 2)
