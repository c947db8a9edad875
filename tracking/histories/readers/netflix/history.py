"""NetflixViewingHistory.csv: a name and a day, the newest first; some lack the header."""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from django.utils import formats
from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Entry, Kind, Options, Refusal, Row
from tracking.histories.readers.cells import Alike, name, quote
from tracking.histories.readers.lines import is_table
from tracking.histories.uploads import UnreadableError, Upload, table

from . import dates, titles

COLUMNS = ["title", "date"]
NAMED = "netflixviewinghistory"

Rows = list[tuple[int, dict[str, str]]]


def is_one(upload: Upload, file: str) -> bool:
    if not is_table(upload, file):
        return False
    columns = [column.casefold() for column in upload.columns(file)]
    return columns == COLUMNS or (_is_named_so(file) and len(columns) == 2 and _is_day(columns[1]))


def choices(upload: Upload, file: str) -> list[Choice]:
    """In which order its days are written, where the file can be read in several."""
    texts = [row["Date"] for _line, row in _rows(upload, file)]
    orders = dates.possible_orders(texts)
    if len(orders) < 2:
        return []
    example = next(text for text in texts if len({dates.read(text, order) for order in orders}) > 1)
    values = tuple((order, _means(example, order)) for order in orders)
    return [Choice("dates", _("How are days written in “%(file)s”?") % {"file": quote(file)}, values)]


def read(upload: Upload, file: str, options: Options) -> Iterator[Row]:
    rows = _rows(upload, file)
    order = _order([row["Date"] for _line, row in rows], options)
    shared = titles.beginnings(name(row["Title"]) for _line, row in rows)
    alike = Alike()
    for line, row in rows:
        try:
            title, day = _said(row, order)
        except ValueError as error:
            yield Refusal(file, line, str(error), row)
            continue
        found = titles.readings(title, shared)
        says = {"service": "Netflix", "readings": [each.row for each in found]}
        key, moment = alike.key("netflix", "history", title, day), moments.day(day, options.zone)
        yield Entry(file, line, Kind.WATCH, titles.work_of(found[0]), key, row, found[0].part, moment, says)


def _rows(upload: Upload, file: str) -> Rows:
    lines = list(io.StringIO(upload.text(file), newline=""))
    has_header = [column.casefold() for column in upload.columns(file)] == COLUMNS
    rows = table(lines if has_header else ["Title,Date\n", *lines], first=1 if has_header else 0, name=file)
    return [
        (line, {"Title": "", "Date": ""} | {key.title(): value for key, value in row.items()}) for line, row in rows
    ]


def _order(texts: Sequence[str], options: Options) -> str:
    orders = dates.possible_orders(texts)
    if len(orders) > 1 and options.said.get("dates") not in orders:
        raise UnreadableError(_("The days of this file can be read in several ways: say which one is meant."))
    return options.said["dates"] if len(orders) > 1 else next(iter(orders), "ymd")


def _said(row: dict[str, str], order: str) -> tuple[str, date]:
    """Raises ValueError, in words, for what is no viewing."""
    title, day = name(row["Title"]), dates.read(row["Date"], order)
    if not title:
        raise ValueError(_("It names no title."))
    if titles.is_extra(title):
        raise ValueError(_("A preview or a trailer, not a film or an episode."))
    if day is None:
        raise ValueError(_("“%(value)s” is not a date that can be read.") % {"value": quote(row["Date"])})
    return title, day


def _is_named_so(file: str) -> bool:
    return PurePosixPath(file).name.casefold().startswith(NAMED)


def _is_day(text: str) -> bool:
    return any(dates.read(text, order) for order in dates.ORDERS)


def _means(text: str, order: str) -> str:
    day = dates.read(text, order)
    return _("%(text)s is %(day)s") % {"text": quote(text), "day": formats.date_format(day, "j F Y") if day else ""}
