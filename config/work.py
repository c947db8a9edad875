"""What the queues, the workers and the jobs that failed are at. Everything here raises RedisError without Redis."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, Worker, worker_registration
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.utils import decode_redis_hash, utcparse

from config.scheduler import LOCK

MOST_WORKERS = 50
RETRIED_AT_ONCE = 500
LONGEST_CALL = 120
ANSWERS_WITHIN = 2.0
"""Seconds after which Redis counts as gone."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MODULE = re.compile(r"^(?:\w+\.)+(?=\w+\()")


@dataclass(frozen=True)
class QueueState:
    """Of a queue: the jobs that wait, since when the first of them does, and how many are in which other state."""

    name: str
    waiting: int
    since: datetime | None
    at_work: int
    again: int
    failed: int


@dataclass(frozen=True)
class WorkerState:
    """A worker, the call it carries out, and since when; idle: without a call, since it was started."""

    name: str
    queues: str
    call: str
    since: datetime | None


@dataclass(frozen=True)
class FailedJob:
    """A job that has failed as often as it may; `reason` is the last line of its traceback."""

    job_id: str
    queue: str
    call: str
    reason: str
    at: datetime | None


def queues() -> list[QueueState]:
    return [_state_of(queue) for queue in _queues()]


def workers() -> list[WorkerState]:
    """By name; no more than fifty. RQ's own `Worker.all` asks for each by itself, and changes the time-out for all."""
    keys = sorted(worker_registration.get_keys(connection=_redis()))[:MOST_WORKERS]
    with _redis().pipeline(transaction=False) as pipe:
        for key in keys:
            pipe.hgetall(key)
        told = [decode_redis_hash(answer, decode_values=True) for answer in pipe.execute()]
    busy = [facts["current_job"] for facts in told if facts.get("current_job")]
    jobs = {job.id: job for job in Job.fetch_many(busy, connection=_redis()) if job}
    prefix = Worker.redis_worker_namespace_prefix
    return [_worker(key.removeprefix(prefix), facts, jobs) for key, facts in zip(keys, told, strict=True) if facts]


def failed_jobs(*, limit: int) -> list[FailedJob]:
    """The latest ones of all queues."""
    found: list[FailedJob] = []
    for queue in _queues():
        ids = queue.failed_job_registry.get_job_ids(end=limit - 1, desc=True, cleanup=False)
        jobs = Job.fetch_many(ids, connection=queue.connection)
        found += [_failed(job) for job in jobs if job]
    return sorted(found, key=lambda failed: failed.at or LONG_AGO, reverse=True)[:limit]


def has_scheduler() -> bool:
    """Whether somebody enqueues the periodic jobs."""
    return bool(_redis().exists(LOCK))


def retry(job_id: str) -> bool:
    """Put a failed job back into its queue; False when it is not there any more, or has not failed."""
    try:
        Job.fetch(job_id, connection=_redis()).requeue()
    except (NoSuchJobError, InvalidJobOperation):
        return False
    return True


def retry_all() -> int:
    """Put back what has failed, at most some hundreds of each queue; how many that were."""
    ids = [
        job_id
        for queue in _queues()
        for job_id in queue.failed_job_registry.get_job_ids(end=RETRIED_AT_ONCE - 1, cleanup=False)
    ]
    return sum(retry(job_id) for job_id in ids)


def _queues() -> Iterator[Queue]:
    return (Queue(name, connection=_redis()) for name in settings.RQ_QUEUES)


def _redis() -> Redis:
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _client(url: str) -> Redis:
    """Not that of the workers, which may wait: a page is to say at once that Redis is gone."""
    return Redis.from_url(
        url, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN, retry=Retry(NoBackoff(), 1)
    )


def _state_of(queue: Queue) -> QueueState:
    first = queue.get_jobs(0, 1)
    return QueueState(
        name=queue.name,
        waiting=queue.count,
        since=first[0].enqueued_at if first else None,
        at_work=queue.started_job_registry.get_job_count(cleanup=False),
        again=queue.scheduled_job_registry.get_job_count(cleanup=False),
        failed=queue.failed_job_registry.get_job_count(cleanup=False),
    )


def _worker(name: str, facts: dict[str, str], jobs: dict[str, Job]) -> WorkerState:
    job = jobs.get(facts.get("current_job", ""))
    began = job.started_at if job else utcparse(facts["birth"]) if facts.get("birth") else None
    return WorkerState(name, facts.get("queues", "").replace(",", ", "), _call(job) if job else "", began)


def _failed(job: Job) -> FailedJob:
    result = job.latest_result()
    told = (result.exc_string or "").strip().splitlines() if result else []
    return FailedJob(job.id, job.origin, _call(job), told[-1] if told else "", job.ended_at)


def _call(job: Job) -> str:
    """“refresh_title(7)”: as it was enqueued, without the path of its module."""
    return MODULE.sub("", job.description or "")[:LONGEST_CALL]
