"""The live counters of a run: steps, percent, versions, and how it is stopped."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from catalog import runs
from catalog.models import ImportRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return ImportRun.objects.create(source="tvmaze", what="details", state="running")


def advance(run, done, total):
    run.done, run.total = done, total
    runs.publish(run)
    return runs.live(run)


def test_each_step_has_the_same_share_of_the_whole(run):
    runs.begin_step(run, "index", number=1, of=2)
    assert advance(run, 5, 10).percent == 25
    runs.begin_step(run, "details", number=2, of=2)
    live = advance(run, 1, 2)
    assert (live.percent, live.step, live.number, live.of) == (75, "details", 2, 2)


def test_percent_never_goes_back(run):
    runs.begin_step(run, "details", number=2, of=2)
    advance(run, 9, 10)
    runs.begin_step(run, "index", number=1, of=2)
    assert advance(run, 3, 10).percent == 95
    assert advance(run, 3, 1000).percent == 95


def test_a_single_step_of_unknown_length_has_no_percent(run):
    runs.begin_step(run, "index", number=1, of=1)
    assert advance(run, 3, None).percent is None


def test_a_step_of_unknown_length_leaves_those_before_it(run):
    runs.begin_step(run, "details", number=2, of=4)
    assert advance(run, 3, None).percent == 25


def test_what_is_done_is_done_whole(run):
    runs.begin_step(run, "details", number=2, of=2)
    advance(run, 3, 10)
    runs.finish(run, ImportRun.State.DONE, at=timezone.now())
    assert runs.live(run).percent == 100


def test_what_failed_stays_where_it_was(run):
    runs.begin_step(run, "details", number=2, of=2)
    run.done, run.total = 3, 10
    runs.save_step(run)
    runs.publish(run)
    runs.finish(run, ImportRun.State.FAILED, at=timezone.now())
    assert runs.live(run).percent == 65


def test_counters_of_several_runs_cost_one_question_to_postgresql(run, django_assert_num_queries):
    others = [ImportRun.objects.create(source="tvmaze", what=f"{number}", state="running") for number in range(5)]
    with django_assert_num_queries(1):
        assert len(runs.live_by_id([run, *others])) == 6


def test_each_change_is_another_version(run):
    versions = [runs.live(run).version]
    for change in (runs.publish, runs.ask_to_stop, lambda run: runs.finish(run, "done", at=timezone.now())):
        change(run)
        versions.append(runs.live(run).version)
    assert versions == sorted(set(versions))


def test_whoever_waits_is_woken_by_a_change(run):
    version = advance(run, 1, 2).version
    timer = threading.Timer(0.1, runs.publish, [run])
    timer.start()
    assert runs.wait(run, version, seconds=20)
    timer.join()
    assert runs.live(run).version == version + 1


def test_a_version_that_is_old_already_is_not_waited_for(run):
    version = advance(run, 1, 2).version
    assert runs.wait(run, version - 1, seconds=20)


def test_nobody_waits_longer_than_asked(run):
    version = advance(run, 1, 2).version
    assert runs.wait(run, version, seconds=0.05)
    assert runs.live(run).version == version


def test_without_redis_nobody_waits(run, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert not runs.wait(run, 0, seconds=20)


def test_a_run_that_waits_for_a_worker_is_stopped_at_once():
    waiting = runs.queue("tvmaze", "index", {}, at=timezone.now())
    runs.stop(waiting, at=timezone.now())
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"


def test_a_run_that_was_interrupted_is_stopped_at_once(run):
    runs.stop(run, at=timezone.now())
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_run_at_work_is_only_asked_to_stop():
    with runs.started("tvmaze", "index", {}, at=timezone.now(), fresh=False) as begun:
        runs.stop(begun, at=timezone.now())
        begun.refresh_from_db()
        assert (begun.state, begun.is_cancelling) == ("running", True)


def test_what_is_over_is_not_stopped_again(run):
    runs.finish(run, ImportRun.State.DONE, at=timezone.now())
    runs.stop(run, at=timezone.now())
    run.refresh_from_db()
    assert (run.state, run.is_cancelling) == ("done", False)


def test_nothing_is_locked_when_a_run_was_stopped(run):
    runs.stop(run, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
