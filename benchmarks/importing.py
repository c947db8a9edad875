"""Saving what a source answered: read, compared and written, then taken back."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from catalog import refresh, search
from catalog.models import SearchEntry
from catalog.refresh import Tally
from catalog.sources import tvmaze
from catalog.sources.facts import IndexPage
from catalog.sources.fields import Record

from .measuring import NO_BUDGET, UNTIMED, Benchmark, Budget, Measured, calls, clocked
from .payloads import Answers
from .site import Site

INDEX_PAGE = Budget(p95=300)
ROUNDS = 8


def save_page(records: list[dict[str, Any]]) -> Tally:
    shows = tuple(tvmaze.read_show(Record(record, "show")) for record in records)
    return refresh.save_index(IndexPage(0, shows, ()), at=timezone.now())


def save_series(record: dict[str, Any]) -> Tally:
    return refresh.apply_title(None, tvmaze.read_whole_show(record), at=timezone.now())


def new_page(site: Site) -> Measured:
    answers = Answers()
    return calls(partial(taken_back, partial(save_page, answers.index_page(number))) for number in _rounds(site))


def same_page(site: Site) -> Measured:
    """Nothing is new: the second import of the same data."""
    page = Answers().index_page(0)
    with transaction.atomic():
        save_page(page)
        measured = calls(partial(save_page, page) for _ in _rounds(site))
        transaction.set_rollback(True)
    return measured


def changed_page(site: Site) -> Measured:
    """Every show has another rating and another status than before."""
    page = Answers().index_page(0)
    changed = [show | {"rating": {"average": 9.9}, "status": "In Development"} for show in page]
    with transaction.atomic():
        save_page(page)
        measured = calls(partial(taken_back, partial(save_page, changed)) for _ in _rounds(site))
        transaction.set_rollback(True)
    return measured


def new_series(site: Site) -> Measured:
    record = Answers().long_series()
    return calls(partial(taken_back, partial(save_series, record)) for _ in _rounds(site))


def same_series(site: Site) -> Measured:
    record = Answers().long_series()
    with transaction.atomic():
        save_series(record)
        measured = calls(partial(save_series, record) for _ in _rounds(site))
        transaction.set_rollback(True)
    return measured


def rebuild(site: Site) -> Measured:
    """Once, over everything: what is right already is compared and left."""
    return Measured([clocked(search.rebuild)], note=f"{SearchEntry.objects.count():,} entries")


def _rounds(site: Site) -> Iterator[int]:
    return iter(range(min(ROUNDS, site.rounds) + UNTIMED))


def taken_back(save: Callable[[], object]) -> None:
    """With the checks that wait for the end of a transaction, but without its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        save()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)


BENCHMARKS = (
    Benchmark("index page of 250 shows, all new", INDEX_PAGE, new_page),
    Benchmark("index page of 250 shows, unchanged", INDEX_PAGE, same_page),
    Benchmark("index page of 250 shows, all changed", INDEX_PAGE, changed_page),
    Benchmark("series of 751 episodes and 150 people, new", NO_BUDGET, new_series),
    Benchmark("series of 751 episodes and 150 people, unchanged", NO_BUDGET, same_series),
    Benchmark("rebuild_search", NO_BUDGET, rebuild),
)
