"""Titles known by name only: whether what is missing is on its way, and how long to look out for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog.models import ExternalId, Source, SourceRecord, Subject, Title

DELAYS = (1, 1, 2, 2, 3, 4, 5, 8, 10, 15, 20, 30)
"""Seconds between the looks of an open page."""

MOST_LOOKS = len(DELAYS)


@dataclass(frozen=True)
class Arrival:
    """How the first fetch of a title stands; `source` names, in words, who is asked."""

    source: str
    is_awaited: bool
    """Whether it is worth while to look again in a moment."""

    is_gone: bool = False
    next_try_at: datetime | None = None


def of(title: Title, ids: Iterable[ExternalId], *, now: datetime) -> Arrival | None:
    """None when the title was fetched already, or when none of its ids is one that a source can be asked for."""
    asked = next((known for known in ids if (known.source, known.kind) == (Source.TVMAZE, Subject.SERIES)), None)
    if title.detailed_at or asked is None:
        return None
    states, label = SourceRecord.State, str(Source(asked.source).label)
    records = SourceRecord.objects.filter(source=asked.source, kind=asked.kind, external_id=asked.value)
    record = records.only("state", "next_try_at").first()
    if record and record.state == states.GONE:
        return Arrival(label, is_awaited=False, is_gone=True)
    if record and record.state == states.FAILED and record.next_try_at and record.next_try_at > now:
        return Arrival(label, is_awaited=False, next_try_at=record.next_try_at)
    return Arrival(label, is_awaited=True)


def delay(looks: int) -> int | None:
    """Seconds until the look after so many; None when there were enough."""
    return DELAYS[looks] if looks < MOST_LOOKS else None
