"""What Redis holds of people: their sessions, and letters to them that wait or could not be sent."""

from collections.abc import Collection, Iterator
from importlib import import_module

import django_rq
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from rq.job import Job
from rq.queue import Queue

from accounts.models import User

LETTERS = "accounts.jobs.send_email"
AT_ONCE = 500


def forget_sessions(user_id: int) -> None:
    """On every device: whoever is signed in somewhere as this user is not any more."""
    for session, user in _sessions():
        if user == user_id:
            session.delete()


def _sessions() -> Iterator[tuple[SessionBase, int]]:
    """Those of somebody, each with the id of the user."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    redis = django_rq.get_connection("default")
    pattern = cache.make_key(f"{store.cache_key_prefix}*")
    for key in redis.scan_iter(match=pattern, count=AT_ONCE):
        session = store(key.decode().removeprefix(cache.make_key(store.cache_key_prefix)))
        if user := session.get("_auth_user_id"):
            yield session, int(user)


def forget_letters(emails: Collection[str]) -> None:
    """Whether they still wait, are tried again or were given up."""
    for job in _letters():
        if any(email in str(job.args) for email in emails):
            job.delete()


def forget_gone() -> int:
    """What was left of accounts that were deleted while Redis was away: their sessions, which sign in nobody, and their
    letters, which are not sent. Answers how many."""
    letters = ((job, job.kwargs["user_id"]) for job in _letters() if job.kwargs.get("user_id"))
    found: list[tuple[SessionBase | Job, int]] = [*_sessions(), *letters]
    there = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    gone = [trace for trace, user in found if user not in there]
    for trace in gone:
        trace.delete()
    return len(gone)


def _letters() -> Iterator[Job]:
    for queue in (django_rq.get_queue(name) for name in settings.RQ_QUEUES):
        yield from (job for job in _jobs(queue) if job.func_name == LETTERS)


def _jobs(queue: Queue) -> Iterator[Job]:
    registries = (queue.failed_job_registry, queue.scheduled_job_registry, queue.finished_job_registry)
    ids = [*queue.get_job_ids(), *(each for registry in registries for each in registry.get_job_ids(cleanup=False))]
    for start in range(0, len(ids), AT_ONCE):
        yield from (job for job in Job.fetch_many(ids[start : start + AT_ONCE], connection=queue.connection) if job)
