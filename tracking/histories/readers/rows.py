"""What rows of several services have in common: a bad one is named and the rest goes on, ids, counts, longer texts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracking.histories.facts import Entry, Refusal, Row

from . import cells

LARGEST_NUMBER = 100_000
"""Of a season, an episode or a place in a list."""

LARGEST_ID = 2**53
MOST_PLAYS = 1000
LONGEST_TEXT = 20_000

_NAME_WITH_YEAR = re.compile(r"(?P<name>.+\S)\s*\((?P<year>(?:1[89]|20|21)\d\d)\)", re.ASCII)


def kept(file: str, line: int, raw: Mapping[str, Any], entries: Callable[[], Iterable[Row]]) -> Iterator[Row]:
    """What one row says, or the reason why it cannot be kept (the words of a ValueError): it never stops the file."""
    try:
        yield from list(entries())
    except ValueError as error:
        yield Refusal(file=file, line=line, reason=str(error), raw=raw)


class Told:
    """Lets through what was not said before: an export says many things in two of its files."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    def once(self, entry: Entry) -> Iterator[Entry]:
        if entry.key not in self._keys:
            self._keys.add(entry.key)
            yield entry


def mapping(value: Any) -> Mapping[str, Any]:
    """Of JSON: what is none is an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list of JSON; whatever else stands in it is put into one under “”, so that nothing is lost."""
    return [each if isinstance(each, Mapping) else {"": each} for each in value] if isinstance(value, list) else []


def title(value: Any) -> str:
    """A name in JSON, where that of “1917” may be a number."""
    return cells.name(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def number(value: Any, most: int = LARGEST_NUMBER) -> int | None:
    """A whole number from nought on, of JSON or as digits; anything else is None."""
    if isinstance(value, str):
        digits = value.strip()
        return number(int(digits), most) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def needed(value: Any) -> int:
    """The number of a season or an episode. Raises ValueError."""
    if value in (None, ""):
        raise ValueError(_("It does not say which season or episode is meant."))
    found = number(value)
    if found is None:
        raise ValueError(_("“%(value)s” is not a number that can be meant here.") % {"value": cells.quote(value)})
    return found


def plays(value: Any) -> int:
    """How often it was seen, at least once. Raises ValueError."""
    found = number(value, MOST_PLAYS)
    if not found:
        raise ValueError(_("“%(value)s” is not a number of viewings.") % {"value": cells.quote(value)})
    return found


def rating(value: Any, *, of: int) -> int:
    """1 to 100. Raises ValueError, also where nothing is given."""
    found = None if isinstance(value, bool) else cells.rating(value, of=of)
    if not found:
        raise ValueError(_("There is no rating."))
    return found


def name_and_year(value: Any) -> tuple[str, int | None]:
    """“Doctor Who (2005)” is “Doctor Who” of 2005."""
    name = cells.name(value)
    found = _NAME_WITH_YEAR.fullmatch(name)
    return (found["name"], int(found["year"])) if found else (name, None)


def ids(said: Any) -> dict[str, str]:
    """Those ids of a mapping by source that name something to us; nought and nonsense is none."""
    said = mapping(said)
    known = {}
    for source in ("tvdb", "tmdb", "tvmaze"):
        if (value := said.get(source)) and (found := number(value, LARGEST_ID)):
            known[source] = str(found)
    if (value := said.get("imdb")) and (imdb := cells.imdb_id(value)):
        known["imdb"] = imdb
    return known


def unplaced(count: int) -> str:
    """The reason why plays that are only counted are not kept."""
    only = ngettext(
        "It says that one episode was seen but not which.",
        "It says that %(count)s episodes were seen but not which.",
        count,
    )
    return only % {"count": count}


def prose(value: Any) -> str:
    """A longer text with its lines."""
    return value.replace("\r\n", "\n").strip()[:LONGEST_TEXT] if isinstance(value, str) else ""


def epoch(value: Any) -> datetime | None:
    """The moment so many seconds, milliseconds or microseconds after 1970; None for what is no such count."""
    count = number(value, 10**17)
    if not count:
        return None
    seconds = count / (10**6 if count >= 10**14 else 10**3 if count >= 10**11 else 1)
    at = datetime.fromtimestamp(seconds, UTC)
    return at if at.year <= cells.LATEST_YEAR else None
