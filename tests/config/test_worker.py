"""Real workers that are really killed."""

import os
import signal
import subprocess
import sys

import django_rq
import pytest
from rq import Retry
from rq.job import JobStatus

from config.embedded.processes import die_with_parent, is_alive
from config.worker import MarqueeWorker
from tests.config.impatient import hang_the_first_time
from tests.site import ROOT, wait_until

RETRY = Retry(max=2, interval=[600])


@pytest.fixture
def job(tmp_path):
    return django_rq.get_queue("bulk").enqueue(hang_the_first_time, str(tmp_path), retry=RETRY)


@pytest.fixture
def work():
    """Start a worker of bulk jobs."""
    command = [sys.executable, str(ROOT / "manage.py"), "rqworker", "--skip-checks", "bulk"]
    command += ["--worker-class", "tests.config.impatient.ImpatientWorker"]
    started = []

    def start():
        started.append(subprocess.Popen(command, cwd=ROOT, preexec_fn=die_with_parent(signal.SIGKILL)))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def tries(folder):
    return [int(path.name) for path in folder.iterdir()]


def test_a_job_whose_worker_was_killed_starts_again_at_once(job, work, tmp_path):
    killed = work()
    first = wait_until(lambda: tries(tmp_path))[0]
    killed.kill()
    wait_until(lambda: not is_alive(first))  # what the worker was doing ends with it
    work()
    wait_until(lambda: job.get_status(refresh=True) == JobStatus.FINISHED)
    assert len(tries(tmp_path)) == 2
    job.refresh()
    assert (job.retries_left, job.retry_intervals) == (1, [600])


def test_a_job_whose_own_process_was_killed_starts_again_at_once(job, work, tmp_path):
    work()
    os.kill(wait_until(lambda: tries(tmp_path))[0], signal.SIGKILL)
    wait_until(lambda: job.get_status(refresh=True) == JobStatus.FINISHED)


def test_a_worker_that_is_stopped_puts_its_job_back(job, work, tmp_path):
    stopped = work()
    wait_until(lambda: tries(tmp_path))
    stopped.terminate()
    assert stopped.wait(20) == 0
    job.refresh()
    assert (job.get_status(), job.retries_left) == (JobStatus.QUEUED, 2)
    assert django_rq.get_queue("bulk").job_ids == [job.id]


def test_a_killed_worker_is_noticed_within_a_minute():
    """Its job counts as abandoned, and an idle worker comes to look, tidying at each look."""
    assert MarqueeWorker.silent_after + MarqueeWorker.idle_seconds + MarqueeWorker.tidies_every < 60
    assert MarqueeWorker.looks_every * 3 < MarqueeWorker.silent_after


def test_the_option_of_rqworker_does_not_undo_it():
    worker = django_rq.get_worker("bulk", worker_ttl=420)
    assert isinstance(worker, MarqueeWorker)
    assert worker.dequeue_timeout == MarqueeWorker.idle_seconds
