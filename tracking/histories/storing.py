"""Every row of a file put into the database, with the works that they are of."""

from collections.abc import Iterable, Iterator
from itertools import islice

from config import bulk
from tracking.models import ImportRow, ImportWork, LogImport

from . import readings
from .facts import LONGEST_NAME, NO_WORK, Entry, Refusal, Row, Work

AT_ONCE = 2000


class Store:
    """Writes rows in chunks; a work that several rows name is one."""

    def __init__(self, log_import: LogImport) -> None:
        self.log_import = log_import
        self.works: dict[str, ImportWork] = {}

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
            bulk.insert([self._row(row) for row in chunk])
            count += len(chunk)
            yield count

    def _put_works(self, works: Iterable[Work]) -> None:
        named = {work.key: work for work in works if work.key not in self.works}
        new = {key: self._work(work) for key, work in named.items()}
        bulk.insert(new.values())
        self.works |= new

    def _work(self, work: Work) -> ImportWork:
        year = work.year if work.year and 1850 <= work.year <= 2200 else None
        ids = {source: str(value)[:64] for source, value in work.ids.items() if value}
        name = work.name[:LONGEST_NAME]
        return ImportWork(log_import=self.log_import, key=work.key, kind=work.kind, name=name, year=year, ids=ids)

    def _row(self, row: Row) -> ImportRow:
        raw = dict(row.raw)
        place = ImportRow(log_import=self.log_import, file=row.file[:255], line=row.line, raw=raw)
        if isinstance(row, Refusal):
            place.verdict, place.reason = ImportRow.Verdict.REFUSED, row.reason[:300]
            return place
        place.work, place.kind, place.key = self.works.get(row.work.key), row.kind, row.key[:64]
        place.verdict, place.says = ImportRow.Verdict.UNKNOWN, dict(row.says)
        if row.part:
            place.is_of_part = True
            place.season_number, place.episode_number = _number(row.part.season), _number(row.part.number)
            place.episode_name = row.part.name[:LONGEST_NAME]
            place.episode_ids = {source: str(value)[:64] for source, value in row.part.ids.items() if value}
        if row.moment:
            place.precision, place.zone = row.moment.precision, row.moment.zone
            place.watched_at, place.watched_on = row.moment.at, row.moment.on
        return place


def _number(value: int | None) -> int | None:
    return value if value is not None and 0 <= value < 2**31 else None
