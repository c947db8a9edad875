"""The steps of importing from TMDB: films and series by their ids, and what changed there of those that we have."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from catalog import refresh
from catalog.models import ExternalId, ImportRun, Source, SourceRecord
from catalog.sources.tmdb import TMDB
from catalog.sources.tmdb.titles import WORDS

from .step import UPDATES, Item, Missing, Step

A_DAY = timedelta(days=1)
LONGEST_LOOK_BACK = timedelta(days=13)
"""TMDB remembers what changed for fourteen days; by then titles are fetched again for their age anyway."""


def steps(run: ImportRun, source: TMDB) -> list[Step]:
    """Options are ids by kind; without any it is what changed since the last time that everything was done."""
    if run.what == UPDATES:
        return [_updates(source, kind, _days(run)) for kind in WORDS]
    return [_titles(source, kind, numbers) for kind, numbers in run.options.items()]


def _titles(source: TMDB, kind: str, numbers: Sequence[int]) -> Step:
    def missing(item: Item, at: datetime) -> Missing:
        was_known = refresh.note_gone(Source.TMDB, kind, str(item.number), at=at)
        return Missing.GONE if was_known else Missing.ERROR

    return _step(source, kind, lambda: numbers, missing, lambda: len(set(numbers)))


def _updates(source: TMDB, kind: str, days: Iterable[date]) -> Step:
    def changed() -> set[int]:
        return {number for day in days for number in _outdated(kind, source.changed(kind, day), day)}

    def missing(item: Item, at: datetime) -> Missing:
        refresh.note_gone(Source.TMDB, kind, str(item.number), at=at)
        return Missing.GONE

    return _step(source, kind, changed, missing, lambda: None)


def _step(
    source: TMDB,
    kind: str,
    numbers: Callable[[], Iterable[int]],
    missing: Callable[[Item, datetime], Missing],
    total: Callable[[], int | None],
) -> Step:
    return Step(
        name=kind,
        items=lambda after: [Item(number, number) for number in sorted(set(numbers())) if number > after],
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=lambda number: source.title(kind, number),
        save=lambda facts, at: refresh.apply_title(None, facts, at=at),
        missing=missing,
        total=total,
    )


def _days(run: ImportRun) -> list[date]:
    """From the day of the last feed that was gone through to the end, up to that of this run (UTC)."""
    earlier = ImportRun.objects.filter(source=run.source, what=UPDATES, state=ImportRun.State.DONE, pk__lt=run.pk)
    last = earlier.order_by("-pk").values_list("started_at", flat=True).first() or run.started_at - A_DAY
    first = max(last, run.started_at - LONGEST_LOOK_BACK).astimezone(UTC).date()
    return [first + n * A_DAY for n in range((run.started_at.astimezone(UTC).date() - first).days + 1)]


def _outdated(kind: str, changed: Iterable[int], day: date) -> set[int]:
    """Of what changed on that day the titles that viewers want or opened once, unless we asked since."""
    asked_since = SourceRecord.objects.filter(
        source=Source.TMDB,
        kind=kind,
        external_id=OuterRef("value"),
        state=SourceRecord.State.FETCHED,
        fetched_at__gte=datetime.combine(day + A_DAY, time.min, UTC),
    )
    known = ExternalId.objects.filter(source=Source.TMDB, kind=kind, value__in=[str(number) for number in changed])
    cared_for = Q(title__wanted_at__isnull=False) | Q(title__detailed_at__isnull=False)
    return {int(value) for value in known.filter(cared_for, ~Exists(asked_since)).values_list("value", flat=True)}
