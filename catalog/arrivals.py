"""Titles known by name only: whether what is missing is on its way, and how long to look out for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog.models import ExternalId, Source, SourceRecord, Title
from catalog.sources import providers

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
    """None when the title was fetched already, or when none of its ids is one that a source can be asked for.

    Of several sources it is enough that one may still answer; the best ranked of those is named.
    """
    asked = [] if title.detailed_at else _askable(title, ids)
    if not asked:
        return None
    records = SourceRecord.objects.filter(
        kind=title.kind, source__in=[known.source for known in asked], external_id__in=[known.value for known in asked]
    )
    by_id = {(record.source, record.external_id): record for record in records.defer("data")}
    chances = [_chance(known, by_id.get((known.source, known.value)), now=now) for known in asked]
    return min(chances, key=lambda chance: (not chance.is_awaited, chance.is_gone, chance.next_try_at or now))


def _askable(title: Title, ids: Iterable[ExternalId]) -> list[ExternalId]:
    """Those at sources that can be asked for this kind, the best ranked first."""
    sources = {provider.source for provider in providers.configured() if title.kind in provider.kinds}
    ranks = providers.RANKS[title.kind]
    ours = [known for known in ids if known.source in sources and known.kind == title.kind]
    return sorted(ours, key=lambda known: ranks.index(known.source))


def _chance(known: ExternalId, record: SourceRecord | None, *, now: datetime) -> Arrival:
    states, label = SourceRecord.State, str(Source(known.source).label)
    if record and record.state == states.GONE:
        return Arrival(label, is_awaited=False, is_gone=True)
    if record and record.state == states.FAILED and record.next_try_at and record.next_try_at > now:
        return Arrival(label, is_awaited=False, next_try_at=record.next_try_at)
    return Arrival(label, is_awaited=True)


def delay(looks: int) -> int | None:
    """Seconds until the look after so many; None when there were enough."""
    return DELAYS[looks] if looks < MOST_LOOKS else None
