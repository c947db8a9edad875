"""The calendar's page: which days it shows, what stands on them, and for whom."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import locales
from tests.factories import (
    EpisodeFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)
from tracking.calendar import airings, spans
from tracking.calendar.spans import Span
from tracking.models import LibraryEntry, Watch

pytestmark = pytest.mark.django_db

CALENDAR = "/calendar/"
NOVEMBER = CALENDAR + "?view=month&on=2026-11-10"
DAY = date(2026, 11, 10)

CLOCK_CHANGES = [
    *(("Europe/Paris", day) for day in (date(2026, 3, 29), date(2026, 10, 25))),
    *(("America/New_York", day) for day in (date(2026, 3, 8), date(2026, 11, 1))),
    *(("Australia/Lord_Howe", day) for day in (date(2026, 4, 5), date(2026, 10, 4))),
    *(("Africa/Cairo", day) for day in (date(2026, 4, 24), date(2026, 10, 29))),
]
"""Of summer and winter time; by half an hour in Lord Howe, and at midnight, which is skipped, in Cairo."""


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


def followed(profile, state="watching", **more):
    return LibraryEntryFactory(profile=profile, state=state, title=TitleFactory(**more)).title


def airs(title, on=DAY, at=None, **more):
    return EpisodeFactory(title=title, air_date=on, airs_at=at, **more)


def text(client, path=NOVEMBER):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(profile, first, last):
    return {airing.on: airing.subject.name for airing in airings.on_days(profile, first, last, each=9).shown}


# -- spans -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "first", "last", "earlier", "later"),
    [
        ("month", date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 1), date(2026, 12, 1)),
        ("week", date(2026, 11, 9), date(2026, 11, 15), date(2026, 11, 2), date(2026, 11, 16)),
        ("agenda", DAY, date(2026, 11, 23), date(2026, 10, 27), date(2026, 11, 24)),
        ("day", DAY, DAY, date(2026, 11, 9), date(2026, 11, 11)),
    ],
)
def test_a_span_begins_and_ends_with_its_view(view, first, last, earlier, later):
    span = Span(view, DAY)
    assert (span.first, span.last, span.earlier.first, span.later.first) == (first, last, earlier, later)


@pytest.mark.parametrize(("begins", "first"), [(0, date(2026, 11, 9)), (5, date(2026, 11, 7)), (6, date(2026, 11, 8))])
def test_a_week_begins_with_the_day_that_it_begins_with_there(begins, first):
    assert Span("week", DAY, week_begins=begins).first == first


@pytest.mark.parametrize("begins", range(7))
def test_every_day_of_a_month_stands_below_its_weekday(begins):
    span = Span("month", date(2026, 2, 1), week_begins=begins)
    for week in span.weeks:
        assert len(week) == 7
        assert all(day is None or day.weekday() == weekday for day, weekday in zip(week, span.weekdays, strict=True))
    assert [day for week in span.weeks for day in week if day] == span.days


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "yesterday"},
        {"on": "2026-02-30"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"on": "\0"},
        {"view": "decade"},
        {"show": "everything"},
        {"after": "-1"},
        {"view": "day", "after": "9" * 400},
    ],
)
def test_what_makes_no_sense_is_left_out(asked):
    span = spans.understood(asked, today=DAY, week_begins=0)
    assert (span.on, span.show, span.after) == (DAY, "", 0)
    assert span.view == asked.get("view", "month").replace("decade", "month")


@pytest.mark.parametrize("view", spans.VIEWS)
@pytest.mark.parametrize("on", [spans.EARLIEST, spans.LATEST])
def test_the_calendar_ends_somewhere(client, viewer, view, on):
    span = Span(view, on)
    assert (span.earlier is None) == (on == spans.EARLIEST)
    assert (span.later is None) == (on == spans.LATEST)
    assert client.get(f"{CALENDAR}?view={view}&on={on}").status_code == 200


# -- days in a zone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati", "Europe/Paris", "Asia/Kathmandu"])
def test_a_date_only_premiere_stays_on_its_date_in_every_zone(zone):
    profile = ProfileFactory(time_zone=zone)
    airs(followed(profile), name="The Date")
    LibraryEntryFactory(profile=profile, title=MovieFactory(name="The Film", premiered=DAY + timedelta(days=1)))
    assert shown(profile, DAY - timedelta(days=3), DAY + timedelta(days=3)) == {
        DAY: "The Date",
        DAY + timedelta(days=1): "The Film",
    }
    assert shown(profile, DAY - timedelta(days=3), DAY - timedelta(days=1)) == {}


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Honolulu", DAY), ("Pacific/Kiritimati", date(2026, 11, 11)), ("Europe/Paris", date(2026, 11, 11))],
)
def test_a_moment_counts_on_the_day_it_has_where_the_viewer_is(zone, day):
    """Seen from UTC-10 and from UTC+14: the two are a whole day apart."""
    profile = ProfileFactory(time_zone=zone)
    airs(followed(profile), on=date(2026, 11, 9), at=datetime(2026, 11, 10, 23, 30, tzinfo=UTC), name="Late")
    assert shown(profile, day, day) == {day: "Late"}
    assert shown(profile, day - timedelta(days=4), day - timedelta(days=1)) == {}
    assert shown(profile, day + timedelta(days=1), day + timedelta(days=4)) == {}


@pytest.mark.parametrize(("zone", "day"), CLOCK_CHANGES)
def test_a_day_on_which_the_clocks_change_holds_all_its_hours_and_no_other(zone, day):
    profile = ProfileFactory(time_zone=zone)
    title = followed(profile)
    begin, end = (
        datetime.combine(on, time.min, ZoneInfo(zone)).astimezone(UTC) for on in (day, day + timedelta(days=1))
    )
    assert end - begin != timedelta(days=1)
    moments = {"before": begin - timedelta(seconds=1), "first": begin, "last": end - timedelta(seconds=1), "after": end}
    for name, at in moments.items():
        airs(title, on=day, at=at, name=name)
    found = airings.on_days(profile, day, day, each=9).shown
    assert [airing.episode.name for airing in found] == ["first", "last"]
    assert {airing.on for airing in found} == {day}


def test_a_moment_without_a_broadcast_date_is_found():
    profile = ProfileFactory()
    airs(followed(profile), on=None, at=datetime(2026, 11, 10, 12, tzinfo=UTC), name="Undated")
    assert shown(profile, DAY, DAY) == {DAY: "Undated"}


def test_times_are_those_of_the_viewer(client, viewer):
    viewer.time_zone = "America/New_York"
    viewer.save()
    airs(followed(viewer), at=datetime(2026, 11, 10, 2, tzinfo=UTC))
    page = text(client, CALENDAR + "?view=day&on=2026-11-09")
    assert ">21:00</time>" in page


def test_a_viewing_stands_on_the_day_that_the_diary_gives_it(client, viewer):
    viewer.time_zone = "Asia/Tokyo"
    viewer.save()
    film = MovieFactory(name="Night Train")
    WatchFactory(
        profile=viewer,
        title=film,
        watched_at=datetime(2026, 11, 10, 4, tzinfo=UTC),
        watched_on=date(2026, 11, 9),
        zone="America/Los_Angeles",
    )
    assert "Night Train" in text(client, CALENDAR + "?view=day&on=2026-11-09")
    assert "Night Train" not in text(client, CALENDAR + "?view=day&on=2026-11-10")


@pytest.mark.parametrize("precision", ["month", "year"])
def test_a_viewing_of_some_day_stands_on_none(client, viewer, precision):
    first = date(2026, 1, 1)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    film = MovieFactory(name="Night Train")
    watch = WatchFactory(profile=viewer, title=film, sort_at=at)
    Watch.objects.filter(pk=watch.pk).update(watched_at=None, watched_on=first, precision=precision)
    assert "Night Train" not in text(client, CALENDAR + "?on=2026-01-01")


# -- what stands there -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["watching", "planned", "paused", "completed"])
def test_what_is_in_the_library_airs(client, viewer, state):
    airs(followed(viewer, state, name="Baker Street"))
    assert "Baker Street" in text(client)


def test_what_was_dropped_or_hidden_does_not(client, viewer):
    airs(followed(viewer, "dropped", name="Dropped One"))
    hidden = followed(viewer, name="Hidden One")
    LibraryEntry.objects.filter(title=hidden).update(hidden_at=datetime.now(UTC))
    airs(hidden)
    page = text(client)
    assert "Dropped One" not in page
    assert "Hidden One" not in page


def test_the_library_of_another_profile_does_not(client, viewer):
    other = ProfileFactory(household=viewer.household)
    airs(followed(other, name="Not Mine"))
    WatchFactory(profile=other, title=MovieFactory(name="Nor This"), watched_at=datetime(2026, 11, 10, tzinfo=UTC))
    page = text(client)
    assert "Not Mine" not in page
    assert "Nor This" not in page


def test_age_comes_first(client, viewer):
    viewer.highest_age, viewer.kind = 12, "teen"
    viewer.save()
    adult = followed(viewer, name="For Adults", min_age=18)
    episode = airs(adult)
    WatchFactory(profile=viewer, episode=episode, watched_at=datetime(2026, 11, 10, tzinfo=UTC))
    assert "For Adults" not in text(client)


def test_withdrawn_episodes_and_unpublished_titles_do_not_air(client, viewer):
    airs(followed(viewer, name="Withdrawn One"), withdrawn_at=datetime.now(UTC), number=None)
    airs(followed(viewer, name="Unpublished One", is_published=False))
    page = text(client)
    assert "Withdrawn One" not in page
    assert "Unpublished One" not in page


def test_one_sort_can_be_shown_alone(client, viewer):
    airs(followed(viewer, name="Airing One"))
    WatchFactory(profile=viewer, title=MovieFactory(name="Seen One"), watched_at=datetime(2026, 11, 10, tzinfo=UTC))
    for show, has_airing, has_seen in (("", True, True), ("airs", True, False), ("seen", False, True)):
        page = text(client, f"{NOVEMBER}&show={show}")
        assert ("Airing One" in page, "Seen One" in page) == (has_airing, has_seen)


@pytest.mark.parametrize("view", spans.VIEWS)
def test_the_name_of_an_unseen_episode_is_veiled(client, viewer, view):
    episode = airs(followed(viewer), name="The Butler Did It")
    path = f"{CALENDAR}?view={view}&on={DAY}"
    assert "The Butler Did It" not in text(client, path)
    WatchFactory(profile=viewer, episode=episode, watched_at=datetime(2026, 11, 12, tzinfo=UTC))
    assert ("The Butler Did It" in text(client, path + "&show=airs")) == (view != "month")


def test_without_the_shield_names_stand_there(client, viewer):
    viewer.has_spoiler_shield = False
    viewer.save()
    airs(followed(viewer), name="The Butler Did It")
    assert "The Butler Did It" in text(client, f"{CALENDAR}?view=week&on={DAY}")


def test_what_has_no_time_leads_its_day():
    profile = ProfileFactory()
    title = followed(profile)
    airs(title, at=datetime(2026, 11, 10, 0, 1, tzinfo=UTC), name="timed")
    airs(title, name="all day")
    assert [a.episode.name for a in airings.on_days(profile, DAY, DAY, each=9).shown] == ["all day", "timed"]


def test_a_full_day_says_how_much_more_there_is_and_pages_lead_through_all_of_it(client, viewer):
    title = followed(viewer, name="Daily")
    episodes = [airs(title, number=number) for number in range(1, 86)]
    assert "82 more" in text(client, f"{NOVEMBER}&show=airs")
    found = []
    path = f"{CALENDAR}?view=day&on={DAY}"
    for after in (0, 30, 60):
        page = text(client, f"{path}&after={after}")
        found += [episode for episode in episodes if f'href="{episode.get_absolute_url()}"' in page]
        assert (f"after={after + 30}" in page) == (after < 60)
    assert found == episodes


def test_a_cell_keeps_half_its_room_for_each_sort(client, viewer):
    title = followed(viewer)
    episodes = [airs(title, number=number) for number in (1, 2, 3)]
    path = f"{CALENDAR}?view=month&on={DAY}"
    assert " more</a>" not in text(client, path)
    for episode in episodes:
        WatchFactory(profile=viewer, episode=episode, watched_at=datetime(2026, 11, 10, tzinfo=UTC))
    page = text(client, path)
    assert "2 more" in page
    assert [page.count(f'href="{episode.get_absolute_url()}"') for episode in episodes] == [2, 2, 0]


def test_an_empty_span_leads_to_the_next_day_on_which_something_airs(client, viewer):
    airs(followed(viewer), on=date(2031, 5, 17))
    page = text(client)
    assert "Nothing airs in this time, and you saw nothing." in page
    assert "Something airs on 17 May 2031." in page
    assert "on=2031-05-17" in page


def test_an_empty_library_says_how_to_fill_the_calendar(client, viewer):
    assert "An open calendar" in text(client)


def test_on_a_phone_the_month_of_today_begins_with_today(client, viewer):
    """What is over is folded, by a class and the disclosure before the table; other months are shown whole."""
    today = timezone.localdate(timezone=viewer.zone)
    first, earlier = today.replace(day=1), today.replace(day=1) - timedelta(days=1)
    for day in {first, earlier}:
        WatchFactory(profile=viewer, watched_at=datetime.combine(day, time(12), UTC))
    page = text(client, CALENDAR)
    assert page.count(' past"') == today.day - 1
    assert ('<details class="over">' in page) == (today.day > 1)
    assert '<details class="over">' not in text(client, f"{CALENDAR}?on={earlier}")


def test_today_is_marked_once(client, viewer):
    followed(viewer)
    page = text(client, CALENDAR)
    assert page.count('aria-current="date"') == 1
    assert "Today" not in page.partition("<main")[2].partition("<table")[0]
    assert 'aria-current="date"' not in text(client, CALENDAR + "?on=2020-01-01")


def test_the_month_is_a_table_with_a_header_for_each_weekday(client, viewer):
    viewer.region = "US"
    viewer.save()
    followed(viewer)
    page = text(client)
    assert page.count('<th scope="col">') == 7
    assert page.index(">Sunday</th>") < page.index(">Monday</th>")
    viewer.region = "FR"
    viewer.save()
    page = text(client)
    assert page.index(">Monday</th>") < page.index(">Sunday</th>")


@pytest.mark.parametrize(
    ("language", "country", "day"),
    [("en", "US", 6), ("en", "FR", 0), ("en", "EG", 5), ("en", "MV", 4), ("en", "", 0), ("fr", "", 0), ("xx", "", 0)],
)
def test_weeks_begin_as_they_do_in_the_country(language, country, day):
    assert locales.first_weekday(language, country) == day


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_needs_a_viewer(client):
    assert client.get(CALENDAR).url.startswith("/accounts/login/")


@pytest.mark.parametrize("where", ["/", "/log/", "/up-next/"])
def test_pages_of_the_log_lead_to_the_calendar(client, viewer, where):
    airs(followed(viewer), on=date(2190, 1, 1))
    entry = LibraryEntry.objects.of(viewer).get()
    LibraryEntry.objects.update(next_episode=entry.title.episodes.get())
    page = text(client, where)
    assert f'href="{CALENDAR}' in page.partition("<main")[2]
    assert f'href="{CALENDAR}"' in page.partition("<main")[0]


def test_the_page_only_reads(client, viewer):
    assert client.post(CALENDAR).status_code == 405


def fill(viewer, count):
    for number in range(count):
        title = followed(viewer)
        airs(title, at=datetime(2026, 11, 10, 20, number % 60, tzinfo=UTC))
        airs(title, on=date(2026, 11, 1 + number % 28))
        WatchFactory(profile=viewer, episode=airs(title), watched_at=datetime(2026, 11, 10, 21, tzinfo=UTC))
        film = LibraryEntryFactory(profile=viewer, title=MovieFactory(premiered=DAY)).title
        WatchFactory(profile=viewer, title=film, watched_at=datetime(2026, 11, 11, 21, tzinfo=UTC))


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        text(client, path)
    return len(captured)


@pytest.mark.parametrize("view", spans.VIEWS)
def test_twice_as_much_costs_the_same_number_of_queries(client, viewer, view):
    path = f"{CALENDAR}?view={view}&on={DAY}"
    fill(viewer, 4)
    few = queries(client, path)
    fill(viewer, 4)
    assert queries(client, path) == few <= 12


@pytest.mark.parametrize("view", spans.VIEWS)
def test_a_page_full_of_long_names_stays_light(client, viewer, view):
    name = "The Extraordinarily Long and Winding Name of a Series " * 5
    for number in range(6):
        title = followed(viewer, name=f"{name}{number}")
        for day in range(1, 31):
            WatchFactory(
                profile=viewer,
                episode=airs(title, on=date(2026, 11, day)),
                watched_at=datetime(2026, 11, day, tzinfo=UTC),
            )
    assert len(text(client, f"{CALENDAR}?view={view}&on=2026-11-01")) < 60 * 1024
