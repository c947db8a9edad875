"""Days as Netflix writes them: in whatever order the account's country has, told from the whole file."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

EARLIEST_YEAR = 2007
"""Of films over the wire; before that discs came by mail."""

ORDERS = ("dmy", "mdy", "ymd")


def possible_orders(texts: Sequence[str]) -> list[str]:
    """Those in which the most of the days exist, and of these the ones in which the newest stands first, as in every
    such file. More than one: the file alone does not tell. None: nothing in it is a day."""
    readings = {order: [read(text, order) for text in texts] for order in ORDERS}
    counts = {order: sum(day is not None for day in days) for order, days in readings.items()}
    most = max(counts.values(), default=0)
    if not most:
        return []
    left = [order for order in ORDERS if counts[order] == most]
    left = [order for order in left if _falls(readings[order])] or left
    return left if any(readings[order] != readings[left[0]] for order in left) else left[:1]


@lru_cache(maxsize=20_000)
def read(text: str, order: str) -> date | None:
    """None for what is no day in this order. Only slashes stand in dates that begin with the month."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 3 or (order == "mdy" and "/" not in text) or not _has_year_where(numbers, order, text):
        return None
    parts = dict(zip(order, map(int, numbers), strict=True))
    year = parts["y"] + 2000 if parts["y"] < 100 else parts["y"]
    if not EARLIEST_YEAR <= year < 2200:
        return None
    try:
        return date(year, parts["m"], parts["d"])
    except ValueError:
        return None


def _has_year_where(numbers: Sequence[str], order: str, text: str) -> bool:
    """A year of four digits can be nothing else; one of two stands last, or first where no slashes are."""
    if any(len(number) == 4 for number in numbers):
        return len(numbers[order.index("y")]) == 4
    return order != "ymd" or "/" not in text


def _falls(days: Sequence[date | None]) -> bool:
    return all(later >= earlier for later, earlier in pairwise(day for day in days if day))
