"""MyList.csv and Ratings.csv: what anyone in the account put on their list, and what they thought of it.

`Thumbs Value` is 1 for down, 2 for up, 3 for two thumbs up and 0 for none; before 2017 there were stars, 1 to 5.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from tracking import moments, ratings
from tracking.histories.facts import Entry, Kind, Refusal, Row, Work, row_key
from tracking.histories.readers import cells
from tracking.histories.readers.cells import name, quote
from tracking.histories.readers.lines import is_table
from tracking.histories.uploads import Upload
from tracking.models import LibraryEntry
from tracking.moments import Moment

LISTED = {"Profile Name", "Title Name", "Utc Title Add Date"}
RATED = {"Profile Name", "Title Name", "Thumbs Value"}
THUMBS = {0: None, 1: ratings.DOWN, 2: ratings.UP, 3: ratings.HIGHEST}
STARS = 5

Cells = Mapping[str, str]


def is_one(upload: Upload, file: str) -> bool:
    return is_table(upload, file) and (_has(upload, file, LISTED) or _has(upload, file, RATED))


def _has(upload: Upload, file: str, columns: set[str]) -> bool:
    return set(upload.columns(file)) >= columns


def read(upload: Upload, file: str, profile: str, zone: str) -> Iterator[Row]:
    read_row = _listed if _has(upload, file, LISTED) else _rated
    rows = dict(upload.table(file))
    last = _last_of_each(rows)
    for line, row in rows.items():
        try:
            title = _title(row, profile)
            if last[profile, title] != line:
                raise ValueError(_("Said anew on line %(line)s.") % {"line": last[profile, title]})
            yield read_row(file, line, row, title, zone)
        except ValueError as error:
            yield Refusal(file, line, str(error), row)


def _last_of_each(rows: Mapping[int, Cells]) -> dict[tuple[str, str], int]:
    """The line of what was said last, by the profile and the title; the newest stand first where no time is known."""
    order = sorted(rows, key=lambda line: (_at(rows[line]) or datetime.min.replace(tzinfo=UTC), -line))
    return {(name(rows[line]["Profile Name"]), name(rows[line]["Title Name"])): line for line in order}


def _title(row: Cells, profile: str) -> str:
    """Raises ValueError, in words, for what is nothing of the profile's."""
    if name(row["Profile Name"]) != profile:
        raise ValueError(_("Said by “%(profile)s”.") % {"profile": quote(row["Profile Name"])})
    if not (title := name(row["Title Name"])):
        raise ValueError(_("It names no title."))
    return title


def _listed(file: str, line: int, row: Cells, title: str, zone: str) -> Entry:
    key = row_key("netflix", "list", name(row["Profile Name"]), title)
    says = {"state": LibraryEntry.State.PLANNED.value}
    moment = cells.known_moment(row["Utc Title Add Date"], zone)
    return Entry(file, line, Kind.STATE, Work("", title), key, row, moment=moment, says=says)


def _rated(file: str, line: int, row: Cells, title: str, zone: str) -> Entry:
    value = _value(row)
    if value is None:
        raise ValueError(_("The rating was taken away."))
    key = row_key("netflix", "rating", name(row["Profile Name"]), title, value, row.get("Event Utc Ts", ""))
    return Entry(file, line, Kind.RATING, Work("", title), key, row, moment=_moment(row, zone), says={"value": value})


def _value(row: Cells) -> int | None:
    stars, thumbs = cells.rating(row.get("Star Value", ""), of=STARS), cells.whole(row["Thumbs Value"])
    if stars and (not thumbs or "star" in row.get("Rating Type", "").casefold()):
        return stars
    if (thumbs or 0) not in THUMBS:
        raise ValueError(_("“%(value)s” is not a thumb that is known here.") % {"value": quote(row["Thumbs Value"])})
    return THUMBS[thumbs or 0]


def _moment(row: Cells, zone: str) -> Moment | None:
    at = _at(row)
    return moments.minute(at, zone) if at else None


def _at(row: Cells) -> datetime | None:
    """The moment of a rating, in UTC, where one that makes sense is told."""
    told = cells.known_moment(row.get("Event Utc Ts", ""), "UTC")
    return told.at if told else None
