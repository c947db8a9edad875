"""Which titles are asked again, and in which order."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import ExternalId, SourceRecord, Subject, Title


def mark_wanted(title_ids: Iterable[int], *, at: datetime) -> None:
    """Note that viewers follow these titles, so that they are refreshed before all others."""
    ids = set(title_ids)
    with transaction.atomic(savepoint=False):
        if len(ids) > 1:  # in a fixed order, so that two never wait for each other
            list(Title.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").only("pk"))
        Title.objects.filter(pk__in=ids).update(wanted_at=at)


def due(source: str, *, now: datetime, limit: int) -> list[int]:
    """Titles to fetch again from a source, the wanted ones first.

    Only those that viewers want or opened once: what only the index knows is fetched when somebody looks at it. Those
    that failed wait for their next try, those that are gone at the source for ever.
    """
    known = _askable(source, now).filter(title=OuterRef("pk"))
    cared_for = Q(wanted_at__isnull=False) | Q(detailed_at__isnull=False)
    return list(
        Title.objects.due_for_refresh(now).filter(cared_for, Exists(known)).values_list("pk", flat=True)[:limit]
    )


def may_be_asked(title: Title, source: str, *, now: datetime) -> bool:
    """Whether the source knows this series and asking it makes sense just now."""
    return _askable(source, now).filter(title=title).exists()


def _askable(source: str, now: datetime) -> QuerySet[ExternalId]:
    """The ids of series that are not gone at the source, and that failed so long ago that they may be tried again."""
    blocked = SourceRecord.objects.filter(
        Q(state=SourceRecord.State.GONE) | Q(state=SourceRecord.State.FAILED, next_try_at__gt=now),
        source=source,
        kind=Subject.SERIES,
        external_id=OuterRef("value"),
    )
    return ExternalId.objects.filter(~Exists(blocked), source=source, kind=Subject.SERIES)
