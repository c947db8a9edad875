"""A row of a table where it stands, and what is said of it."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tracking.histories.facts import Choice, Entry, Kind, Options, Part, Refusal, Row, Work
from tracking.histories.uploads import Upload, table
from tracking.models import LogImport
from tracking.moments import Moment

Read = Callable[["Line"], Iterator[Row]]


@dataclass(frozen=True)
class Line:
    """`zone` is that of times that do not say theirs."""

    file: str
    number: int
    raw: Mapping[str, Any]
    zone: str

    def __getitem__(self, column: str) -> str:
        """The text of a cell, trimmed; "" where there is none. The case of the column's letters does not count."""
        return self._cells.get(column.casefold(), "")

    @cached_property
    def _cells(self) -> dict[str, str]:
        return {str(column).casefold(): str(value).strip() for column, value in self.raw.items() if value is not None}

    def entry(
        self,
        kind: Kind,
        work: Work,
        key: str,
        part: Part | None = None,
        moment: Moment | None = None,
        **says: Any,
    ) -> Entry:
        """What is empty is not said."""
        said = {what: value for what, value in says.items() if value not in (None, "")}
        return Entry(self.file, self.number, kind, work, key, self.raw, part, moment, said)

    def refusal(self, reason: str) -> Refusal:
        return Refusal(self.file, self.number, reason, self.raw)


def lines(upload: Upload, file: str, zone: str, *, encoding: str = "") -> Iterator[Line]:
    """`encoding` is that of the service where a file is not UTF-8; without it the file is asked what it looks like."""
    for number, row in _rows(upload, file, encoding):
        yield Line(file, number, row, zone)


def _rows(upload: Upload, file: str, encoding: str) -> Iterator[tuple[int, dict[str, str]]]:
    data = upload.data(file) if encoding else b""
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace").replace("\x00", "")
        return table(list(io.StringIO(text, newline="")), first=1, name=file)
    return upload.table(file)


def told(line: Line, read: Read) -> list[Row]:
    """What `read` says of the line; a ValueError is why it was refused, and nothing of the line is kept then."""
    try:
        return list(read(line)) or [line.refusal(_("It says nothing that is kept here."))]
    except ValueError as error:
        return [line.refusal(str(error))]


class Once:
    """Refuses what was said in the same file already."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def check(self, row: Row) -> Row:
        if isinstance(row, Refusal) or row.key not in self._known:
            if isinstance(row, Entry):
                self._known[row.key] = row.line
            return row
        reason = _("The same as on line %(line)s.") % {"line": self._known[row.key]}
        return Refusal(row.file, row.line, reason, row.raw)


@dataclass(frozen=True)
class TableReader:
    """Of a service whose files are tables in which each line speaks for itself; `knows` is asked about the columns of
    one, in small letters."""

    service: LogImport.Service
    knows: Callable[[set[str]], bool]
    read_line: Read
    encoding: str = ""
    """See `lines`."""

    def recognises(self, upload: Upload) -> bool:
        return any(self._is_ours(upload, file) for file in upload.names)

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        for file in upload.names:
            if self._is_ours(upload, file):
                once = Once()
                for line in lines(upload, file, options.zone, encoding=self.encoding):
                    yield from map(once.check, told(line, self.read_line))

    def _is_ours(self, upload: Upload, file: str) -> bool:
        return is_table(upload, file) and self.knows({column.casefold() for column in upload.columns(file)})


def is_table(upload: Upload, file: str) -> bool:
    """Whether it may be one: in a ZIP by its name, while a single text may have lost its own."""
    name = file.casefold()
    return name.endswith((".csv", ".tsv", ".txt")) or not (upload.is_zip or name.endswith(".json"))
