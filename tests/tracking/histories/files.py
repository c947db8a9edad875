"""Uploads made of a few lines, and what a reader says of them."""

import json
import os
import zipfile
from pathlib import Path

from tracking.histories import readers
from tracking.histories.facts import Entry, Options, Refusal
from tracking.histories.uploads import Upload

HISTORIES = Path(os.environ.get("MARQUEE_SAMPLES", "")) / "histories"
NO_SAMPLES = not (os.environ.get("MARQUEE_SAMPLES") and HISTORIES.is_dir())
ZONE = "America/New_York"


def single(tmp_path, name, content):
    """An upload of one file; what is neither text nor bytes is written as JSON."""
    path = tmp_path / "uploaded"
    content = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Upload(path, name)


def packed(tmp_path, files, name="export.zip"):
    """An upload of a ZIP, of contents by name."""
    path = tmp_path / "uploaded.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in files.items():
            archive.writestr(inside, content if isinstance(content, str | bytes) else json.dumps(content))
    return Upload(path, name)


def table(columns, *lines):
    """A CSV whose header has these columns."""
    return "\n".join([columns, *lines]) + "\n"


def read(upload, zone=ZONE):
    """Every row that the reader of the file's service finds in it."""
    return list(readers.recognise(upload).read(upload, Options(zone)))


def entries(rows, kind=None):
    return [row for row in rows if isinstance(row, Entry) and kind in (None, row.kind)]


def refusals(rows):
    return [row for row in rows if isinstance(row, Refusal)]


def keys(rows):
    return [row.key for row in entries(rows)]


def counts(rows):
    """How many rows of each kind; refusals under “refused”."""
    found = {}
    for row in rows:
        kind = str(row.kind) if isinstance(row, Entry) else "refused"
        found[kind] = found.get(kind, 0) + 1
    return found
