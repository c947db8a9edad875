"""Figures of small logs made by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    NetworkFactory,
    PersonFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
    WatchFactory,
)
from tracking import diary, moments, statistics
from tracking.models import Watch
from tracking.statistics import Period, Tally, streaks

pytestmark = pytest.mark.django_db

YEAR = Period.of_year(2026)
Precision = Watch.Precision


@pytest.fixture
def viewer():
    return ProfileFactory(time_zone="Europe/Paris")


def seen(profile, at, thing=None, **more):
    """A viewing at a wall-clock time in the profile's zone, such as "2026-03-29 01:30"."""
    moment = datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(profile.time_zone))
    subject = {"episode": thing} if getattr(thing, "season_id", None) else {"title": thing} if thing else {}
    on = moment.astimezone(ZoneInfo(profile.time_zone)).date()
    return WatchFactory(profile=profile, watched_at=moment, watched_on=on, zone=profile.time_zone, **subject, **more)


def seen_about(profile, precision, on=None, **more):
    sort_at = datetime(on.year, on.month, on.day, tzinfo=UTC) if on else Watch.SOME_TIME
    return WatchFactory(profile=profile, precision=precision, watched_at=None, watched_on=on, sort_at=sort_at, **more)


# -- totals ------------------------------------------------------------------------------------------------------------


def test_hours_films_and_episodes_are_added_up(viewer):
    seen(viewer, "2026-03-01 20:00", MovieFactory(runtime=100))
    seen(viewer, "2026-03-01 22:00", EpisodeFactory(runtime=50))
    total = statistics.read(viewer, Period()).total
    assert (total.viewings, total.films, total.episodes, total.minutes, total.hours) == (2, 1, 1, 150, 2.5)


def test_an_episode_without_a_length_takes_that_of_its_series(viewer):
    seen(viewer, "2026-03-01 22:00", EpisodeFactory(runtime=None, title=TitleFactory(runtime=30)))
    assert statistics.read(viewer, Period()).total.minutes == 30


def test_an_unknown_length_counts_as_a_viewing_of_no_minutes(viewer):
    seen(viewer, "2026-03-01 22:00", MovieFactory(runtime=None))
    found = statistics.read(viewer, Period())
    assert (found.total.viewings, found.total.minutes) == (1, 0)
    assert list(found.days) == [date(2026, 3, 1)]


def test_an_empty_log_is_nothing(viewer):
    found = statistics.read(viewer, Period())
    assert found.total == statistics.Tally()
    assert (found.days, found.again) == ({}, 0)


def test_the_log_of_others_is_not_read(viewer):
    seen(ProfileFactory(household=viewer.household), "2026-03-01 20:00")
    assert statistics.read(viewer, Period()).total.viewings == 0


def test_what_one_is_too_young_for_is_not_counted():
    child = ProfileFactory(kind="child", highest_age=6)
    seen(child, "2026-03-01 20:00", MovieFactory(min_age=16))
    seen(child, "2026-03-01 20:00", MovieFactory(min_age=None))
    seen(child, "2026-03-01 20:00", MovieFactory(min_age=6))
    assert statistics.read(child, Period()).total.viewings == 1


# -- seen again --------------------------------------------------------------------------------------------------------


def test_every_viewing_but_the_first_is_one_seen_again(viewer):
    film, episode = MovieFactory(), EpisodeFactory()
    for day in (1, 2, 3):
        seen(viewer, f"2026-03-0{day} 20:00", film)
    seen(viewer, "2026-03-04 20:00", episode)
    assert statistics.read(viewer, Period()).again == 2


def test_a_first_viewing_in_an_earlier_year_makes_it_one_seen_again(viewer):
    film = MovieFactory()
    seen(viewer, "2025-12-31 23:59", film)
    seen(viewer, "2026-01-01 00:01", film)
    seen(viewer, "2026-01-02 20:00", MovieFactory())
    assert statistics.read(viewer, YEAR).again == 1
    assert statistics.read(viewer, Period.of_year(2025)).again == 0


# -- days, hours and zones ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [("Pacific/Honolulu", date(2025, 12, 31), 0), ("UTC", date(2025, 12, 31), 10), ("Pacific/Kiritimati", None, 0)],
)
def test_the_zone_of_the_profile_decides_day_and_hour(zone, day, hour):
    profile = ProfileFactory(time_zone=zone)
    seen(profile, "2025-12-31T10:00:00+00:00")
    found = statistics.read(profile, Period())
    assert list(found.days) == [day or date(2026, 1, 1)]
    assert list(found.hours) == [hour]
    assert statistics.read(profile, YEAR).total.viewings == (0 if day else 1)


