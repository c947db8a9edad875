"""A file as it was uploaded: one text, or a ZIP of several. Everything in it is taken for hostile.

Sizes are bounded before anything is unpacked and again while it is, names never become paths, and nothing is written.
"""

import csv
import io
import itertools
import json
import lzma
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any

from charset_normalizer import from_bytes
from django.conf import settings
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
MOST_BYTES = 64 * MEGABYTE
"""Of one file, unpacked: some 200,000 rows. What is parsed of it takes several times as much memory."""

MOST_BYTES_IN_ALL = 500 * MEGABYTE
MOST_FILES = 5000
MOST_BYTES_OF_NAMES = 4 * MEGABYTE
"""Of the table of contents of a ZIP, which is read as a whole."""

MOST_RATIO = 200
"""A text that is packed tighter than one to this is a bomb; applies from a megabyte on."""

LONGEST_NAME = 255
LONGEST_FIELD = MEGABYTE
MOST_ROWS = 500_000
"""Of one table."""

DEEPEST = 50
"""How deep JSON may be nested: the rows are stored as they came."""

SAMPLE = 64 * 1024

_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


class UnreadableError(Exception):
    """The file cannot be read; the message is for the viewer."""


class Upload:
    """The files inside, by their names; a single text is one file with the name it came under."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self._last_json: tuple[str, Any] = ("", None)
        self.name = PurePosixPath(name.replace("\\", "/").replace("\x00", "")).name[:LONGEST_NAME] or "file"

    @cached_property
    def is_zip(self) -> bool:
        """Raises UnreadableError for a file that is too large, before anything of it is read, or cut off."""
        if self.path.stat().st_size > settings.MOST_UPLOADED_BYTES:
            raise UnreadableError(_("“%(name)s” is too large.") % {"name": self.name})
        if zipfile.is_zipfile(self.path):
            return True
        with self.path.open("rb") as file:
            if file.read(4) == b"PK\x03\x04":
                raise UnreadableError(_("The ZIP is broken: its end is missing."))
        return False

    @cached_property
    def names(self) -> list[str]:
        """Sorted, with their folders in front; folders and the litter of macOS are left out. Raises UnreadableError."""
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
            _refuse_bomb(info)
            try:
                with archive.open(info) as file:
                    return _bounded(file, name)
            except _BROKEN as error:
                raise UnreadableError(_("“%(name)s” in the ZIP is broken.") % {"name": name}) from error

    def text(self, name: str) -> str:
        """Decoded as UTF-8, or as what it most likely is; without a byte order mark."""
        return _decoded(self.data(name))

    def json(self, name: str) -> Any:
        """Such that it can be stored: texts without NUL, finite numbers, not nested too deep. Raises UnreadableError.

        The one read last is kept: it is asked for by each reader in turn.
        """
        if self._last_json[0] != name:
            self._last_json = ("", None)
            self._last_json = (name, self._parsed(name))
        return self._last_json[1]

    def json_lines(self, name: str) -> Iterator[tuple[int, Any]]:
        """The lines of JSON Lines with their numbers, one at a time: the file may be larger than what is read whole. A
        line that is not JSON is its text; empty ones are left out. Raises UnreadableError for what is broken or a bomb.
        """
        with self._opened() as archive:
            info = self._infos(archive)[name]
            _refuse_bomb(info)
            try:
                with archive.open(info) as file:
                    yield from _json_lines(file, name)
            except _BROKEN as error:
                raise UnreadableError(_("“%(name)s” in the ZIP is broken.") % {"name": name}) from error

    def table(self, name: str, *, skip: int = 0) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a CSV by the names of their columns, with the line each begins at; `skip` lines come first.

        The separator (comma, semicolon or tab) is seen from the header. What a row lacks is "", what it has too much is
        under “”. Empty lines are left out. Raises UnreadableError where there is no header.
        """
        lines = list(io.StringIO(self.text(name), newline=""))
        yield from table(lines[skip:], first=skip + 1, name=name)

    def columns(self, name: str) -> list[str]:
        """Of the first line that is not empty. Raises UnreadableError."""
        for line in self.text(name)[:SAMPLE].splitlines():
            if line.strip():
                try:
                    return [column.strip() for column in next(csv.reader([line], delimiter=_delimiter(line)))]
                except csv.Error:
                    return []
        return []

    def _parsed(self, name: str) -> Any:
        try:
            return _tame(json.loads(self.text(name), parse_constant=_finite, parse_float=_finite))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(_("“%(name)s” is not JSON.") % {"name": name}) from error

    def _opened(self) -> zipfile.ZipFile:
        if _bytes_of_names(self.path) > MOST_BYTES_OF_NAMES:
            raise UnreadableError(_("The ZIP holds more than an export does."))
        try:
            return zipfile.ZipFile(self.path)
        except _BROKEN as error:
            raise UnreadableError(_("The ZIP is broken.")) from error

    def _infos(self, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
        infos = archive.infolist()
        if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES_IN_ALL:
            raise UnreadableError(_("The ZIP holds more than an export does."))
        if any(info.flag_bits & 1 for info in infos):
            raise UnreadableError(_("The ZIP needs a password. Unpack it, pack it again without one, and bring that."))
        for info in infos:
            if not _is_inside(info.filename):
                raise UnreadableError(
                    _("The ZIP holds “%(name)s”, a path that leads out of it. No export does.")
                    % {"name": info.filename[:LONGEST_NAME]}
                )
        return {info.filename: info for info in infos if not info.is_dir() and "__MACOSX/" not in info.filename}


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
        for count, cells in enumerate(reader):
            if count >= MOST_ROWS:
                raise UnreadableError(_("“%(name)s” holds more rows than an export does.") % {"name": name})
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
    """Names are never paths here; those that climb out, or are none, are nobody's export all the same."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and 0 < len(name) <= LONGEST_NAME


def _bytes_of_names(path: Path) -> int:
    """How long the table of contents says it is (APPNOTE.TXT 4.3.16); ZIP64 says 4 GB, which no export needs."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    end = tail[max(0, tail.rfind(b"PK\x05\x06")) :]
    return int.from_bytes(end[12:16], "little")


def _refuse_bomb(info: zipfile.ZipInfo) -> None:
    if info.file_size > MEGABYTE and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise UnreadableError(_("“%(name)s” unpacks to far more than it should.") % {"name": info.filename})


def _json_lines(file: IO[bytes], name: str) -> Iterator[tuple[int, Any]]:
    for number in itertools.count(1):
        line = file.readline(LONGEST_FIELD + 1)
        if len(line) > LONGEST_FIELD or number > MOST_ROWS:
            raise UnreadableError(_("“%(name)s” is too large.") % {"name": name})
        if not line:
            return
        if text := _decoded(line).strip():
            yield number, _line(text)


def _line(text: str) -> Any:
    try:
        return _tame(json.loads(text, parse_constant=_finite, parse_float=_finite))
    except (ValueError, RecursionError):
        return text


def _bounded(file: Any, name: str) -> bytes:
    data: bytes = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableError(_("“%(name)s” is too large.") % {"name": name})
    return data


def _decoded(data: bytes) -> str:
    return _as_text(data).replace("\x00", "")


def _as_text(data: bytes) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data[:MEGABYTE]).best()
        encoding = best.encoding if best else "cp1252"
        return data.decode(encoding, errors="replace")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _tame(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL cannot store: NUL, and halves of characters outside the first plane."""
    if isinstance(value, str):
        return value if value.isprintable() else value.replace("\x00", "").encode("utf-8", "replace").decode()
    if depth > DEEPEST:
        raise ValueError(depth)
    if isinstance(value, list):
        return [_tame(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {_tame(key): _tame(each, depth + 1) for key, each in value.items()}
    return value
