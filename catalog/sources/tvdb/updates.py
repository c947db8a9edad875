"""TheTVDB's feed of what changed: read as it stands, judged by whoever reads it."""

from dataclasses import dataclass
from datetime import datetime

from catalog.sources.facts import Problem
from catalog.sources.fields import Record, UnusableError

from .words import FEEDS

DELETED = 3
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Update:
    """`merged_into` is the id, of the same kind, of what it was a double of; `series_id` is given for episodes only."""

    id: int
    is_deleted: bool
    merged_into: int | None
    series_id: int | None
    at: datetime


@dataclass(frozen=True)
class UpdatesPage:
    """`kind` is a value of Subject."""

    kind: str
    updates: tuple[Update, ...]
    problems: tuple[Problem, ...] = ()


def read_update(feed: str, record: Record) -> Update:
    """Raises UnusableError when it does not say what changed, or when."""
    number, at = record.whole("recordId", 1, LARGEST_ID), record.stamp("timeStamp")
    if number is None or at is None:
        raise UnusableError(Problem(record.subject, "record", "names no id or no moment; left out"))
    into = record.whole("mergeToId", 0, LARGEST_ID) or None
    same_kind = record.line(40, "mergeToEntityType").casefold() in (feed, FEEDS[feed])
    return Update(
        id=number,
        is_deleted=record.data.get("methodInt") == DELETED or record.line(20, "method").casefold() == "delete",
        merged_into=into if same_kind and into != number else None,
        series_id=record.whole("seriesId", 0, LARGEST_ID) or None,
        at=at,
    )