def test_a_profile_that_moved_sees_its_log_by_the_clock_of_its_new_home(viewer):
    seen(viewer, "2026-03-01 23:30")
    viewer.time_zone = "Asia/Tokyo"
    found = statistics.read(viewer, Period())
    assert list(found.days) == [date(2026, 3, 2)]
    assert list(found.hours) == [7]


@pytest.mark.parametrize(
    ("zone", "at", "day", "hour"),
    [
        ("Europe/Paris", "2026-03-29T00:59:00+00:00", date(2026, 3, 29), 1),
        ("Europe/Paris", "2026-03-29T01:00:00+00:00", date(2026, 3, 29), 3),
        ("Europe/Paris", "2026-10-25T00:30:00+00:00", date(2026, 10, 25), 2),
        ("Europe/Paris", "2026-10-25T01:30:00+00:00", date(2026, 10, 25), 2),
        ("Europe/Paris", "2026-10-25T22:59:00+00:00", date(2026, 10, 25), 23),
        ("America/New_York", "2026-03-08T06:59:00+00:00", date(2026, 3, 8), 1),
        ("America/New_York", "2026-03-08T07:00:00+00:00", date(2026, 3, 8), 3),
        ("America/New_York", "2026-11-01T06:30:00+00:00", date(2026, 11, 1), 1),
        ("Australia/Lord_Howe", "2026-10-03T15:30:00+00:00", date(2026, 10, 4), 2),
    ],
)
def test_both_changes_of_the_clock_keep_day_and_hour(zone, at, day, hour):
    profile = ProfileFactory(time_zone=zone)
    seen(profile, at)
    found = statistics.read(profile, Period())
    assert (list(found.days), list(found.hours)) == ([day], [hour])


def test_a_period_ends_at_midnight_of_the_profile(viewer):
    seen(viewer, "2026-03-31 23:59")
    seen(viewer, "2026-04-01 00:00")
    assert statistics.read(viewer, Period.of_month(date(2026, 3, 5))).total.viewings == 1
    assert statistics.read(viewer, Period(date(2026, 4, 1))).total.viewings == 1
    assert statistics.read(viewer, Period(None, date(2026, 3, 31))).total.viewings == 1


def test_a_day_without_a_time_counts_for_days_but_not_for_hours(viewer):
    seen_about(viewer, Precision.DAY, date(2026, 3, 1))
    found = statistics.read(viewer, YEAR)
    assert list(found.days) == [date(2026, 3, 1)]
    assert found.hours == {}
    assert found.without_hour == 1


# -- what is known less well -------------------------------------------------------------------------------------------


def test_a_month_counts_for_its_month_and_year_alone(viewer):
    seen_about(viewer, Precision.MONTH, date(2026, 3, 1))
    found = statistics.read(viewer, YEAR)
    assert (list(found.months), list(found.years), found.days) == ([date(2026, 3, 1)], [2026], {})
    assert found.without_day == 1


def test_a_year_counts_for_its_year_alone(viewer):
    seen_about(viewer, Precision.YEAR, date(2026, 1, 1))
    found = statistics.read(viewer, YEAR)
    assert (found.total.viewings, list(found.years), found.months) == (1, [2026], {})


def test_some_time_counts_in_all_time_alone(viewer):
    seen_about(viewer, Precision.UNKNOWN)
    found = statistics.read(viewer, Period())
    assert (found.total.viewings, found.years, found.without_month) == (1, {}, 1)
    assert statistics.read(viewer, YEAR).total.viewings == 0


@pytest.mark.parametrize(
    ("period", "counted", "left_out"),
    [
        (Period(), 3, 0),
        (YEAR, 2, 1),
        (Period.of_month(date(2026, 3, 1)), 1, 2),
        (Period(date(2026, 3, 2), date(2026, 3, 31)), 0, 3),
        (Period(date(2026, 4, 1), date(2026, 4, 30)), 0, 2),
        (Period.of_year(2025), 0, 1),
        (Period(date(2026, 3, 15)), 0, 3),
        (Period(None, date(2026, 3, 15)), 0, 3),
    ],
)
def test_what_may_belong_to_a_period_or_not_is_left_out_and_said(viewer, period, counted, left_out):
    seen_about(viewer, Precision.MONTH, date(2026, 3, 1))
    seen_about(viewer, Precision.YEAR, date(2026, 1, 1))
    seen_about(viewer, Precision.UNKNOWN)
    assert statistics.read(viewer, period).total.viewings == counted
    assert statistics.left_out(viewer, period) == left_out


# -- days in a row -----------------------------------------------------------------------------------------------------


def test_a_run_goes_on_over_midnight_of_the_profile(viewer):
    for at in ("2026-03-28 23:50", "2026-03-29 00:10", "2026-03-30 00:00", "2026-04-01 12:00"):
        seen(viewer, at)
    run = streaks.longest(statistics.read(viewer, Period()).days)
    assert (run.first, run.length) == (date(2026, 3, 28), 3)


