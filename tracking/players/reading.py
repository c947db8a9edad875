"""What a player said, read without trusting a word of it: whatever has another shape than it should is not there."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

LONGEST = 300
LARGEST = 2**31 - 1
NUMBERS = ("tvdb", "tmdb", "tvmaze")
IMDB = re.compile(r"tt\d{5,10}", re.ASCII)
NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)


def table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """A line of text, or a number as text; without what a database cannot hold."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    plain = str(value).replace("\0", " ").encode(errors="replace").decode()
    return " ".join(plain.split())[:LONGEST]


def names(*values: Any) -> tuple[str, ...]:
    """Those that are said."""
    return tuple(name for value in values if (name := text(value)))


def number(value: Any) -> float | None:
    """Not negative, and not beyond what a column holds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) and 0 <= read <= 1e16 else None


def whole(value: Any) -> int | None:
    read = number(value)
    return int(read) if read is not None and read.is_integer() and read <= LARGEST else None


def seconds(value: Any, *, per_second: int = 1) -> int | None:
    """A length of time that is given in parts of a second, or in seconds."""
    read = number(value)
    return min(int(read / per_second), LARGEST) if read is not None else None


def flag(value: Any) -> bool | None:
    """Templates of players write a truth as text."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(text(value).casefold())


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time with its zone, or seconds since 1970."""
    stamp = number(value)
    try:
        at = datetime.fromtimestamp(stamp, UTC) if stamp else datetime.fromisoformat(text(value))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def ids(told: Mapping[str, Any]) -> dict[str, str]:
    """Ids at the sources that we know, by source; those that cannot be ids there are left out."""
    found: dict[str, str] = {}
    for name, value in told.items():
        source, read = str(name).casefold(), text(value)
        pattern = IMDB if source == "imdb" else NUMBER if source in NUMBERS else None
        if pattern and pattern.fullmatch(read):
            found[source] = read
    return found
