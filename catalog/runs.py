"""Import runs: one at a time of each kind, their live counters, and how they begin, stop and end.

A run is alive while some process holds the advisory lock of its kind in PostgreSQL. The lock goes with its holder, so a
run that says “running” while nobody holds its lock was interrupted, and whoever takes the lock may go on with it.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from redis import RedisError

from catalog import live as store
from catalog.models import ImportRun

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
RESUMED_WITHIN = timedelta(days=1)
"""A run that stopped longer ago is not gone on with: the source has changed since."""

LIVE_FOR = timedelta(days=2)
MOST_ERRORS = 100
LONGEST_ERROR = 500

State = ImportRun.State


class AlreadyRunningError(Exception):
    """Another process does the same just now; `run` is its row, if it can be told."""

    def __init__(self, run: ImportRun | None) -> None:
        self.run = run
        super().__init__(f"Import run {run.pk} does this just now." if run else "Another process does this just now.")


@dataclass(frozen=True)
class Live:
    """How far a run is. `total` is None while it is unknown. Interrupted: it says that it runs, but no process does."""

    state: str
    is_interrupted: bool
    step: str
    done: int
    total: int | None
    errors: int

    @property
    def percent(self) -> int | None:
        """0 to 100; None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None


def live(run: ImportRun) -> Live:
    """The counters of this moment; without Redis those of the row, as they were at its last step."""
    counted: Mapping[Any, Any] = {}
    if run.is_active:
        with suppress(RedisError):
            counted = store.redis().hgetall(_live_key(run))
    return Live(
        state=run.state,
        is_interrupted=run.state == State.RUNNING and not _is_held(_lock_number(run.source, run.what, run.options)),
        step=counted.get("step", run.step),
        done=int(counted.get("done", run.done)),
        total=int(counted["total"]) if counted.get("total") else run.total,
        errors=int(counted.get("errors", run.counts.get("problems", 0))),
    )


def publish(run: ImportRun) -> None:
    """Show the counters of the run to all processes. Losing them does no harm."""
    counted: dict[Any, Any] = {
        "step": run.step,
        "done": run.done,
        "total": run.total or "",
        "errors": run.counts.get("problems", 0),
    }
    try:
        with store.redis().pipeline(transaction=False) as pipe:
            pipe.hset(_live_key(run), mapping=counted)
            pipe.expire(_live_key(run), int(LIVE_FOR.total_seconds()))
            pipe.execute()
    except RedisError:
        logger.warning("The progress of import run %s cannot be shown: Redis is gone", run.pk)


def queue(source: str, what: str, options: Mapping[str, Any], *, at: datetime, fresh: bool = False) -> ImportRun:
    """The run that a worker is to do: one that was interrupted or waits already, else a new one.

    Raises AlreadyRunningError.
    """
    with holding(source, what, options):
        run = _chosen(source, what, options, at=at, fresh=fresh)
        run.state, run.finished_at, run.is_cancelling = State.QUEUED, None, False
        run.save(update_fields=["state", "finished_at", "is_cancelling"])
        return run


@contextmanager
def started(source: str, what: str, options: Mapping[str, Any], *, at: datetime, fresh: bool) -> Iterator[ImportRun]:
    """Begin a run, or go on with one that stopped, and hold its lock meanwhile. Raises AlreadyRunningError."""
    with holding(source, what, options):
        run = _chosen(source, what, options, at=at, fresh=fresh)
        run.is_cancelling = False
        yield _begun(run)


@contextmanager
def reopened(run_id: int) -> Iterator[ImportRun | None]:
    """The run that was queued under this id, begun or gone on with, and its lock held; None when it is over or deleted.

    Raises AlreadyRunningError. Whoever asked it to stop while it waited is not forgotten.
    """
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        yield None
        return
    with holding(run.source, run.what, run.options):
        run.refresh_from_db()
        is_over = run.state in (State.DONE, State.CANCELLED)
        yield None if is_over else _begun(run)


