"""What does not come in as it should: answers that fail, ids that are gone, titles that wait for too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.models import ExternalId, Person, SourceRecord, Title
from catalog.sources import providers

MOST_COUNTED = 1000


@dataclass(frozen=True)
class Ailing:
    """An answer that did not come, and the title or person it is about, if we have one."""

    record: SourceRecord
    about: Title | Person | None


@dataclass(frozen=True)
class Some:
    """The first few of several; there may be more than `count` when that is `MOST_COUNTED`."""

    rows: Sequence[Any]
    count: int

    @property
    def is_more(self) -> bool:
        return self.count == MOST_COUNTED


def failing(*, limit: int) -> Some:
    """Those that fail for the longest first: the later its next try, the more often it has failed."""
    failed = SourceRecord.objects.filter(state=SourceRecord.State.FAILED).order_by("-next_try_at", "-pk")
    return Some(_ailing(failed.defer("data")[:limit]), counted(failed))


def gone(*, limit: int) -> Some:
    """What the sources know no longer, lately noticed first."""
    lost = SourceRecord.objects.filter(state=SourceRecord.State.GONE).order_by("-pk")
    return Some(_ailing(lost.defer("data")[:limit]), counted(lost))


def overdue(*, now: datetime, limit: int) -> Some:
    """Titles that viewers want and some source knows, the longest neglected first."""
    asked = [provider.source for provider in providers.configured()]
    known = ExternalId.objects.filter(title=OuterRef("pk"), source__in=asked)
    late = Title.objects.due_for_refresh(now).filter(Exists(known), wanted_at__isnull=False)
    worst = late.order_by(F("detailed_at").asc(nulls_first=True), "pk")
    return Some(list(worst.only("name", "year", "detailed_at")[:limit]), counted(late))


def counted(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()


def about(record: SourceRecord) -> Title | Person | None:
    """The title or person that a source knows under this id."""
    return _ailing([record])[0].about


def _ailing(records: Iterable[SourceRecord]) -> list[Ailing]:
    several = list(records)
    same = Q(pk__in=[])
    for record in several:
        same |= Q(source=record.source, kind=record.kind, value=record.external_id)
    known = {
        (outside.source, outside.kind, outside.value): outside.title or outside.person
        for outside in ExternalId.objects.filter(same).select_related("title", "person")
    }
    return [Ailing(record, known.get((record.source, record.kind, record.external_id))) for record in several]
