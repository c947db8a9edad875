"""Carrying out one step of a run: piece by piece, each saved together with how far the run is."""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import refresh, runs
from catalog.models import ImportRun
from catalog.refresh import Tally
from catalog.sources.errors import NotFoundError, SourceError

from .step import Item, Missing, Step

logger = logging.getLogger(__name__)

THREADS = 4
GIVE_UP_AFTER = 10
"""Failures in a row after which the source counts as down, and the run stops where they began."""

BEFORE_ALL = -1


class SourceDownError(Exception):
    """One piece after another failed; the run can be gone on with when the source is back."""


class UnfinishedError(Exception):
    """Some pieces could not be fetched, even when tried again at the end."""


class CancelledError(Exception):
    """Somebody asked the run to stop."""


@dataclass
class Progress:
    """A step of a run at work. The cursor holds, by step, behind which key to go on and which keys failed."""

    run: ImportRun
    steps: Sequence[Step]
    place: int
    """Of this step among them."""

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
            self._try_again()

    @property
    def step(self) -> Step:
        return self.steps[self.place]

    @property
    def cursor(self) -> dict[str, Any]:
        start = {"after": BEFORE_ALL, "failed": [], "is_over": False, "done": 0}
        return start | self.run.cursor.get(self.step.name, {})

    def _begin(self) -> None:
        runs.begin_step(self.run, self.step.name, number=self.place + 1, of=len(self.steps))
        cursor = self.cursor
        self.run.done = cursor["done"]
        self.run.total = self.run.done + len(cursor["failed"]) if cursor["is_over"] else self.step.total()
        self._saved(())

    def _go_through(self, items: Iterable[Item], *, is_again: bool = False) -> None:
        with closing(_fetched(items, self.step.fetch)) as answers:
            for item, answer in answers:
                if runs.is_asked_to_stop(self.run):
                    raise CancelledError
                if not self._take(item, answer, is_again=is_again):
                    break

    def _try_again(self) -> None:
        """What failed, as far as there is still a reason for it: a title may have gone, or been fetched by others."""
        self.failures.clear()
        items = list(self.step.again(self.cursor["failed"]))
        self._advance(failed=[item.key for item in items])
        self._go_through(items, is_again=True)

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
        for name, number in tally.counts.items():
            counter = f"{name} {self.step.counted}".strip()
            self.run.counts = self.run.counts | {counter: self.run.counts.get(counter, 0) + number}

    def _done(self, item: Item, problems: Sequence[str], *, is_again: bool) -> None:
        self.failures.clear()
        self._open_what_follows()
        place = {} if is_again else {"after": item.key}
        failed = [key for key in self.cursor["failed"] if key != item.key]
        self._advance(problems, failed=failed, done=self.cursor["done"] + 1, **place)

    def _open_what_follows(self) -> None:
        """What an earlier try of this run did behind this step was done without what is saved now."""
        for step in self.steps[self.place + 1 :]:
            if (there := self.run.cursor.get(step.name)) is not None:
                self.run.cursor = self.run.cursor | {step.name: {} if step.starts_over else there | {"is_over": False}}

    def _failed(self, item: Item, error: SourceError, *, is_again: bool) -> None:
        logger.warning("%s %s: %s", self.step.name, item.number, error)
        said = f"{self.step.piece} {item.number}: {error}" if self.step.piece else str(error)
        if not self.failures:
            self.before_failures = self.cursor["after"]
        self.failures.append(item.key)
        if is_again:
            self._advance([said])
        else:
            self._advance([said], after=item.key, failed=[*self.cursor["failed"], item.key])
        if len(self.failures) >= GIVE_UP_AFTER:
            self._give_up(error, is_again=is_again)

    def _give_up(self, error: SourceError, *, is_again: bool) -> None:
        if not is_again:
            failed = [key for key in self.cursor["failed"] if key not in self.failures]
            self._advance(after=self.before_failures, failed=failed)
        raise SourceDownError(f"{GIVE_UP_AFTER} failures in a row, the last: {error}") from error

    def _advance(self, problems: Sequence[str] = (), **moved: Any) -> None:
        self.run.cursor = self.run.cursor | {self.step.name: self.cursor | moved}
        failed = sum(len(cursor.get("failed", ())) for cursor in self.run.cursor.values())
        self.run.counts = self.run.counts | {"failed": failed}
        self.run.done = self.cursor["done"]
        self._saved(problems)

    def _saved(self, problems: Sequence[str]) -> None:
        runs.note(self.run, list(problems))
        runs.save_step(self.run)
        runs.publish(self.run)
        self.watch(self.run)


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