@contextmanager
def holding(source: str, what: str, options: Mapping[str, Any]) -> Iterator[None]:
    """Hold the lock of everything that would be the same run. Raises AlreadyRunningError."""
    number = _lock_number(source, what, options)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if cursor.fetchone() != (True,):
            raise AlreadyRunningError(_same(source, what, options).active().order_by("-pk").first())
    try:
        yield
    finally:
        with suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def note(run: ImportRun, problems: list[str]) -> None:
    """Remember what went wrong: all of it is counted, the first hundred in words. Saved with the next step."""
    room = max(0, MOST_ERRORS - len(run.errors))
    run.errors = run.errors + [text[:LONGEST_ERROR] for text in problems[:room]]
    run.counts = run.counts | {"problems": run.counts.get("problems", 0) + len(problems)}


def save_step(run: ImportRun) -> None:
    """Write where the run is; in the transaction of what it did, so that both are true or neither."""
    run.save(update_fields=["step", "done", "total", "counts", "errors", "cursor"])


def finish(run: ImportRun, state: ImportRun.State, *, at: datetime, problem: str = "") -> None:
    """End a run where its last saved step left it: what was in memory may have been rolled back since."""
    run.refresh_from_db()
    note(run, [problem] if problem else [])
    run.state, run.finished_at = state, at
    run.save(update_fields=["state", "finished_at", "counts", "errors"])
    publish(run)


def ask_to_stop(run: ImportRun) -> None:
    """It stops before its next piece of work and can be gone on with."""
    ImportRun.objects.active().filter(pk=run.pk).update(is_cancelling=True)


def is_asked_to_stop(run: ImportRun) -> bool:
    return ImportRun.objects.filter(pk=run.pk, is_cancelling=True).exists()


def forget_old(*, now: datetime) -> int:
    """Delete the runs of more than thirty days ago, also those that were interrupted and never gone on with."""
    for run in ImportRun.objects.active().filter(started_at__lt=now - KEPT_FOR):
        with suppress(AlreadyRunningError), holding(run.source, run.what, run.options):
            finish(run, State.CANCELLED, at=now)
    return ImportRun.objects.older_than(now - KEPT_FOR).delete()[0]


def _lock_number(source: str, what: str, options: Mapping[str, Any]) -> int:
    name = json.dumps([source, what, options], sort_keys=True)
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def _is_held(number: int) -> bool:
    """Whether some process has this advisory lock; how PostgreSQL lists them is in its chapter on pg_locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (classid::bigint << 32 | objid::bigint) = %s)",
            [number],
        )
        return bool(cursor.fetchone() == (True,))


def _same(source: str, what: str, options: Mapping[str, Any]) -> Any:
    return ImportRun.objects.filter(source=source, what=what, options=dict(options))


def _chosen(source: str, what: str, options: Mapping[str, Any], *, at: datetime, fresh: bool) -> ImportRun:
    """Called under the lock: what still says that it runs was interrupted."""
    same = _same(source, what, options)
    last = same.order_by("-pk").first()
    goes_on = last and (last.is_active or _stopped_lately(last, at))
    if last and goes_on and not fresh:
        return last
    same.active().update(state=State.CANCELLED, finished_at=at)
    finished = same.filter(state=State.DONE).order_by("-pk").first()
    return ImportRun.objects.create(
        source=source, what=what, options=dict(options), started_at=at, total=finished.total if finished else None
    )


def _stopped_lately(run: ImportRun, at: datetime) -> bool:
    stopped = run.state in (State.FAILED, State.CANCELLED)
    return bool(stopped and run.cursor and run.finished_at and run.finished_at > at - RESUMED_WITHIN)


def _begun(run: ImportRun) -> ImportRun:
    run.state, run.finished_at = State.RUNNING, None
    run.save(update_fields=["state", "finished_at", "is_cancelling"])
    publish(run)
    return run


def _live_key(run: ImportRun) -> str:
    return f"import-run:{run.pk}"
