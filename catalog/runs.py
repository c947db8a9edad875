"""Import runs: one at a time of each kind, their live counters, and how they begin, stop and end.

A run is alive while some process holds the advisory lock of its kind in PostgreSQL. The lock goes with its holder, so a
run that says “running” while nobody holds its lock was interrupted, and whoever takes the lock may go on with it.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
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
    """How far a run is. Interrupted: it says that it runs, but no process does."""

    state: str
    is_interrupted: bool
    step: str
    number: int
    of: int
    """Of its steps this is the one with the number; both 0 where that is not known."""

    done: int
    total: int | None
    """Of this step; None while it is unknown."""

    counts: Mapping[str, int]
    errors: int
    percent: int | None
    """Of the whole run, 0 to 100; it never goes back. None while it cannot be told."""

    version: int
    """Another one after each change; 0 where nothing was shared yet, or no longer."""


def live(run: ImportRun) -> Live:
    """The counters of this moment; without Redis those of the row, as they were at its last step."""
    return live_by_id([run])[run.pk]


def live_by_id(runs: Iterable[ImportRun]) -> dict[int, Live]:
    """The same of several runs, with one question to Redis and at most one to PostgreSQL."""
    several = list(runs)
    held = _held() if any(run.state == State.RUNNING for run in several) else set()
    return {run.pk: _live(run, shared, held) for run, shared in zip(several, _shared(several), strict=True)}


def begin_step(run: ImportRun, name: str, *, number: int, of: int) -> None:
    """One of the steps of a run begins, or goes on; the next `publish` shows it."""
    run.step = name
    with suppress(RedisError):
        store.redis().hset(_live_key(run), mapping={"number": number, "of": of})


def publish(run: ImportRun) -> None:
    """Show the counters of the run to all processes. Losing them does no harm."""
    try:
        shared: Any = store.redis().hgetall(_live_key(run))
        counted: dict[Any, Any] = {
            "step": run.step,
            "done": run.done,
            "total": run.total or "",
            "counts": json.dumps(run.counts),
            "percent": _percent(run, shared),
        }
        with store.redis().pipeline(transaction=False) as pipe:
            pipe.hset(_live_key(run), mapping=counted)
            _ring(pipe, run)
            pipe.execute()
    except RedisError:
        logger.warning("The progress of import run %s cannot be shown: Redis is gone", run.pk)


def wait(run: ImportRun, version: int, *, seconds: float) -> bool:
    """Return as soon as the run has another version than this, or so many seconds later. False: Redis is gone."""
    until = time.monotonic() + seconds
    try:
        with store.redis().pubsub(ignore_subscribe_messages=True) as bell:
            bell.subscribe(_live_key(run))
            bell.get_message(timeout=store.ANSWERS_WITHIN)  # that it listens from here on
            while _version(run) == version and (left := until - time.monotonic()) > 0:
                bell.get_message(timeout=left)
    except RedisError:
        return False
    return True


def queue(source: str, what: str, options: Mapping[str, Any], *, at: datetime, fresh: bool = False) -> ImportRun:
    """The run that a worker is to do: one that was interrupted or waits already, else a new one.

    Raises AlreadyRunningError.
    """
    with holding(source, what, options):
        run = _chosen(source, what, options, at=at, fresh=fresh)
        run.state, run.finished_at, run.is_cancelling = State.QUEUED, None, False
        run.save(update_fields=["state", "finished_at", "is_cancelling"])
        publish(run)
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
    number = _number_of(source, what, options)
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
    with suppress(RedisError):
        _ring(store.redis(), run)


def stop(run: ImportRun, *, at: datetime) -> None:
    """Ask it to stop; one that waits or was interrupted is over at once, since nobody would hear."""
    ask_to_stop(run)
    if _lock_number(run) in _held():
        return
    with suppress(AlreadyRunningError), holding(run.source, run.what, run.options):
        run.refresh_from_db()
        if run.is_active:
            finish(run, State.CANCELLED, at=at)


def is_asked_to_stop(run: ImportRun) -> bool:
    return ImportRun.objects.filter(pk=run.pk, is_cancelling=True).exists()


def forget_old(*, now: datetime) -> int:
    """Delete the runs of more than thirty days ago, also those that were interrupted and never gone on with."""
    for run in ImportRun.objects.active().filter(started_at__lt=now - KEPT_FOR):
        with suppress(AlreadyRunningError), holding(run.source, run.what, run.options):
            finish(run, State.CANCELLED, at=now)
    return ImportRun.objects.older_than(now - KEPT_FOR).delete()[0]


def _shared(runs: Iterable[ImportRun]) -> list[Mapping[str, str]]:
    """What is in Redis about each of these runs."""
    try:
        with store.redis().pipeline(transaction=False) as pipe:
            for run in runs:
                pipe.hgetall(_live_key(run))
            return pipe.execute()
    except RedisError:
        return [{} for _run in runs]


def _live(run: ImportRun, shared: Mapping[str, str], held: set[int]) -> Live:
    now = shared if run.is_active else {}
    counts = json.loads(now["counts"]) if "counts" in now else run.counts
    percent = shared.get("percent", run.percent)
    return Live(
        state=run.state,
        is_interrupted=run.state == State.RUNNING and _lock_number(run) not in held,
        step=now.get("step", run.step),
        number=int(shared.get("number", 0)),
        of=int(shared.get("of", 0)),
        done=int(now.get("done", run.done)),
        total=int(now["total"]) if now.get("total") else run.total,
        counts=counts,
        errors=counts.get("problems", 0),
        percent=100 if run.state == State.DONE else int(percent) if percent not in (None, "") else None,
        version=int(shared.get("version", 0)),
    )


def _version(run: ImportRun) -> int:
    return int(store.redis().hget(_live_key(run), "version") or 0)


def _percent(run: ImportRun, shared: Mapping[str, str]) -> int | str:
    """Each step counts the same; going back to what an earlier one left behind takes nothing away. Empty: unknown."""
    number, of = int(shared.get("number", 1)), int(shared.get("of", 1))
    if run.total is None and of == 1:
        return ""
    part = min(1.0, run.done / run.total) if run.total else 0.0
    return max(int(shared.get("percent") or 0), int(100 * (number - 1 + part) / of))


def _ring(redis: Any, run: ImportRun) -> None:
    """Another version, and whoever waits for one is woken."""
    redis.hincrby(_live_key(run), "version", 1)
    redis.expire(_live_key(run), int(LIVE_FOR.total_seconds()))
    redis.publish(_live_key(run), "")


def _lock_number(run: ImportRun) -> int:
    return _number_of(run.source, run.what, run.options)


def _number_of(source: str, what: str, options: Mapping[str, Any]) -> int:
    name = json.dumps([source, what, options], sort_keys=True)
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def _held() -> set[int]:
    """The advisory locks that processes have; how PostgreSQL lists them is in its chapter on pg_locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks"
            " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return {number for (number,) in cursor.fetchall()}


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
