"""Importing from TVmaze: the index page by page, and shows whole. Threads fetch the answers; all are saved in order.

How far it is stands in the run's row, written in the transaction of what was saved: whatever interrupts it, the next
one goes on behind the last thing that is in the database. What failed three times is tried once more at the end; what
fails then too is named, and is all that the next one has left to do.
"""

import enum
import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction

from catalog import refresh, runs
from catalog.models import ExternalId, ImportRun, Source, Subject
from catalog.refresh import Tally
from catalog.sources.errors import NotFoundError, SourceError
from catalog.sources.tvmaze import ID, PAGE_SIZE, TVmaze

logger = logging.getLogger(__name__)

THREADS = 4
GIVE_UP_AFTER = 10
"""Failures in a row after which the source counts as down, and the run stops where they began."""

INDEX, DETAILS, SHOWS = "index", "details", "shows"
BEFORE_ALL = -1


class SourceDownError(Exception):
    """One piece after another failed; the run can be gone on with when the source is back."""


class UnfinishedError(Exception):
    """Some pieces could not be fetched, even when tried again at the end."""


class CancelledError(Exception):
    """Somebody asked the run to stop."""


class Missing(enum.Enum):
    """What it means that the source knows no such thing."""

    END = enum.auto()
    GONE = enum.auto()
    ERROR = enum.auto()


@dataclass(frozen=True)
class Item:
    """A piece of work: its place in the order of its step, and its number at the source (a page or a show)."""

    key: int
    number: int


@dataclass(frozen=True)
class Step:
    """One kind of work. `items` are those behind a key, in order; `again` those with these keys."""

    name: str
    items: Callable[[int], Iterable[Item]]
    again: Callable[[Sequence[int]], Iterable[Item]]
    fetch: Callable[[int], Any]
    save: Callable[[Any, datetime], Tally]
    missing: Callable[[Item, datetime], Missing]
    total: Callable[[], int | None]


def steps(run: ImportRun, source: TVmaze) -> list[Step]:
    """What the run has to do, by its `what` and its options: `pages` (first and last) or `shows` (ids)."""
    if run.what == SHOWS:
        return [_shows(source, run.options["shows"])]
    pages = (run.options["pages"][0], run.options["pages"][1]) if "pages" in run.options else None
    index = _index(source, pages)
    return [index, _details(source, pages)] if run.what == DETAILS else [index]


def carry_out(
    run: ImportRun, source: TVmaze, *, clock: Callable[[], datetime], watch: Callable[[ImportRun], None]
) -> None:
    """Do what is left of a begun run and end it: done, failed or cancelled. `watch` is called after each piece.

    Raises what is not the business of one piece, after the run was ended with it.
    """
    try:
        chosen = steps(run, source)
        for number, step in enumerate(chosen, start=1):
            _Progress(run, step, number, len(chosen), clock, watch).work()
    except CancelledError:
        runs.finish(run, ImportRun.State.CANCELLED, at=clock())
    except KeyboardInterrupt:
        runs.finish(run, ImportRun.State.CANCELLED, at=clock())
        raise
    except Exception as error:
        runs.finish(run, ImportRun.State.FAILED, at=clock(), problem=str(error) or type(error).__name__)
        raise
    else:
        state = ImportRun.State.FAILED if run.counts.get("failed") else ImportRun.State.DONE
        runs.finish(run, state, at=clock())


