"""What single cells of a file say: names, numbers, days. Whatever makes no sense raises ValueError, in words."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import LONGEST_NAME, row_key
from tracking.moments import Moment

Day = TypeVar("Day", date, datetime)

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
"""Outside of these a date is a slip, such as the year 1 for “never”."""

LONGEST_QUOTE = 60
TEXTUAL_DAYS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%a %b %d %H:%M:%S %Y", "%a %d %b %Y", "%Y/%m/%d")
TEXTUAL_MONTHS = ("%b %Y", "%B %Y")


class Alike:
    """Numbers rows that are alike, so that two plays stay two. Such rows say nothing that tells them apart, so it does
    not matter that the newest stands first: the same rows have the same keys whatever was added above."""

    def __init__(self) -> None:
        self._count: Counter[tuple[Any, ...]] = Counter()

    def key(self, *parts: Any) -> str:
        self._count[parts] += 1
        return row_key(*parts, self._count[parts])


def name(value: object) -> str:
    """One line, with plain blanks and without halves of signs."""
    text = str(value if value is not None else "").encode("utf-8", "replace").decode()
    return " ".join(text.replace("\x00", "").split())[:LONGEST_NAME]


def quote(value: object) -> str:
    """Something of the file within a reason."""
    text = name(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def whole(value: object, *, most: int = 10_000) -> int | None:
    """A number of things, or None for an empty cell; “3.0” is one too."""
    text = name(value)
    if not text:
        return None
    if re.fullmatch(r"\d{1,9}(\.0+)?", text) and (number := int(text.split(".")[0])) <= most:
        return number
    raise ValueError(_("“%(value)s” is not a number that can be meant here.") % {"value": quote(text)})


def rating(value: object, *, of: int) -> int | None:
    """A rating out of `of` as 1 to 100; None where nothing, or a zero, stands for no rating."""
    text = name(value).replace(",", ".")
    if not text:
        return None
    if re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text) and float(text) <= of:
        return round(float(text) * 100 / of) or None
    raise ValueError(_("“%(value)s” is not a rating of 0 to %(most)s.") % {"value": quote(text), "most": of})


def year(value: object) -> int | None:
    """The first year in it: “2019–2021” began in 2019."""
    found = re.search(r"(?<!\d)(1[89]|20|21)\d\d(?!\d)", name(value))
    return int(found[0]) if found else None


def imdb_id(*values: object) -> str:
    """The first id of a title or an episode in these, such as a bare id or an address."""
    return next((found[0] for value in values if (found := re.search(r"\btt\d{5,10}\b", name(value)))), "")


def moment(value: object, zone: str) -> Moment:
    """When, as precisely as is said: a moment, a day, a month, a year; an empty cell is “some time”.

    A time without an offset is one in `zone`.
    """
    text = name(value)
    if not text:
        return moments.some_time(zone)
    for read in (_partial, _iso, _textual):
        if (found := read(text, zone)) is not None:
            return found
    raise ValueError(_("“%(value)s” is not a date that can be read.") % {"value": quote(text)})


def known_moment(value: object, zone: str) -> Moment | None:
    """For what may go without: None where nothing, or nothing that can be read, is said."""
    try:
        return moment(value, zone) if name(value) else None
    except ValueError:
        return None


def at_milliseconds(value: str, zone: str) -> Moment:
    """Since 1970, as text."""
    return moments.minute(_sane(datetime.fromtimestamp(int(value[:14]) / 1000, UTC)), zone)


def _partial(text: str, zone: str) -> Moment | None:
    if not (found := re.fullmatch(r"(\d{4})(?:-(\d\d?))?", text)):
        return None
    first, make = (int(found[2]), moments.month) if found[2] else (1, moments.year)
    return make(_sane(date(int(found[1]), first, 1)), zone) if 1 <= first <= 12 else None


def _iso(text: str, zone: str) -> Moment | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return moments.day(_sane(date.fromisoformat(text)), zone)
        at = datetime.fromisoformat(text if ":" in text else "")
    except ValueError:
        return None
    at = _sane(at)
    return moments.minute(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)), zone)


def _textual(text: str, zone: str) -> Moment | None:
    plain = text.replace(",", "")
    for forms, make in ((TEXTUAL_DAYS, moments.day), (TEXTUAL_MONTHS, moments.month)):
        for form in forms:
            try:
                return make(_sane(datetime.strptime(plain, form).date()), zone)  # noqa: DTZ007  only the day is kept
            except ValueError:
                continue
    return None


def _sane(on: Day) -> Day:
    if not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
        raise ValueError(_("“%(value)s” is not a date that can be meant.") % {"value": on})
    return on
