"""What the queues, the workers and the failed jobs are at, with real jobs in the real queue."""

import django_rq
import pytest
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.timeouts import TimerDeathPenalty

from config import work
from config.scheduler import LOCK


def fail(reason):
    raise ValueError(reason)


def queue(name):
    """A plain one of RQ's, which waits for no commit."""
    return Queue(name, connection=django_rq.get_connection(name))


class Burst(SimpleWorker):
    death_penalty_class = TimerDeathPenalty


def run_all():
    Burst([queue("bulk")], connection=django_rq.get_connection("bulk")).work(burst=True)


@pytest.fixture
def failed():
    job = queue("bulk").enqueue(fail, "The first line\nand the last")
    run_all()
    return job


def of(name):
    return next(state for state in work.queues() if state.name == name)


def test_every_queue_tells_how_many_wait_and_since_when():
    first = queue("high").enqueue(fail, "1")
    queue("high").enqueue(fail, "2")
    assert [(state.name, state.waiting) for state in work.queues()] == [("high", 2), ("default", 0), ("bulk", 0)]
    assert abs((of("high").since - first.enqueued_at).total_seconds()) < 1
    assert of("bulk").since is None


def test_a_failed_job_gives_the_last_line_of_its_reason(failed):
    (told,) = work.failed_jobs(limit=5)
    assert (told.job_id, told.queue) == (failed.id, "bulk")
    assert (told.call, told.reason) == ("fail('The first line\\nand the last')", "and the last")
    assert told.at
    assert of("bulk").failed == 1


def test_the_latest_failures_come_first_and_not_more_than_asked_for():
    bulk = queue("bulk")
    jobs = [bulk.enqueue(fail, f"{number}") for number in range(4)]
    run_all()
    a_second_apart = {job.id: 10**10 + second for second, job in enumerate(jobs)}
    bulk.connection.zadd(bulk.failed_job_registry.key, a_second_apart)
    assert [job.reason for job in work.failed_jobs(limit=2)] == ["ValueError: 3", "ValueError: 2"]


def test_a_failed_job_is_put_back(failed):
    assert work.retry(failed.id)
    assert (of("bulk").waiting, of("bulk").failed) == (1, 0)


def test_what_has_not_failed_is_not_put_back(failed):
    waiting = queue("bulk").enqueue(fail, "2")
    assert not work.retry(waiting.id)
    assert not work.retry("no-such-job")
    assert of("bulk").waiting == 1


def test_all_failed_jobs_are_put_back():
    for name in ("bulk", "bulk"):
        queue(name).enqueue(fail, "again")
    run_all()
    assert work.retry_all() == 2
    assert work.failed_jobs(limit=5) == []


def test_a_worker_tells_what_it_does_and_for_how_long():
    connection = django_rq.get_connection("bulk")
    idle, busy = (Burst(["high", "bulk"], name=name, connection=connection) for name in ("idle", "busy"))
    for worker in (idle, busy):
        worker.register_birth()
    job = queue("bulk").enqueue(fail, "7")
    busy.prepare_job_execution(job)
    told = {worker.name: worker for worker in work.workers()}
    assert (told["busy"].call, told["busy"].queues) == ("fail('7')", "high, bulk")
    assert told["busy"].since
    assert (told["idle"].call, bool(told["idle"].since)) == ("", True)


def test_a_worker_that_is_gone_is_not_told_of():
    connection = django_rq.get_connection("bulk")
    worker = Burst(["bulk"], name="gone", connection=connection)
    worker.register_birth()
    connection.delete(worker.key)
    assert work.workers() == []


def test_the_scheduler_is_seen():
    assert not work.has_scheduler()
    django_rq.get_connection("default").set(LOCK, "somebody")
    assert work.has_scheduler()


@pytest.mark.parametrize("ask", [work.queues, work.workers, lambda: work.failed_jobs(limit=1), work.has_scheduler])
def test_without_redis_it_raises_at_once(settings, ask):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    with pytest.raises(RedisError):
        ask()
