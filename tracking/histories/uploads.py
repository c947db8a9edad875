"""A file as it was uploaded: one text, or a ZIP of several. Everything in it is taken for hostile.

Sizes are bounded before anything is unpacked and again while it is, names never become paths, and nothing is written.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
MOST_BYTES = 200 * MEGABYTE
"""Of one file, unpacked."""

MOST_BYTES_IN_ALL = 500 * MEGABYTE
MOST_FILES = 5000
MOST_RATIO = 200
"""A text that is packed tighter than one to this is a bomb; applies from a megabyte on."""

LONGEST_FIELD = MEGABYTE
SAMPLE = 64 * 1024


class UnreadableError(Exception):
    """The file cannot be read; the message is for the viewer."""


class Upload:
    """The files inside, by their names; a single text is one file with the name it came under."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = PurePosixPath(name.replace("\\", "/")).name[:255] or "file"

    @cached_property
    def is_zip(self) -> bool:
        return zipfile.is_zipfile(self.path)

    @cached_property
    def names(self) -> list[str]:
        """Sorted, with their folders in front; what is not a plain file within is left out. Raises UnreadableError."""
        if not self.is_zip:
            return [self.name]
        with self._opened() as archive:
            return sorted(self._infos(archive))

    def find(self, name: str) -> str | None:
        """The file of this name, in whatever folder, the topmost first; letter case does not count."""
        wanted = name.casefold()
        found = [each for each in self.names if PurePosixPath(each).name.casefold() == wanted]
        return min(found, key=lambda each: (each.count("/"), each), default=None)

    def data(self, name: str) -> bytes:
        """Raises UnreadableError for what is too large, broken, encrypted or a bomb."""
        if not self.is_zip:
            with self.path.open("rb") as file:
                return _bounded(file, name)
        with self._opened() as archive:
            info = self._infos(archive)[name]
            if info.flag_bits & 1:
                raise UnreadableError(_("“%(name)s” is encrypted.") % {"name": name})
            if info.file_size > MEGABYTE and info.file_size > MOST_RATIO * max(info.compress_size, 1):
                raise UnreadableError(_("“%(name)s” unpacks to far more than it should.") % {"name": name})
            try:
                with archive.open(info) as file:
                    return _bounded(file, name)
            except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
                raise UnreadableError(_("“%(name)s” in the ZIP is broken.") % {"name": name}) from error

    def text(self, name: str) -> str:
        """Decoded as UTF-8, or as what it most likely is; without a byte order mark."""
        return _decoded(self.data(name))

    def json(self, name: str) -> Any:
        """Raises UnreadableError."""
        try:
            return json.loads(self.text(name))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(_("“%(name)s” is not JSON.") % {"name": name}) from error

    def table(self, name: str, *, skip: int = 0) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a CSV by the names of their columns, with the line each begins at; `skip` lines come first.

        The separator (comma, semicolon or tab) is seen from the header. What a row lacks is "", what it has too much is
        under “”. Empty lines are left out. Raises UnreadableError where there is no header.
        """
        lines = list(io.StringIO(self.text(name), newline=""))
        yield from table(lines[skip:], first=skip + 1, name=name)

    def columns(self, name: str) -> list[str]:
        """Of the first line that is not empty."""
        for line in self.text(name)[:SAMPLE].splitlines():
            if line.strip():
                return [column.strip() for column in next(csv.reader([line], delimiter=_delimiter(line)))]
        return []

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableError(_("The ZIP is broken.")) from error

    def _infos(self, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
        infos = archive.infolist()
        if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES_IN_ALL:
            raise UnreadableError(_("The ZIP holds more than an export does."))
        return {info.filename: info for info in infos if not info.is_dir() and _is_inside(info.filename)}


def table(lines: list[str], *, first: int, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV that is given by its lines, of which the first has the number `first`; see `Upload.table`."""
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise UnreadableError(_("“%(name)s” is empty.") % {"name": name})
    reader = csv.reader(lines[start:], delimiter=_delimiter(lines[start]))
    csv.field_size_limit(LONGEST_FIELD)
    try:
        columns = [column.strip() for column in next(reader)]
        before = reader.line_num
        for cells in reader:
            if any(cells):
                row = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
                if len(cells) > len(columns):
                    row[""] = "\x1f".join(cells[len(columns) :])
                yield first + start + before, row
            before = reader.line_num
    except csv.Error as error:
        line = first + start + reader.line_num - 1
        raise UnreadableError(
            _("“%(name)s” is not a table from line %(line)s on.") % {"name": name, "line": line}
        ) from error


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _is_inside(name: str) -> bool:
    """Names are never paths here; those that climb out are nobody's export all the same."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and "__MACOSX" not in path.parts


def _bounded(file: Any, name: str) -> bytes:
    data: bytes = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableError(_("“%(name)s” is too large.") % {"name": name})
    return data


def _decoded(data: bytes) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data[:MEGABYTE]).best()
        encoding = best.encoding if best else "cp1252"
        return data.decode(encoding, errors="replace")
