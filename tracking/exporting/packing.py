"""The ZIP around an export: every section as JSON Lines and as CSV, with nothing in it that depends on the day."""

import csv
import io
import json
import shutil
import tempfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection, transaction

from accounts.models import Profile

from .sections import SECTIONS, Row, Section

VERSION = 1
MANIFEST = "marquee.json"
LINES_AT_ONCE = 500
JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def write(profile: Profile, file: IO[bytes]) -> None:
    """All of the profile, as it is at this moment, into a file that is open for writing; in bounded memory.

    What is opened in a ZIP by its name alone is of 1 January 1980.
    """
    with _at_one_moment(), ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(MANIFEST, "w") as stream:
            stream.write(_json({"marquee": "export", "version": VERSION}).encode())
        for section in SECTIONS:
            _put(archive, section, profile)


@contextmanager
def _at_one_moment() -> Iterator[None]:
    """What is logged meanwhile is in all of the sections or in none, and nobody has to wait."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _put(archive: ZipFile, section: Section, profile: Profile) -> None:
    """Both files at once: a ZIP takes one after the other, so the second waits on disk."""
    rows, cells_of = section.rows(profile), _cells(section)
    with tempfile.TemporaryFile(prefix="marquee-export-") as waiting:
        waiting.write(BOM_UTF8 + _table([section.columns]))
        with archive.open(f"{section.name}.jsonl", "w") as lines:
            while chunk := list(islice(rows, LINES_AT_ONCE)):
                lines.write("".join(map(_json, chunk)).encode())
                waiting.write(_table(map(cells_of, chunk)))
        waiting.seek(0)
        with archive.open(f"csv/{section.name}.csv", "w") as cells:
            shutil.copyfileobj(waiting, cells)


def _table(rows: Iterable[Iterable[Any]]) -> bytes:
    """Written in memory: a stream that encodes takes each row by itself, which is most of its work."""
    table = io.StringIO(newline="")
    csv.writer(table).writerows(rows)
    return table.getvalue().encode()


def _json(row: Row) -> str:
    return JSON.encode(row) + "\n"


def _cells(section: Section) -> Callable[[Row], list[Any]]:
    """What makes cells of a row: ids as “tvdb:81189 tvmaze:82”, whatever else is nested as JSON."""
    values = itemgetter(*section.columns)
    nested = [(place, NESTED[name]) for place, name in enumerate(section.columns) if name in NESTED]

    def cells(row: Row) -> list[Any]:
        spoken = list(values(row))
        for place, speak in nested:
            if spoken[place] is not None:
                spoken[place] = speak(spoken[place])
        return spoken

    return cells


def _ids(ids: dict[str, str]) -> str:
    return " ".join(map(":".join, ids.items()))


NESTED: dict[str, Callable[[Any], str]] = {"ids": _ids, "episode_ids": _ids, "says": JSON.encode, "raw": JSON.encode}