@pytest.mark.parametrize(
    ("days", "longest", "now"),
    [([], None, None), ([20], 1, None), ([1, 2, 3, 20], 3, None), ([1, 2, 20, 21], 2, 2), ([22], 1, 1)],
)
def test_the_present_run_lasts_until_a_day_is_over_without_a_viewing(days, longest, now):
    dates = [date(2026, 11, day) for day in days]
    run, current = streaks.longest(dates), streaks.current(dates, today=date(2026, 11, 22))
    assert (run.length if run else None, current.length if current else None) == (longest, now)


# -- taste -------------------------------------------------------------------------------------------------------------


def test_genres_networks_and_countries_get_the_time_of_their_titles(viewer):
    network = NetworkFactory(name="Lantern")
    series = TitleFactory(network=network, country="GB")
    series.genres.add(GenreFactory(name="Drama"), GenreFactory(name="Crime"))
    film = MovieFactory(runtime=60, country="FR")
    film.genres.add(GenreFactory(name="Drama"))
    seen(viewer, "2026-03-01 20:00", EpisodeFactory(title=series, runtime=45))
    seen(viewer, "2026-03-01 21:00", film)
    found = statistics.read(viewer, Period())
    assert {name: tally.minutes for name, tally in found.genres.items()} == {"Drama": 105, "Crime": 45}
    assert {name: tally.minutes for name, tally in found.networks.items()} == {"Lantern": 45}
    assert {code: tally.minutes for code, tally in found.countries.items()} == {"FR": 60, "GB": 45}
    assert list(found.series) == [series.pk]


def test_a_person_is_counted_once_a_viewing_however_many_credits_they_have(viewer):
    film, person = MovieFactory(), PersonFactory()
    CreditFactory(title=film, person=person, character="The king")
    CreditFactory(title=film, person=person, character="His double")
    CreditFactory(title=film, person=person, role="director")
    CreditFactory(title=film, person=PersonFactory(), role="editor")
    seen(viewer, "2026-03-01 20:00", film)
    seen(viewer, "2026-03-02 20:00", film)
    found = statistics.read(viewer, Period())
    assert {pk: (tally.viewings, tally.films) for pk, tally in found.people.items()} == {person.pk: (2, 1)}


# -- periods -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "before", "earlier"),
    [
        (YEAR, Period.of_year(2025), Period.of_year(2025)),
        (Period.of_month(date(2026, 1, 1)), Period.of_month(date(2025, 12, 1)), Period.of_month(date(2025, 1, 1))),
        (Period.of_month(date(2024, 2, 1)), Period.of_month(date(2024, 1, 1)), Period.of_month(date(2023, 2, 1))),
        (
            Period(date(2024, 2, 29), date(2024, 3, 1)),
            Period(date(2024, 2, 27), date(2024, 2, 28)),
            Period(date(2023, 2, 28), date(2023, 3, 1)),
        ),
        (Period(date(2026, 1, 1)), None, None),
        (Period(), None, None),
    ],
)
def test_a_period_knows_the_one_before_and_the_one_a_year_earlier(period, before, earlier):
    assert (period.before(), period.a_year_earlier()) == (before, earlier)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(), "All time"),
        (YEAR, "2026"),
        (Period.of_month(date(2026, 3, 9)), "March 2026"),
        (Period(date(2026, 3, 9), date(2026, 3, 9)), "9 March 2026"),
        (Period(date(2026, 3, 9), date(2026, 4, 1)), "9 March 2026 to 1 April 2026"),
        (Period(date(2026, 3, 9)), "since 9 March 2026"),
        (Period(None, date(2026, 3, 9)), "until 9 March 2026"),
    ],
)
def test_a_period_is_said_in_words(period, words):
    assert period.spoken == words


# -- time left ---------------------------------------------------------------------------------------------------------


def begun(profile, *, count=3, state="watching", **entry):
    """A series of which the first episode was seen."""
    series = TitleFactory(runtime=40)
    episodes = [EpisodeFactory(title=series, number=number, runtime=None) for number in range(1, count + 1)]
    seen(profile, "2026-03-01 20:00", episodes[0])
    LibraryEntryFactory(profile=profile, title=series, state=state, seen_count=1, watch_count=1, **entry)
    return series


def test_time_left_is_that_of_the_shown_episodes_not_yet_seen(viewer):
    series = begun(viewer)
    EpisodeFactory(title=series, number=9, air_date=datetime.now(UTC).date() + timedelta(days=9))
    EpisodeFactory(title=series, number=None, kind="special")
    left = statistics.remaining(viewer, now=datetime.now(UTC))
    assert (left.total.episodes, left.total.minutes) == (2, 80)
    assert [title for title, _left in left.titles] == [series]


