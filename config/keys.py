"""Paging by key: a page begins behind the row at which the last one ended, so no page costs more than the first."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

LONGEST_KEY = 2000
LARGEST_ID = 2**63 - 1
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Column:
    """A sort column: where it is, and how its value is read from a key (raising ValueError for nonsense)."""

    name: str
    parse: Callable[[str], Any]
    nullable: bool = False


def write(*values: object) -> str:
    """The values of a row's sort columns as a word for an address; None is kept."""
    text = "\0".join("" if value is None else f"={value}" for value in values)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(key: str, columns: Sequence[Column]) -> list[Any] | None:
    """The values in a key, one for each column; None when the key is not one of ours or a value makes no sense."""
    if len(key) > LONGEST_KEY:
        return None
    try:
        parts = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True).decode().split("\0")
        return [_value(part, column) for part, column in zip(parts, columns, strict=True)]
    except (binascii.Error, ValueError, InvalidOperation):
        return None


def _value(part: str, column: Column) -> Any:
    if not part and column.nullable:
        return None
    if part[:1] != "=":
        raise ValueError(part)
    return column.parse(part[1:])


def behind(columns: Sequence[Column], values: Sequence[Any], *, ascending: bool = True) -> Q:
    """Rows after the one with these values, in the order of the columns, each ascending with nulls last.

    Not ascending: the rows before it. For sets that are small anyway, since no index can help with it.
    """
    found, same = NOTHING, Q()
    for column, value in zip(columns, values, strict=True):
        found |= same & _beyond(column, value, ascending=ascending)
        same &= Q(**{f"{column.name}__isnull": True} if value is None else {column.name: value})
    return found


def _beyond(column: Column, value: Any, *, ascending: bool) -> Q:
    if value is None:
        return NOTHING if ascending else Q(**{f"{column.name}__isnull": False})
    beyond = Q(**{f"{column.name}__{'gt' if ascending else 'lt'}": value})
    return beyond | Q(**{f"{column.name}__isnull": True}) if ascending and column.nullable else beyond


def row_id(text: str) -> int:
    return _natural(text, LARGEST_ID + 1)


def whole(text: str) -> int:
    return _natural(text, 2**31)


def finite(text: str) -> float:
    value = float(text)
    if not abs(value) < float("inf"):
        raise ValueError(text)
    return value


def tenths(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _natural(text: str, limit: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < limit):
        raise ValueError(text)
    return int(text)


ROW_ID = Column("pk", row_id)
DAY = date.fromisoformat
