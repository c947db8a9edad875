"""The nightly count and what is shown of it."""

from datetime import date, timedelta

import pytest

from catalog import growth, jobs
from catalog.models import DailyCount
from tests.factories import CreditFactory, EpisodeFactory, MovieFactory, TitleFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def test_everything_is_counted_once_a_day():
    title = TitleFactory()
    MovieFactory(merged_into=title)
    EpisodeFactory(title=title)
    CreditFactory(title=title)
    growth.count(on=TODAY)
    growth.count(on=TODAY)
    assert DailyCount.objects.get().counts == {"series": 1, "films": 0, "episodes": 1, "people": 1, "credits": 1}


def test_the_job_counts_today():
    jobs.count_catalogue()
    assert DailyCount.objects.count() == 1


def test_one_count_is_no_growth():
    DailyCount.objects.create(day=TODAY, counts={"series": 3})
    assert growth.lately() == []


def test_growth_is_the_difference_to_the_last_day_that_was_counted():
    for days, series in ((5, 10), (2, 16), (0, 15)):
        DailyCount.objects.create(day=TODAY - timedelta(days=days), counts={"series": series})
    series = growth.lately()[0]
    assert [(step.day, step.total, step.change) for step in series.steps] == [
        (TODAY - timedelta(days=2), 16, 6),
        (TODAY, 15, -1),
    ]
    assert series.signed == "+5"


def test_a_day_that_did_not_count_something_is_like_the_one_before():
    DailyCount.objects.create(day=TODAY - timedelta(days=1), counts={"series": 3})
    DailyCount.objects.create(day=TODAY, counts={})
    assert growth.lately()[0].steps[0].change == 0


def test_only_the_last_thirty_days_are_shown():
    for days in range(50):
        DailyCount.objects.create(day=TODAY - timedelta(days=days), counts={"series": 100 - days})
    steps = growth.lately()[0].steps
    assert (len(steps), steps[-1].day, steps[0].day) == (30, TODAY, TODAY - timedelta(days=29))
