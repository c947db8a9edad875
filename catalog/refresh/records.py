"""The whole answers of sources, and how the last try to get one went."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from catalog.models import Source, SourceRecord
from catalog.sources.facts import TitleFacts

TRY_AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=12),
    timedelta(days=1),
)
LONGEST_ERROR = 500

# An index record lays itself over what is stored, so that the parts of a whole answer stay; a record that would not
# change keeps its old value, which is then not written again.
_KEEP_INDEXED = """
INSERT INTO catalog_sourcerecord AS kept
    (source, kind, external_id, data, state, fetched_at, source_updated_at, error, error_count)
SELECT %(source)s, %(kind)s, id, data, 'indexed', %(at)s, updated_at, '', 0
FROM jsonb_to_recordset(%(titles)s) AS given (id text, data jsonb, updated_at timestamptz)
ON CONFLICT (source, kind, external_id) DO UPDATE SET
    data = CASE WHEN kept.data || excluded.data = kept.data THEN kept.data ELSE kept.data || excluded.data END,
    state = CASE WHEN kept.state = 'gone' THEN 'indexed' ELSE kept.state END,
    fetched_at = excluded.fetched_at,
    source_updated_at = coalesce(excluded.source_updated_at, kept.source_updated_at)
"""


def keep_indexed(source: str, kind: str, titles: Iterable[TitleFacts], *, at: datetime) -> None:
    """Store what an index says about these titles of one kind."""
    given = [
        {
            "id": str(facts.id),
            "data": facts.raw,
            "updated_at": facts.updated_at.isoformat() if facts.updated_at else None,
        }
        for facts in titles
    ]
    parameters: dict[str, Any] = {"source": source, "kind": kind, "at": at, "titles": Jsonb(given)}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_INDEXED, parameters)


def opened(source: str, kind: str, external_id: str, *, at: datetime) -> SourceRecord:
    """The record, locked until the transaction ends; a new one where there is none."""
    known = SourceRecord.objects.select_for_update()
    record, _made = known.get_or_create(
        source=source, kind=kind, external_id=external_id, defaults={"fetched_at": at, "data": {}}
    )
    return record


def keep_whole(record: SourceRecord, data: dict[str, Any], updated_at: datetime | None, *, at: datetime) -> None:
    """Store a whole answer. Parts that are empty now and were not before stay as they were, like our rows."""
    before = record.data.get("_embedded") or {}
    parts = {name: part or before.get(name, part) for name, part in (data.get("_embedded") or {}).items()}
    whole = record.data | data | ({"_embedded": before | parts} if before or parts else {})
    fields = {"state", "fetched_at", "source_updated_at", "error", "error_count", "next_try_at"}
    if whole != record.data:
        fields.add("data")
    record.data, record.state, record.fetched_at = whole, SourceRecord.State.FETCHED, at
    record.source_updated_at = updated_at or record.source_updated_at
    record.error, record.error_count, record.next_try_at = "", 0, None
    record.save(update_fields=fields)


def note_failure(source: str, kind: str, external_id: str, error: str, *, at: datetime) -> None:
    """It could not be fetched. What we have stays; the next try is the later the more often it failed."""
    with transaction.atomic():
        record = opened(source, kind, external_id, at=at)
        wait = TRY_AGAIN_AFTER[min(record.error_count, len(TRY_AGAIN_AFTER) - 1)]
        record.state, record.error, record.next_try_at = SourceRecord.State.FAILED, error[:LONGEST_ERROR], at + wait
        record.error_count += 1
        record.save(update_fields=["state", "error", "error_count", "next_try_at"])


def note_gone(source: str, kind: str, external_id: str, *, at: datetime) -> bool:
    """The source knows it no longer; our rows stay. False when we never knew it either."""
    known = SourceRecord.objects.filter(source=source, kind=kind, external_id=external_id)
    error = f"{Source(source).label} no longer knows it."
    return bool(
        known.update(state=SourceRecord.State.GONE, error=error, error_count=0, next_try_at=None, fetched_at=at)
    )
