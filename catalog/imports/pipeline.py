"""The steps of the shows pipeline: all shows of TVmaze, the collections that are rules, their casts, and publishing.

What the rules mean is worked out from the index and kept with the run; only when the titles are whole are they put on
the shelves. Until then viewers see what was there before.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog import refresh, rules
from catalog.models import Collection, ExternalId, ImportRun, SourceRecord, Title
from catalog.refresh import Tally
from catalog.sources.facts import Problem
from catalog.sources.tvmaze import TVmaze

from . import tvmaze
from .step import SHOWS, Item, Step

COLLECTIONS, CAST, PUBLISH = "collections", "cast", "publish"


def steps(run: ImportRun, source: TVmaze) -> list[Step]:
    return [tvmaze.index(source, None, name=SHOWS), _collections(run), _cast(run, source), _publish(run)]


def _collections(run: ImportRun) -> Step:
    """Which titles the rules mean now."""
    ruled = Collection.objects.filter(kind=Collection.Kind.RULE).order_by("pk")

    def save(pk: int, at: datetime) -> Tally:
        collection = ruled.filter(pk=pk).first()
        if collection is None:
            return Tally()
        try:
            titles = rules.wanted(collection)
        except ValidationError as error:
            return Tally(problems=[Problem(f"collection {collection}", "rule", " ".join(error.messages))])
        _keep(run, {str(pk): {"titles": titles, "at": at.isoformat()}})
        return Tally()

    return _of_rows(COLLECTIONS, lambda: list(ruled.values_list("pk", flat=True)), save)


def _cast(run: ImportRun, source: TVmaze) -> Step:
    """The titles of all shelves whole, each once, without those that were fetched lately."""

    def items(ids: Iterable[int]) -> list[Item]:
        return [Item(title, int(value)) for title, value in _to_fetch(run, ids)]

    def behind(key: int) -> list[Item]:
        return items(pk for shelf in _shelves(run).values() for pk in shelf["titles"] if pk > key)

    def total() -> int:
        cursor = {"after": 0, "done": 0, "failed": []} | run.cursor.get(CAST, {})
        return int(cursor["done"]) + len(cursor["failed"]) + len(behind(cursor["after"]))

    return Step(
        name=CAST,
        items=behind,
        again=items,
        fetch=source.show,
        save=lambda show, at: refresh.apply_title(None, show, at=at),
        missing=tvmaze.gone,
        total=total,
        counted="whole",
        starts_over=True,
    )


def _to_fetch(run: ImportRun, titles: Iterable[int]) -> QuerySet[ExternalId, tuple[int, str]]:
    """Title and number at TVmaze of those that are not fresh, in the order of the titles."""
    old = run.started_at - Title.REFRESH_EVERY
    gone = SourceRecord.objects.filter(
        source=OuterRef("source"), kind=OuterRef("kind"), external_id=OuterRef("value"), state=SourceRecord.State.GONE
    )
    known = tvmaze.known_shows().filter(~Exists(gone), title__in=set(titles))
    stale = known.filter(Q(title__detailed_at=None) | Q(title__detailed_at__lt=old))
    return stale.order_by("title_id", "pk").distinct("title_id").values_list("title_id", "value")


def _publish(run: ImportRun) -> Step:
    """Put up what was worked out, unless a collection was computed anew meanwhile, as when staff changed its rule."""

    def save(pk: int, at: datetime) -> Tally:
        shelf = _shelves(run)[str(pk)]
        worked_out = datetime.fromisoformat(shelf["at"])
        collection = Collection.objects.filter(pk=pk).exclude(computed_at__gt=worked_out).first()
        change = rules.put_up(collection, shelf["titles"], at=at) if collection else rules.Change()
        for name, number in (("put up", change.put_up), ("taken down", change.taken_down)):
            run.counts = run.counts | {name: run.counts.get(name, 0) + number}
        return Tally()

    return _of_rows(PUBLISH, lambda: sorted(map(int, _shelves(run))), save)


def _of_rows(name: str, rows: Callable[[], list[int]], save: Callable[[int, datetime], Tally]) -> Step:
    """A step over rows of our own: nothing is fetched."""

    def again(keys: Sequence[int]) -> list[Item]:
        return [Item(pk, pk) for pk in keys]

    return Step(
        name=name,
        items=lambda after: again([pk for pk in rows() if pk > after]),
        again=again,
        fetch=lambda number: number,
        save=save,
        total=lambda: len(rows()),
        starts_over=True,
    )


def _shelves(run: ImportRun) -> dict[str, Any]:
    """By collection: the ids of its titles in order, and when they were worked out."""
    kept: dict[str, Any] = run.cursor.get(COLLECTIONS, {}).get("shelves", {})
    return kept


def _keep(run: ImportRun, shelf: dict[str, Any]) -> None:
    """With the cursor, so that it is saved in the same moment; a run that begins the step anew forgets it."""
    there = run.cursor.get(COLLECTIONS, {})
    run.cursor = run.cursor | {COLLECTIONS: there | {"shelves": _shelves(run) | shelf}}
