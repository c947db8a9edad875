"""Times, queries and sizes of what a benchmark does, and the budgets they are held against."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from statistics import median, quantiles
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponseBase
from django.test import Client

SiteT = TypeVar("SiteT")

WARM_UP = 2
UNTIMED = 2
"""Of a list of calls, those that are not timed: one warms up, the queries of the other are counted."""

COUNTED = 5
"""Of a list of addresses, those whose queries are counted, and how often each is asked for that; at most."""


class SkippedError(Exception):
    """A benchmark cannot run here; the text says why."""


@dataclass(frozen=True)
class Budget:
    """What was promised (docs/benchmarks.md): milliseconds, queries and kB at most; a rate at least."""

    median: float | None = None
    p95: float | None = None
    queries: int | None = None
    kilobytes: float | None = None
    per_second: float | None = None

    def __str__(self) -> str:
        said = (
            (self.median, "median {:g} ms"),
            (self.p95, "p95 {:g} ms"),
            (self.queries, "{} queries"),
            (self.kilobytes, "{:g} kB"),
            (self.per_second, "{:g}/s"),
        )
        return ", ".join(text.format(limit) for limit, text in said if limit is not None) or "none"


NO_BUDGET = Budget()


@dataclass(frozen=True)
class Statement:
    sql: str
    params: Any
    milliseconds: float


@dataclass(frozen=True)
class Took:
    """Milliseconds by the clock, and of this process's own work (which busy neighbours do not lengthen)."""

    clock: float
    own: float


@dataclass(frozen=True)
class Measured:
    times: Sequence[Took] = ()
    statements: Sequence[Statement] | None = None
    kilobytes: float | None = None
    per_second: float | None = None
    note: str = ""

    @property
    def median(self) -> float | None:
        return median(took.clock for took in self.times) if self.times else None

    @property
    def p95(self) -> float | None:
        if len(self.times) < 2:
            return self.median
        return quantiles((took.clock for took in self.times), n=20, method="inclusive")[-1]

    @property
    def own(self) -> float | None:
        """The median of our own work; the rest is PostgreSQL's, Redis's and waiting."""
        return median(took.own for took in self.times) if self.times else None

    @property
    def queries(self) -> int | None:
        return None if self.statements is None else len(self.statements)

    @property
    def slowest(self) -> Statement | None:
        return max(self.statements or (), key=lambda statement: statement.milliseconds, default=None)

    def misses(self, budget: Budget) -> list[str]:
        """The parts of the budget that were not kept."""
        pairs = {name: (getattr(self, name), getattr(budget, name)) for name in Budget.__dataclass_fields__}
        missed = [name for name, (found, limit) in pairs.items() if name != "per_second" and _above(found, limit)]
        return missed + (["per_second"] if _above(budget.per_second, self.per_second) else [])


def _above(found: float | None, limit: float | None) -> bool:
    return found is not None and limit is not None and found > limit


@dataclass(frozen=True)
class Benchmark(Generic[SiteT]):
    """One line of the report; `run` raises SkippedError when it cannot be measured here."""

    name: str
    budget: Budget
    run: Callable[[SiteT], Measured]


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Every statement that Django sends to the database meanwhile."""
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            statements.append(Statement(sql, params, (time.perf_counter() - started) * 1000))

    with connection.execute_wrapper(note):
        yield statements


def clocked(call: Callable[[], object]) -> Took:
    clock, own = time.perf_counter(), time.thread_time()
    call()
    return Took((time.perf_counter() - clock) * 1000, (time.thread_time() - own) * 1000)


def calls(each: Iterable[Callable[[], object]], *, note: str = "") -> Measured:
    """The time of each call but the first two, see UNTIMED."""
    first, second, *rest = list(each)
    first()
    with recorded() as statements:
        second()
    return Measured([clocked(call) for call in rest], statements, note=note)


def pages(client: Client, paths: Sequence[str], *, rounds: int, htmx: bool = False) -> Measured:
    """The server's time for these addresses in turn; the queries and kB are those of the worst."""
    headers = {"HX-Request": "true"} if htmx else {}

    def get(path: str) -> HttpResponseBase:
        response = client.get(path, headers=headers)
        if response.status_code != 200:
            raise SkippedError(f"{path} answered {response.status_code}")
        return response

    sample = min(COUNTED, rounds)
    for path in islice(cycle(paths), max(min(WARM_UP, rounds), min(len(paths), sample))):
        get(path)
    spread = paths[:: max(1, len(paths) // sample)][:sample]
    counted = [_counted(get, path, times=sample) for path in spread]
    times = [clocked(partial(get, path)) for path in islice(cycle(paths), rounds)]
    return Measured(times, max((found for found, _size in counted), key=_weight), max(size for _found, size in counted))


def _weight(statements: list[Statement]) -> tuple[int, float]:
    return len(statements), sum(statement.milliseconds for statement in statements)


def _counted(get: Callable[[str], Any], path: str, *, times: int) -> tuple[list[Statement], float]:
    """The statements behind a page, each as quick as it was at its best, and the size in kB."""
    runs = []
    for _run in range(times):
        with recorded() as statements:
            response = get(path)
        runs.append(statements)
    longest = max(map(len, runs))
    alike = [run for run in runs if len(run) == longest]
    best = [min(same, key=lambda statement: statement.milliseconds) for same in zip(*alike, strict=True)]
    return best, len(response.content) / 1000


def plan(statement: Statement) -> str:
    """How PostgreSQL runs it now, with what it read; whatever it changes is taken back."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}", statement.params)
            lines = [row[0] for row in cursor.fetchall()]
            transaction.set_rollback(True)
    except DatabaseError as error:
        return f"no plan: {error}"
    return "\n".join(lines)
