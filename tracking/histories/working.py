"""The way of a file from its arrival to the log, as far as a worker goes it; each stretch can be begun again."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from tracking.models import ImportRow, ImportWork, LogChange, LogImport

from . import applying, matching, readers, verdicts
from .facts import Choice, Options, Reader
from .receiving import forget_file, unpacked
from .storing import Store
from .uploads import UnreadableError, Upload

logger = logging.getLogger(__name__)

LOCK = 0x6D715F6C
"""Names our advisory locks: this and the id of the import."""

ABANDONED_AFTER = timedelta(minutes=2)
MOST_TRIES = 5

Clock = Callable[[], datetime]
State = LogImport.State
BEFORE_READY = (State.WAITING, State.READING, State.MATCHING)


class CancelledError(Exception):
    """Somebody asked the import to stop."""


def carry_on(log_import: LogImport, *, clock: Clock, watch: Callable[[LogImport], None] = lambda _import: None) -> None:
    """Do whatever its state says is to be done; nothing when another process does it just now."""
    with _holding(log_import) as is_held:
        if not is_held:
            return
        log_import.refresh_from_db()
        progress = _Progress(log_import, clock, watch)
        try:
            _count_try(log_import)
            if log_import.state in BEFORE_READY:
                _prepare(log_import, progress)
            elif log_import.state == State.APPLYING:
                _apply(log_import, progress)
            elif log_import.state == State.UNDOING:
                _undo(log_import, progress)
        except UnreadableError as error:
            progress.end(State.FAILED, error=str(error)[:500])
        except CancelledError:
            progress.end(State.CANCELLED if log_import.state in BEFORE_READY else State.READY)


def _count_try(log_import: LogImport) -> None:
    """Raises UnreadableError for what has broken off again and again; each stretch that ends counts from the start."""
    tries = log_import.options.get("tries", 0) + 1
    log_import.options = {**log_import.options, "tries": tries}
    log_import.save(update_fields=["options"])
    if tries > MOST_TRIES and log_import.is_working:
        raise UnreadableError(_("Something went wrong on our side, several times. Staff can see what."))


def begin(log_import: LogImport, state: State, *, of: Iterable[State], at: datetime) -> bool:
    """Ask for the next stretch, if it is in one of these states; whoever asks second is told False."""
    fresh = {"done": 0, "total": None, "is_cancelling": False, "error": "", "updated_at": at}
    asked = LogImport.objects.filter(pk=log_import.pk, state__in=list(of)).update(state=state, **fresh)
    log_import.refresh_from_db()
    return asked == 1


def answer(log_import: LogImport, said: dict[str, str], *, at: datetime) -> bool:
    """What the viewer chose where the file left something open; it is read on then."""
    log_import.options = {**log_import.options, "said": {**log_import.options.get("said", {}), **said}, "choices": []}
    log_import.save(update_fields=["options"])
    return begin(log_import, State.WAITING, of=[State.ASKING], at=at)


def cancel(log_import: LogImport, *, at: datetime) -> None:
    """It stops before its next piece of work, or at once when none is under way."""
    LogImport.objects.filter(pk=log_import.pk, state__in=LogImport.WORKING).update(is_cancelling=True, updated_at=at)
    LogImport.objects.filter(pk=log_import.pk, state__in=[State.ASKING, State.READY]).update(
        state=State.CANCELLED, updated_at=at
    )
    log_import.refresh_from_db()
    if log_import.state == State.CANCELLED:
        forget_file(log_import)


def abandoned(now: datetime) -> list[LogImport]:
    """Those that nobody works on though they say so: their job was lost, or its worker killed."""
    late = LogImport.objects.filter(state__in=LogImport.WORKING, updated_at__lt=now - ABANDONED_AFTER)
    return list(late.order_by("updated_at")[:100])


def rematch(log_import: LogImport, works: Iterable[ImportWork], *, thorough: bool = False) -> None:
    """Look for some works again and judge their rows anew."""
    several = list(works)
    for work in several:
        work.log_import = log_import
    matching.match(several, log_import.profile, thorough=thorough)
    verdicts.settle(log_import, [work.pk for work in several])


class _Progress:
    """Tells how far an import is, and hears when it is to stop."""

    def __init__(self, log_import: LogImport, clock: Clock, watch: Callable[[LogImport], None]) -> None:
        self.log_import = log_import
        self.clock = clock
        self.watch = watch

    def step(self, state: State, *, total: int | None = None) -> None:
        self._save(state=state, done=0, total=total)

    def at(self, done: int) -> None:
        """Raises CancelledError."""
        self._save(done=done)
        if LogImport.objects.filter(pk=self.log_import.pk, is_cancelling=True).exists():
            raise CancelledError

    def end(self, state: State, *, error: str = "") -> None:
        extra: dict[str, object] = {"applied_at": self.clock()} if state == State.APPLIED else {}
        extra["options"] = {**self.log_import.options, "tries": 0}
        self._save(state=state, error=error, is_cancelling=False, total=None, done=0, **extra)
        if state in (State.FAILED, State.CANCELLED, State.READY):
            forget_file(self.log_import)

    def _save(self, **changed: object) -> None:
        changed["updated_at"] = self.clock()
        LogImport.objects.filter(pk=self.log_import.pk).update(**changed)
        for name, value in changed.items():
            setattr(self.log_import, name, value)
        self.watch(self.log_import)


@contextmanager
def _holding(log_import: LogImport) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCK, log_import.pk])
        is_held = bool(cursor.fetchone()[0])
    try:
        yield is_held
    finally:
        if is_held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK, log_import.pk])


def _prepare(log_import: LogImport, progress: _Progress) -> None:
    progress.step(State.READING)
    with unpacked(log_import) as upload:
        reader = _reader(log_import, upload)
        said = log_import.options.get("said", {})
        missing = [choice for choice in reader.choices(upload) if choice.name not in said]
        if missing:
            log_import.options = {**log_import.options, "choices": [_asked(choice) for choice in missing]}
            log_import.save(update_fields=["options"])
            progress.step(State.ASKING)
            return
        store = Store(log_import)
        store.empty()
        for count in store.put(reader.read(upload, Options(log_import.zone, said))):
            progress.at(count)
    _match(log_import, progress)


def _reader(log_import: LogImport, upload: Upload) -> Reader:
    reader = readers.recognise(upload)
    if log_import.service and log_import.service != reader.service:
        services = {"asked": log_import.get_service_display(), "found": reader.service.label}
        raise UnreadableError(_("This is a file of %(found)s, not of %(asked)s.") % services)
    log_import.service = reader.service
    log_import.save(update_fields=["service"])
    return reader


def _asked(choice: Choice) -> dict[str, object]:
    return {"name": choice.name, "label": choice.label, "values": [list(value) for value in choice.values]}


def _match(log_import: LogImport, progress: _Progress) -> None:
    works = list(ImportWork.objects.filter(log_import=log_import).order_by("pk"))
    progress.step(State.MATCHING, total=len(works))
    for start in range(0, len(works), matching.AT_ONCE):
        some = works[start : start + matching.AT_ONCE]
        for work in some:
            work.log_import = log_import
        matching.match(some, log_import.profile)
        progress.at(start + len(some))
    _count_rows(log_import)
    verdicts.settle(log_import)
    progress.end(State.READY)


def _count_rows(log_import: LogImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update tracking_importwork w set row_count = r.number from (select work_id, count(*) as number"
            " from tracking_importrow where log_import_id = %s group by work_id) r where w.id = r.work_id",
            [log_import.pk],
        )


def _apply(log_import: LogImport, progress: _Progress) -> None:
    total = ImportRow.objects.filter(log_import=log_import, verdict=ImportRow.Verdict.ADDED).count()
    progress.step(State.APPLYING, total=total)
    done = 0
    for count in applying.apply(log_import, at=progress.clock()):
        done += count
        progress.at(min(done, total))
    verdicts.count(log_import)
    progress.end(State.APPLIED)


def _undo(log_import: LogImport, progress: _Progress) -> None:
    changes = LogChange.objects.of(log_import.profile).filter(batch=log_import.batch, undone_at=None).count()
    progress.step(State.UNDOING, total=changes)
    done = 0
    for count in applying.undo(log_import, at=progress.clock()):
        done += count
        progress.at(min(done, changes))
    verdicts.settle(log_import)
    progress.end(State.UNDONE)
