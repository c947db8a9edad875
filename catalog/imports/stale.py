"""The weekly sweep: whatever viewers care for and a source was not asked about for a week, fetched whole."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog import refresh
from catalog.models import ExternalId, ImportRun, SourceRecord, Title
from catalog.sources import providers
from catalog.sources.facts import TitleFacts
from catalog.sources.provider import Client

from .step import STALE, Item, Missing, Step

NUMERIC = r"^[1-9][0-9]{0,8}$"


def titles(run: ImportRun, source: Client) -> Step:
    """Those of one source, series and films, in the order in which we met them."""
    named: dict[int, tuple[str, int]] = {}

    def chosen(ids: QuerySet[ExternalId]) -> list[Item]:
        found = {pk: (kind, int(value)) for pk, kind, value in ids.order_by("pk").values_list("pk", "kind", "value")}
        named.update(found)
        return [Item(pk, pk) for pk in found]

    def again(keys: Collection[int]) -> list[Item]:
        return chosen(ExternalId.objects.filter(pk__in=keys))

    def fetch(pk: int) -> TitleFacts:
        kind, number = named[pk]
        return source.title(kind, number)

    def missing(item: Item, at: datetime) -> Missing:
        kind, number = named[item.number]
        refresh.note_gone(run.source, kind, str(number), at=at)
        return Missing.GONE

    return Step(
        name=STALE,
        items=lambda after: chosen(_due(run).filter(pk__gt=after)),
        again=again,
        fetch=fetch,
        save=lambda facts, at: refresh.apply_title(None, facts, at=at),
        missing=missing,
        total=lambda: _due(run).count(),
    )


def _due(run: ImportRun) -> QuerySet[ExternalId]:
    """Ids that the source was not asked about since a week before the run began."""
    provider = providers.of(run.source)
    records = SourceRecord.objects.filter(
        source=OuterRef("source"), kind=OuterRef("kind"), external_id=OuterRef("value")
    )
    old = run.started_at - Title.REFRESH_EVERY
    fresh = records.filter(Q(fetched_at__gte=old, state=SourceRecord.State.FETCHED) | Q(state=SourceRecord.State.GONE))
    cared_for = Q(title__wanted_at__isnull=False) | Q(title__detailed_at__isnull=False)
    ids = ExternalId.objects.filter(cared_for, ~Exists(fresh), source=run.source, value__regex=NUMERIC)
    return ids.filter(kind=F("title__kind"), kind__in=provider.kinds if provider else ())