def test_nothing_is_left_of_what_was_dropped_finished_or_begun_by_others(viewer):
    begun(viewer, state="dropped")
    begun(viewer, state="completed")
    begun(ProfileFactory())
    assert statistics.remaining(viewer, now=datetime.now(UTC)).total.episodes == 0


def test_a_series_begun_again_is_left_whole_but_for_this_run(viewer):
    series = begun(viewer, run=2)
    seen(viewer, "2026-04-01 20:00", series.episodes.get(number=2), run=2)
    LibraryEntryFactory(profile=ProfileFactory(), title=series, state="watching", seen_count=1, watch_count=1)
    assert statistics.remaining(viewer, now=datetime.now(UTC)).total.episodes == 2


# -- the crowd ---------------------------------------------------------------------------------------------------------


def test_own_ratings_stand_beside_those_of_the_source(viewer):
    RatingFactory(profile=viewer, title=TitleFactory(source_rating="8.0"), value=40)
    RatingFactory(profile=viewer, title=TitleFactory(source_rating="6.0"), value=60)
    both = statistics.compare(viewer, Period())
    assert (both.count, both.own, both.crowd) == (2, 50, 70)
    assert [(one.own, one.crowd) for one in both.apart] == [(40, 80)]
    assert (both.own_steps[3], both.own_steps[5], both.crowd_steps[7]) == (1, 1, 1)


def test_without_a_source_the_other_viewers_are_the_crowd(viewer):
    RatingFactory(profile=viewer, title=TitleFactory(rating_sum=100, rating_count=2), value=70)
    RatingFactory(profile=viewer, title=TitleFactory(rating_sum=70, rating_count=1), value=70)
    both = statistics.compare(viewer, Period())
    assert (both.count, both.crowd) == (1, 30)


def test_ratings_of_a_period_are_those_of_what_was_seen_in_it(viewer):
    film = MovieFactory(source_rating="8.0")
    RatingFactory(profile=viewer, title=film)
    RatingFactory(profile=viewer, title=MovieFactory(source_rating="2.0"))
    seen(viewer, "2026-03-01 20:00", film)
    assert statistics.compare(viewer, YEAR).crowd == 80
    assert statistics.compare(viewer, Period.of_year(2025)) is None


# -- kept for a while --------------------------------------------------------------------------------------------------


def ask(profile):
    return statistics.figures_of(profile, Period(), state=statistics.state_of(profile))


def test_figures_are_kept_as_long_as_the_log_stays_the_same(viewer, django_assert_num_queries):
    seen(viewer, "2026-03-01 20:00")
    first = ask(viewer)
    with django_assert_num_queries(1):
        assert ask(viewer) == first


def test_a_viewing_more_edited_or_fewer_is_seen_at_once(viewer):
    watch = seen(viewer, "2026-03-01 20:00", MovieFactory(runtime=100))
    ask(viewer)
    other = seen(viewer, "2026-03-02 20:00", MovieFactory(runtime=50))
    assert ask(viewer).total.minutes == 150
    details, at = diary.Details(), datetime(2027, 1, 1, tzinfo=UTC)
    diary.edit(watch, moment=moments.some_time("UTC"), details=details, key="edit", at=at)
    assert len(ask(viewer).days) == 1
    other.delete()
    assert ask(viewer).total.minutes == 100


def test_an_undo_of_what_was_not_changed_last_is_seen_at_once(viewer):
    films = [MovieFactory(runtime=100), MovieFactory(runtime=50)]
    at, changes = datetime(2026, 3, 1, 20, tzinfo=UTC), []
    for number, film in enumerate(films):
        watch, moment = seen(viewer, f"2026-03-0{number + 1} 20:00", film), moments.day(date(2026, 5, 1), "UTC")
        at += timedelta(minutes=1)
        changes.append(diary.edit(watch, moment=moment, details=diary.Details(), key=f"{number}", at=at))
    assert ask(viewer).days == {date(2026, 5, 1): Tally(2, 150, 2)}
    diary.undo(changes[0], at=at + timedelta(minutes=1))
    assert ask(viewer).days == {date(2026, 3, 1): Tally(1, 100, 1), date(2026, 5, 1): Tally(1, 50, 1)}


def test_another_zone_or_age_is_another_log(viewer):
    seen(viewer, "2026-03-01 23:30", MovieFactory(min_age=12))
    states = {statistics.state_of(viewer).key}
    viewer.time_zone = "Asia/Tokyo"
    states.add(statistics.state_of(viewer).key)
    viewer.highest_age = 6
    states.add(statistics.state_of(viewer).key)
    assert len(states) == 3


def test_without_a_cache_the_figures_are_read_anew(viewer, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    seen(viewer, "2026-03-01 20:00")
    assert ask(viewer).total.viewings == 1
