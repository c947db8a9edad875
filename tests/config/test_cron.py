"""The periodic jobs. RQ only logs a line it cannot register, so the list is compared here."""

import pytest
from django_rq import get_connection
from rq.exceptions import StopRequested

from config.scheduler import LOCK, MarqueeScheduler


@pytest.fixture
def scheduler():
    scheduler = MarqueeScheduler()
    scheduler.load_config_from_file("config.cron")
    return scheduler


def test_every_periodic_job_is_registered(scheduler):
    assert {job.name: job.cron or job.interval for job in scheduler.get_jobs()} == {
        "catalog.jobs.search.sweep_search": 60,
        "catalog.jobs.titles.refresh_stale": 3600,
        "catalog.jobs.collections.compute_collections": "15 4 * * *",
        "catalog.jobs.matching.match_new": "0 2 * * *",
        "catalog.jobs.growth.count_catalogue": "45 3 * * *",
        "catalog.jobs.updates.follow_tmdb": "40 5 * * *",
        "catalog.jobs.updates.follow_tvdb": "30 5 * * *",
        "catalog.jobs.updates.follow_tvmaze": "20 5 * * *",
        "catalog.jobs.updates.refresh_all_stale": "0 3 * * 0",
        "catalog.jobs.people.refresh_stale_people": 3600,
        "catalog.jobs.imports.clean_import_runs": "0 4 1 * *",
        "catalog.jobs.pictures.fetch_due_pictures": 300,
        "catalog.jobs.pictures.clean_pictures": "30 4 1 * *",
        "accounts.jobs.forget_gone": "20 4 * * *",
        "tracking.jobs.lists.delete_removed_lists": "50 4 * * *",
        "tracking.jobs.tastes.warm_trending": 900,
        "tracking.jobs.tastes.learn_tastes": "10 1 * * *",
        "tracking.jobs.counting.recount_changed": 60,
        "tracking.jobs.counting.recount_all": "30 3 * * *",
        "tracking.jobs.histories.look_for_unknown": "30 2 * * *",
        "tracking.jobs.histories.resume_histories": 60,
        "tracking.jobs.players.try_plays_again": "45 2 * * *",
    }


def test_each_waits_no_longer_than_until_its_next_turn(scheduler):
    assert all(job.job_options["ttl"] <= (job.interval or 86_400) for job in scheduler.get_jobs())


def test_a_scheduler_that_lost_its_lease_enqueues_nothing(scheduler):
    assert scheduler.lease.acquire(blocking=False)
    get_connection("default").set(LOCK, "another")
    with pytest.raises(StopRequested):
        scheduler.enqueue_jobs()
    assert scheduler.get_jobs()[0].latest_enqueue_time is None


def test_the_one_with_the_lease_enqueues(scheduler):
    assert scheduler.lease.acquire(blocking=False)
    assert len(scheduler.enqueue_jobs()) == len([job for job in scheduler.get_jobs() if job.interval])
    assert not MarqueeScheduler().lease.acquire(blocking=False)
