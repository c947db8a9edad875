"""Every row of a file put into the database, with the works that they are of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from config import bulk
from tracking.models import ImportRow, ImportWork, LogImport

from . import readings
from .facts import LONGEST_NAME, NO_WORK, Entry, Refusal, Row, Work

AT_ONCE = 2000


@dataclass(slots=True)
class Kept:
    """A row as it is put down: the columns of `ImportRow`, without the weight of an instance."""

    log_import_id: int
    file: str
    line: int
    raw: dict[str, Any]
    id: int | None = None
    work_id: int | None = None
    kind: str = ""
    key: str = ""
    season_number: int | None = None
    episode_number: int | None = None
    episode_name: str = ""
    episode_ids: dict[str, str] = field(default_factory=dict)
    is_of_part: bool = False
    precision: str = ""
    watched_at: datetime | None = None
    watched_on: date | None = None
    zone: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    verdict: str = ImportRow.Verdict.UNKNOWN
    reason: str = ""
    season_id: int | None = None
    episode_id: int | None = None
    is_chosen: bool = False
    is_applied: bool = False


class Store:
    """Writes rows in chunks; a work that several rows name is one."""

    def __init__(self, log_import: LogImport) -> None:
        self.log_import = log_import
        self.works: dict[str, int] = {}

    def empty(self) -> None:
        """What an earlier try left."""
        ImportRow.objects.filter(log_import=self.log_import).delete()
        ImportWork.objects.filter(log_import=self.log_import).delete()

    def put(self, rows: Iterable[Row]) -> Iterator[int]:
        """How many rows there are after each chunk."""
        stream, count = iter(rows), 0
        while read := list(islice(stream, AT_ONCE)):
            chunk = readings.settle(read)
            self._put_works(row.work for row in chunk if isinstance(row, Entry) and row.work is not NO_WORK)
            bulk.insert_plain(ImportRow, [self._row(row) for row in chunk])
            count += len(chunk)
            yield count

    def _put_works(self, works: Iterable[Work]) -> None:
        named = {work.key: work for work in works if work.key not in self.works}
        new = {key: self._work(work) for key, work in named.items()}
        bulk.insert(new.values())
        self.works |= {key: work.pk for key, work in new.items()}

    def _work(self, work: Work) -> ImportWork:
        year = work.year if work.year and 1850 <= work.year <= 2200 else None
        ids = {source: str(value)[:64] for source, value in work.ids.items() if value}
        name = work.name[:LONGEST_NAME]
        return ImportWork(log_import=self.log_import, key=work.key, kind=work.kind, name=name, year=year, ids=ids)

    def _row(self, row: Row) -> Kept:
        kept = Kept(self.log_import.pk, row.file[:255], row.line, dict(row.raw))
        if isinstance(row, Refusal):
            kept.verdict, kept.reason = ImportRow.Verdict.REFUSED, row.reason[:300]
            return kept
        kept.work_id = self.works.get(row.work.key)
        kept.kind, kept.key, kept.says = row.kind, row.key[:64], dict(row.says)
        if row.part:
            kept.is_of_part = True
            kept.season_number, kept.episode_number = _number(row.part.season), _number(row.part.number)
            kept.episode_name = row.part.name[:LONGEST_NAME]
            kept.episode_ids = {source: str(value)[:64] for source, value in row.part.ids.items() if value}
        if row.moment:
            kept.precision, kept.zone = row.moment.precision, row.moment.zone
            kept.watched_at, kept.watched_on = row.moment.at, row.moment.on
        return kept


def _number(value: int | None) -> int | None:
    return value if value is not None and 0 <= value < 2**31 else None
