"""The steps of importing from TheTVDB: series and films by their ids, and what its feed says of those that we have."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog import refresh
from catalog.models import ExternalId, ImportRun, Source, SourceRecord, Subject
from catalog.refresh import Tally
from catalog.sources.facts import Problem, TitleFacts
from catalog.sources.tvdb import FEEDS, TheTVDB, Update, UpdatesPage

from .step import UPDATES, Item, Missing, Step

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
OVERLAP = timedelta(hours=1)
"""Before the last reading of the feed, in case it lags or its clock is another than ours."""

CHANGED = "changed"
MOST_PAGES = 10_000
"""Of a feed, each of 500 changes: it has an end even if TheTVDB forgets to say so."""

NUMERIC = r"^[1-9][0-9]{0,8}$"

Fetched = tuple[str, int, TitleFacts]
"""Kind and number that were asked for, and the answer."""


def steps(run: ImportRun, source: TheTVDB) -> list[Step]:
    """Options are ids by kind; of the feed the period, or nothing: since the last time that it was read to its end."""
    if run.what == UPDATES:
        since = _since(run)
        return [*(_feed(source, feed, since) for feed in FEEDS), _changed(source)]
    return [_titles(source, kind, numbers) for kind, numbers in run.options.items()]


def _titles(source: TheTVDB, kind: str, numbers: Sequence[int]) -> Step:
    def missing(item: Item, at: datetime) -> Missing:
        was_known = refresh.note_gone(Source.TVDB, kind, str(item.number), at=at)
        return Missing.GONE if was_known else Missing.ERROR

    return Step(
        name=kind,
        items=lambda after: [Item(number, number) for number in sorted(set(numbers)) if number > after],
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=lambda number: (kind, number, source.title(kind, number)),
        save=_save,
        missing=missing,
        total=lambda: len(set(numbers)),
    )


def _save(fetched: Fetched, at: datetime) -> Tally:
    """An answer under another id than was asked for says that the two are one."""
    kind, number, facts = fetched
    if facts.id != number:
        refresh.note_merged(Source.TVDB, kind, str(number), str(facts.id), at=at)
    return refresh.apply_title(None, facts, at=at)


def _since(run: ImportRun) -> datetime:
    if period := run.options.get("since"):
        return run.started_at - PERIODS[period]
    earlier = ImportRun.objects.filter(source=run.source, what=UPDATES, state=ImportRun.State.DONE, pk__lt=run.pk)
    last = earlier.order_by("-started_at").values_list("started_at", flat=True).first()
    return last - OVERLAP if last else run.started_at - PERIODS["day"]


def _feed(source: TheTVDB, feed: str, since: datetime) -> Step:
    """Read page by page: what changed is marked, what was deleted or merged is noted at once."""

    def missing(item: Item, at: datetime) -> Missing:
        return Missing.END if item.number else Missing.ERROR

    return Step(
        name=f"updates of {feed}",
        items=lambda after: (Item(number, number) for number in range(after + 1, MOST_PAGES)),
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=lambda number: source.updates(feed, since=since, page=number),
        save=_note,
        missing=missing,
        total=lambda: None,
    )


def _note(page: UpdatesPage, at: datetime) -> Tally:
    """Of what the feed names only what we know; the last word on each thing counts."""
    last = {update.id: update for update in sorted(page.updates, key=lambda update: update.at)}
    known = ExternalId.objects.filter(source=Source.TVDB, kind=page.kind, value__in=[str(number) for number in last])
    ours = {int(value) for value in known.values_list("value", flat=True)}
    deleted = {number: update for number, update in last.items() if update.is_deleted}
    if page.kind == Subject.EPISODE:  # what is new, changed or gone in a series is seen when that is fetched again
        _mark(Subject.SERIES, {update.series_id: update.at for update in last.values() if update.series_id})
    else:
        _mark(page.kind, {number: update.at for number, update in last.items() if number not in deleted})
    gone = [problem for number in sorted(deleted.keys() & ours) for problem in _gone(page.kind, deleted[number], at=at)]
    return Tally(problems=[*page.problems, *gone])


def _gone(kind: str, update: Update, *, at: datetime) -> Iterable[Problem]:
    """What is said of it where that concerns staff."""
    subject = f"{'film' if kind == Subject.MOVIE else 'show'} {update.id}"
    if update.merged_into:
        refresh.note_merged(Source.TVDB, kind, str(update.id), str(update.merged_into), at=at)
        yield Problem(subject, "id", f"was merged into {update.merged_into} at TheTVDB; ours stays")
    elif kind != Subject.EPISODE:
        refresh.note_gone(Source.TVDB, kind, str(update.id), at=at)
        yield Problem(subject, "id", "was deleted at TheTVDB; ours stays")


def _mark(kind: str, changed: Mapping[int, datetime]) -> None:
    """Remember of what we have fetched that it changed since."""
    asked = SourceRecord.objects.filter(
        source=Source.TVDB, kind=kind, external_id__in=[str(number) for number in changed]
    )
    records = [
        record
        for record in asked.defer("data").select_for_update().order_by("pk")
        if changed[int(record.external_id)] > (record.source_updated_at or record.fetched_at)
    ]
    for record in records:
        record.source_updated_at = changed[int(record.external_id)]
    SourceRecord.objects.bulk_update(records, ["source_updated_at"])


def _changed(source: TheTVDB) -> Step:
    """Titles that changed since we asked for them, in the order in which we met them."""
    named: dict[int, tuple[str, int]] = {}

    def chosen(ids: QuerySet[ExternalId]) -> list[Item]:
        found = {pk: (kind, int(value)) for pk, kind, value in ids.order_by("pk").values_list("pk", "kind", "value")}
        named.update(found)
        return [Item(pk, pk) for pk in found]

    def again(keys: Collection[int]) -> list[Item]:
        return chosen(_outdated().filter(pk__in=keys))

    def fetch(pk: int) -> Fetched:
        kind, number = named[pk]
        return kind, number, source.title(kind, number)

    def missing(item: Item, at: datetime) -> Missing:
        kind, number = named[item.number]
        refresh.note_gone(Source.TVDB, kind, str(number), at=at)
        return Missing.GONE

    return Step(
        name=CHANGED,
        items=lambda after: chosen(_outdated().filter(pk__gt=after)),
        again=again,
        fetch=fetch,
        save=_save,
        missing=missing,
        total=lambda: _outdated().count(),
        starts_over=True,
    )


def _outdated() -> QuerySet[ExternalId]:
    """Ids under which something changed since we asked for it whole."""
    records = SourceRecord.objects.filter(
        source=OuterRef("source"), kind=OuterRef("kind"), external_id=OuterRef("value")
    )
    changed = records.filter(source_updated_at__gt=F("fetched_at")).exclude(state=SourceRecord.State.INDEXED)
    ids = ExternalId.objects.filter(Exists(changed), source=Source.TVDB, value__regex=NUMERIC)
    return ids.filter(kind__in=(Subject.SERIES, Subject.MOVIE))
