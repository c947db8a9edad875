"""Many episodes in one press."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import seasons
from catalog.models import Episode
from tests.factories import EpisodeFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory, WatchFactory
from tracking import diary, moments
from tracking.models import LibraryEntry, LogChange, Watch

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
SOME_TIME = moments.some_time("UTC")


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
    """Two seasons of three: five were shown, the last comes next week; and one special."""
    title = TitleFactory(status="running", episode_count=6)
    for season in (1, 2):
        for number in (1, 2, 3):
            EpisodeFactory(title=title, season_number=season, number=number)
    Episode.objects.filter(season__number=2, number=3).update(air_date=NOW.date() + timedelta(days=7))
    EpisodeFactory(title=title, season_number=1, number=None, kind=Episode.Kind.SPECIAL)
    return title


def at(series, season, number):
    return Episode.objects.select_related("season", "title").get(title=series, season__number=season, number=number)


def mark(profile, title, *, key="a", moment=SOME_TIME, now=NOW, **reach):
    return diary.mark(profile, title, diary.Reach(**reach), moment=moment, key=key, at=now)


def seen(profile):
    """The codes of what was logged, in order."""
    watches = Watch.objects.of(profile).select_related("episode__season")
    return sorted(watch.episode.code for watch in watches if watch.episode)


def entry(profile, title):
    return LibraryEntry.objects.get(profile=profile, title=title)


def rows(profile):
    return (
        list(Watch.objects.of(profile).order_by("pk").values()),
        list(LibraryEntry.objects.of(profile).order_by("pk").values()),
    )


def test_all_that_was_shown_is_marked_and_neither_the_unaired_nor_the_special(profile, series):
    assert mark(profile, series).added == 5
    assert seen(profile) == ["S1 E1", "S1 E2", "S1 E3", "S2 E1", "S2 E2"]


def test_specials_are_marked_when_asked(profile, series):
    mark(profile, series, has_specials=True)
    assert "S1 special" in seen(profile)


def test_a_season_is_marked(profile, series):
    mark(profile, series, season=2)
    assert seen(profile) == ["S2 E1", "S2 E2"]


def test_the_specials_are_a_part_of_their_own(profile, series):
    mark(profile, series, season=seasons.SPECIALS)
    assert seen(profile) == ["S1 special"]


def test_an_episode_is_marked_with_all_earlier_ones(profile, series):
    mark(profile, series, through=at(series, 2, 1))
    assert seen(profile) == ["S1 E1", "S1 E2", "S1 E3", "S2 E1"]


def test_marking_through_what_is_still_to_come_leaves_it_out(profile, series):
    mark(profile, series, through=at(series, 2, 3))
    assert "S2 E3" not in seen(profile)


def test_an_undated_episode_of_a_running_series_is_not_marked(profile, series):
    EpisodeFactory(title=series, season_number=2, number=4, air_date=None)
    assert mark(profile, series).added == 5


def test_what_was_seen_in_this_run_is_not_logged_again(profile, series):
    WatchFactory(profile=profile, episode=at(series, 1, 2))
    marked = mark(profile, series)
    assert (marked.added, marked.present) == (4, 1)
    assert Watch.objects.filter(episode=at(series, 1, 2)).count() == 1


def test_nothing_is_written_where_there_is_nothing_to_add(profile, series):
    mark(profile, series)
    marked = mark(profile, series, key="b")
    assert (marked.change, marked.added, marked.present) == (None, 0, 5)
    assert LogChange.objects.count() == 1


def test_in_a_new_run_all_of_it_is_marked_again(profile, series):
    mark(profile, series)
    diary.begin_again(profile, series, key="b", at=NOW)
    assert mark(profile, series, key="c").added == 5
    assert entry(profile, series).watch_count == 10


def test_a_mark_is_undone_as_one_to_the_last_column(profile, series):
    WatchFactory(profile=profile, episode=at(series, 1, 2))
    diary.set_state(profile, series, LibraryEntry.State.PAUSED, key="p", at=NOW - timedelta(days=1))
    before = rows(profile)
    marked = mark(profile, series)
    diary.undo_press(marked.change, at=NOW)
    assert rows(profile) == before


def test_the_same_mark_sent_twice_is_one(profile, series):
    first, second = mark(profile, series), mark(profile, series)
    assert first == second
    assert Watch.objects.count() == 5


def test_after_a_mark_the_next_episode_is_the_one_behind_it(profile, series):
    mark(profile, series, through=at(series, 1, 3))
    assert entry(profile, series).next_episode == at(series, 2, 1)
    assert entry(profile, series).seen_count == 3


def test_marking_all_of_an_ended_series_completes_it(profile, series):
    Episode.objects.filter(season__number=2, number=3).update(air_date=date(2020, 1, 1))
    series.status = "ended"
    series.save()
    mark(profile, series)
    assert entry(profile, series).state == "completed"


@pytest.mark.parametrize(("state", "expected"), [("planned", "watching"), ("paused", "paused"), ("dropped", "dropped")])
def test_a_mark_begins_what_was_planned_and_takes_up_nothing_that_was_given_up(profile, series, state, expected):
    diary.set_state(profile, series, LibraryEntry.State(state), key="s", at=NOW)
    mark(profile, series, season=1)
    assert entry(profile, series).state == expected


def test_a_mark_keeps_the_precision_of_its_date(profile, series):
    mark(profile, series, season=1, moment=moments.month(date(2021, 5, 17), "UTC"))
    assert set(Watch.objects.values_list("precision", "watched_on")) == {("month", date(2021, 5, 1))}


def test_what_was_seen_on_the_day_it_was_shown_has_those_days_and_some_time_where_there_is_none(profile):
    title = TitleFactory(status="ended")
    EpisodeFactory(title=title, number=1, air_date=date(2019, 3, 2))
    EpisodeFactory(title=title, number=2, air_date=None)
    EpisodeFactory(title=title, number=3, air_date=date(1, 1, 1))
    mark(profile, title, moment=None)
    said = Watch.objects.order_by("episode__number").values_list("precision", "watched_on")
    assert list(said) == [("day", date(2019, 3, 2)), ("unknown", None), ("unknown", None)]


def test_what_was_shown_on_a_day_that_has_not_come_here_yet_was_seen_today(series):
    profile = ProfileFactory(time_zone="Pacific/Honolulu")
    EpisodeFactory(title=series, season_number=3, number=1, air_date=date(2026, 11, 22), airs_at=NOW)
    mark(profile, series, season=3, moment=None)
    assert Watch.objects.get().watched_on == date(2026, 11, 21)


def test_751_episodes_cost_no_more_queries_than_three(profile):
    counts = []
    for number in (3, 751):
        title = TitleFactory(status="ended")
        season = EpisodeFactory(title=title, number=1).season
        more = [EpisodeFactory.build(title=title, season=season, number=each) for each in range(2, number + 1)]
        Episode.objects.bulk_create(more)
        with CaptureQueriesContext(connection) as queries:
            marked = mark(profile, title, key=f"m{number}")
        with CaptureQueriesContext(connection) as undoing:
            diary.undo_press(marked.change, at=NOW)
        assert marked.added == number
        assert len(undoing) < 40
        counts.append(len(queries))
    assert counts[0] == counts[1] < 25
    assert not Watch.objects.exists()


# -- the page ----------------------------------------------------------------------------------------------------------


def press(client, title, query="", said=None, **more):
    return client.post(reverse("tracking:mark", args=[title.pk]) + query, {"key": "a", **(said or {})}, **more)


def test_a_press_marks_some_time_and_says_how_many(client, viewer, series):
    WatchFactory(profile=viewer, episode=at(series, 1, 1))
    page = press(client, series, headers=HTMX)
    assert "4 viewings added, 1 was seen already." in page.content.decode()
    assert "log-rewritten" in page["HX-Trigger-After-Settle"]
    assert set(Watch.objects.filter(origin="mark").values_list("precision", flat=True)) == {"unknown"}


def test_the_undo_of_the_toast_takes_all_of_it_back(client, viewer, series):
    press(client, series)
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    assert not Watch.objects.exists()


def test_without_htmx_a_press_returns_to_the_series(client, viewer, series):
    assert press(client, series, f"?through={at(series, 1, 2).pk}").url == series.get_absolute_url()
    assert seen(viewer) == ["S1 E1", "S1 E2"]


def test_the_page_asks_when_and_for_specials(client, viewer, series):
    page = client.get(reverse("tracking:mark", args=[series.pk]) + "?season=1")
    assert {"precision", "day", "hour", "specials"} == set(page.context["form"].fields)
    press(client, series, "?season=1", {"precision": "year", "day": "2019-03-02", "specials": "on"})
    assert set(Watch.objects.values_list("watched_on", flat=True)) == {date(2019, 1, 1)}
    assert len(seen(viewer)) == 4


def test_the_page_offers_the_day_each_was_shown_and_asks_for_no_day_then(client, viewer, series):
    page = client.get(reverse("tracking:mark", args=[series.pk])).content.decode()
    assert "The day each was shown" in page
    press(client, series, "?season=1", {"precision": "shown"})
    assert set(Watch.objects.values_list("precision", "watched_on")) == {("day", at(series, 1, 1).air_date)}


@pytest.mark.parametrize(
    "said", [{"precision": "day"}, {"precision": "soon"}, {"precision": "day", "day": "2999-01-01"}]
)
def test_a_mark_without_sense_marks_nothing(client, viewer, series, said):
    assert press(client, series, said=said).status_code == 422
    assert not Watch.objects.exists()


@pytest.mark.parametrize("query", ["?through=0", "?through=x", "?season=x", "?season=%C2%B2", "?through=" + "9" * 30])
def test_what_is_no_part_of_the_series_is_not_found(client, viewer, series, query):
    assert press(client, series, query).status_code == 404


def test_an_episode_of_another_series_is_not_found(client, viewer, series):
    assert press(client, series, f"?through={EpisodeFactory().pk}").status_code == 404


def test_only_series_that_may_be_seen_are_marked(client, viewer, series):
    assert press(client, MovieFactory()).status_code == 404
    viewer.kind, viewer.highest_age = "child", 6
    viewer.save()
    assert press(client, TitleFactory(min_age=16)).status_code == 404


def test_a_mark_is_behind_the_door(client, series):
    assert press(client, series).status_code == 302
    assert not Watch.objects.exists()


def test_rows_offer_to_mark_all_earlier_ones_where_there_are_any(client, viewer, series):
    page = client.get(series.get_absolute_url()).content.decode()
    assert "S1 E2 and all earlier" in page
    assert "S1 E1 and all earlier" not in page
    assert "S2 E3 and all earlier" not in client.get(f"{series.get_absolute_url()}s02/").content.decode()


def test_the_press_beside_a_punch_marks_all_earlier_ones_and_leaves_the_punch(client, viewer, series):
    press = reverse("tracking:check_in_episode", args=[at(series, 1, 3).pk])
    answer = client.post(press, {"key": "a", "bare": "1", "reach": "1"}, headers=HTMX)
    assert seen(viewer) == ["S1 E1", "S1 E2", "S1 E3"]
    assert answer["HX-Reswap"] == "none"
    assert "punch" not in answer.content.decode()