@dataclass
class _Progress:
    """A step of a run at work. The cursor holds, by step, behind which key to go on and which keys failed."""

    run: ImportRun
    step: Step
    number: int
    of: int
    clock: Callable[[], datetime]
    watch: Callable[[ImportRun], None]
    failures: list[int] = field(default_factory=list)
    """Keys that failed in a row just now."""

    before_failures: int = BEFORE_ALL

    def work(self) -> None:
        if self.cursor["is_over"] and not self.cursor["failed"]:
            return
        self._begin()
        if not self.cursor["is_over"]:
            self._go_through(self.step.items(self.cursor["after"]))
            self._advance(is_over=True)
        if self.cursor["failed"]:
            self.failures.clear()
            self._go_through(self.step.again(self.cursor["failed"]), is_again=True)

    @property
    def cursor(self) -> dict[str, Any]:
        start = {"after": BEFORE_ALL, "failed": [], "is_over": False, "done": 0}
        cursor: dict[str, Any] = self.run.cursor.get(self.step.name, start)
        return cursor

    def _begin(self) -> None:
        runs.begin_step(self.run, self.step.name, number=self.number, of=self.of)
        self.run.done = self.cursor["done"]
        self.run.total = self.step.total() or (self.run.total if self.step.name == INDEX else None)
        self._saved(())

    def _go_through(self, items: Iterable[Item], *, is_again: bool = False) -> None:
        with closing(_fetched(items, self.step.fetch)) as answers:
            for item, answer in answers:
                if runs.is_asked_to_stop(self.run):
                    raise CancelledError
                if not self._take(item, answer, is_again=is_again):
                    break

    def _take(self, item: Item, answer: "Future[Any]", *, is_again: bool) -> bool:
        """Save an answer, or remember that there was none. False: behind this comes nothing."""
        try:
            thing = answer.result()
        except NotFoundError as error:
            meaning = self.step.missing(item, self.clock())
            if meaning is Missing.END and not is_again:
                self.run.total = self.run.done + len(self.cursor["failed"])
                return False
            if meaning is Missing.ERROR:
                self._failed(item, error, is_again=is_again)
            else:
                self._done(item, [str(error)] if meaning is Missing.GONE else [], is_again=is_again)
        except SourceError as error:
            self._failed(item, error, is_again=is_again)
        else:
            self._save(item, thing, is_again=is_again)
        return True

    def _save(self, item: Item, thing: Any, *, is_again: bool) -> None:
        try:
            with transaction.atomic():
                tally = self.step.save(thing, self.clock())
                self._count(tally)
                self._done(item, [str(problem) for problem in tally.problems], is_again=is_again)
        except refresh.RefusedError as error:
            self._done(item, [str(error)], is_again=is_again)

    def _count(self, tally: Tally) -> None:
        """By what happened to the shows in the index; what came of fetching them whole is counted apart."""
        for name, number in tally.counts.items():
            counter = f"{name} whole" if self.step.name == DETAILS else name
            self.run.counts = self.run.counts | {counter: self.run.counts.get(counter, 0) + number}

    def _done(self, item: Item, problems: Sequence[str], *, is_again: bool) -> None:
        self.failures.clear()
        place = {} if is_again else {"after": item.key}
        failed = [key for key in self.cursor["failed"] if key != item.key]
        self._advance(problems, failed=failed, done=self.cursor["done"] + 1, **place)

    def _failed(self, item: Item, error: SourceError, *, is_again: bool) -> None:
        logger.warning("%s %s: %s", self.step.name, item.number, error)
        if not self.failures:
            self.before_failures = self.cursor["after"]
        self.failures.append(item.key)
        if is_again:
            self._advance([str(error)])
        else:
            self._advance([str(error)], after=item.key, failed=[*self.cursor["failed"], item.key])
        if len(self.failures) >= GIVE_UP_AFTER:
            self._give_up(error, is_again=is_again)

    def _give_up(self, error: SourceError, *, is_again: bool) -> None:
        if not is_again:
            failed = [key for key in self.cursor["failed"] if key not in self.failures]
            self._advance(after=self.before_failures, failed=failed)
        raise SourceDownError(f"{GIVE_UP_AFTER} failures in a row, the last: {error}") from error

    def _advance(self, problems: Sequence[str] = (), **moved: Any) -> None:
        self.run.cursor = self.run.cursor | {self.step.name: self.cursor | moved}
        failed = sum(len(cursor["failed"]) for cursor in self.run.cursor.values())
        self.run.counts = self.run.counts | {"failed": failed}
        self.run.done = self.cursor["done"]
        self._saved(problems)

    def _saved(self, problems: Sequence[str]) -> None:
        runs.note(self.run, list(problems))
        runs.save_step(self.run)
        runs.publish(self.run)
        self.watch(self.run)


def _index(source: TVmaze, pages: tuple[int, int] | None) -> Step:
    def items(after: int) -> Iterable[Item]:
        first = max(after + 1, pages[0] if pages else 0)
        return (Item(number, number) for number in (range(first, pages[1] + 1) if pages else count(first)))

    def missing(item: Item, at: datetime) -> Missing:
        """The first page that is not there ends the index; but an index without its first page is none."""
        return Missing.END if item.number else Missing.ERROR

    return Step(
        name=INDEX,
        items=items,
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=source.index_page,
        save=lambda page, at: refresh.save_index(page, at=at),
        missing=missing,
        total=lambda: pages[1] - pages[0] + 1 if pages else None,
    )


def _details(source: TVmaze, pages: tuple[int, int] | None) -> Step:
    """Every series with an id of the source, in the order in which we met them, or those of these pages."""
    known = ExternalId.objects.filter(source=Source.TVMAZE, kind=Subject.SERIES, value__regex=ID)

    def chosen(ids: Any) -> list[Item]:
        found = [Item(pk, int(value)) for pk, value in ids.order_by("pk").values_list("pk", "value")]
        return [item for item in found if not pages or pages[0] <= item.number // PAGE_SIZE <= pages[1]]

    def missing(item: Item, at: datetime) -> Missing:
        refresh.note_gone(Source.TVMAZE, Subject.SERIES, str(item.number), at=at)
        return Missing.GONE

    return Step(
        name=DETAILS,
        items=lambda after: chosen(known.filter(pk__gt=after)),
        again=lambda keys: chosen(known.filter(pk__in=keys)),
        fetch=source.show,
        save=lambda show, at: refresh.apply_title(None, show, at=at),
        missing=missing,
        total=lambda: len(chosen(known)),
    )


def _shows(source: TVmaze, ids: Sequence[int]) -> Step:
    def missing(item: Item, at: datetime) -> Missing:
        was_known = refresh.note_gone(Source.TVMAZE, Subject.SERIES, str(item.number), at=at)
        return Missing.GONE if was_known else Missing.ERROR

    return Step(
        name=SHOWS,
        items=lambda after: [Item(number, number) for number in sorted(set(ids)) if number > after],
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=source.show,
        save=lambda show, at: refresh.apply_title(None, show, at=at),
        missing=missing,
        total=lambda: len(set(ids)),
    )


def _fetched(items: Iterable[Item], fetch: Callable[[int], Any]) -> Generator[tuple[Item, "Future[Any]"], None, None]:
    """The answers in the order of the items, a few fetched ahead; what was not begun when we stop is not."""
    ahead: deque[tuple[Item, Future[Any]]] = deque()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="import")
    try:
        for item in items:
            ahead.append((item, pool.submit(fetch, item.number)))
            if len(ahead) == THREADS:
                yield ahead.popleft()
        while ahead:
            yield ahead.popleft()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
