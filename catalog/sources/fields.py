"""Reading one record of an answer field by field, as if it had been written by an enemy.

A value that cannot be used is noted as a problem and read as empty. Only the lack of what a record cannot be without
raises UnusableError.
"""

import html
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import available_timezones

import nh3
from babel import Locale

from .facts import Problem

LONGEST_TEXT = 50_000
LONGEST_LINK = 500
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?$", re.IGNORECASE)
_TWO_LETTERS = re.compile(r"[A-Z]{2}")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")
_SWALLOWED = {"script", "style", "template", "iframe", "object", "noscript", "textarea", "title"}
# What TVMaze and Unicode's tables spell differently.
_OTHER_LANGUAGE_NAMES = {"panjabi": "pa", "sinhalese": "si", "filipino": "tl", "mandarin": "zh", "cantonese": "zh"}

Thing = TypeVar("Thing")


class UnusableError(Exception):
    """The record lacks what it cannot be without."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Record:
    """A JSON object of an answer. `subject` names it in problems, such as “show 82”."""

    data: Mapping[str, Any]
    subject: str
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, node: Any, subject: str, problems: list[Problem]) -> "Record":
        """Raises UnusableError when it is not an object."""
        if not isinstance(node, dict):
            raise UnusableError(Problem(subject, "record", f"is {_kind(node)}, not an object; left out"))
        return cls(node, subject, problems)

    def note(self, name: str, reason: str) -> None:
        self.problems.append(Problem(self.subject, name, reason))

    def inner(self, name: str) -> "Record":
        """The object in a field; an empty one where there is none."""
        node = self.data.get(name)
        if node is not None and not isinstance(node, dict):
            self.note(name, f"is {_kind(node)}, not an object; left empty")
        return Record(node if isinstance(node, dict) else {}, self.subject, self.problems)

    def items(self, name: str) -> list[Any]:
        node = self.data.get(name)
        if node is not None and not isinstance(node, list):
            self.note(name, f"is {_kind(node)}, not a list; left empty")
        return node if isinstance(node, list) else []

    def id(self) -> int:
        """Raises UnusableError: what has no id cannot be kept."""
        number = self.data.get("id")
        if number is None or not _is_whole(number) or not 0 < number < 2**31:
            raise UnusableError(Problem(self.subject, "id", f"{_shown(number)} is no id; left out"))
        return int(number)

    def name(self, limit: int, name: str = "name") -> str:
        """One line, cut at `limit`. Raises UnusableError when there is nothing."""
        line = self.line(limit, name)
        if not line:
            raise UnusableError(Problem(self.subject, name, "is missing; left out"))
        return line

    def line(self, limit: int, name: str) -> str:
        text = self._text(name)
        line = " ".join(_without_controls(text).split())
        if len(line) > limit:
            self.note(name, f"has {len(line)} characters; cut after {limit}")
        return line[:limit].rstrip()

    def prose(self, name: str) -> str:
        """Paragraphs of plain text, divided by empty lines; markup goes, and what a script contains goes with it."""
        prose = plain_text(self._text(name))
        if len(prose) > LONGEST_TEXT:
            self.note(name, f"has {len(prose)} characters; cut after {LONGEST_TEXT}")
        return prose[:LONGEST_TEXT]

    def whole(self, name: str, low: int, high: int) -> int | None:
        number = self.data.get(name)
        if number is None:
            return None
        if not _is_whole(number) or not low <= number <= high:
            self.note(name, f"{_shown(number)} is not a number from {low} to {high}; left empty")
            return None
        return int(number)

    def amount(self, name: str) -> float | None:
        """A number that is not negative."""
        number = self.data.get(name)
        if number is None:
            return None
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e15:
            self.note(name, f"{_shown(number)} is not a number; left empty")
            return None
        return float(number)

    def rating(self, name: str) -> Decimal | None:
        """From 0 to 10, with one digit after the point."""
        number = self.amount(name)
        if number is not None and number > 10:
            self.note(name, f"{_shown(number)} is not from 0 to 10; left empty")
            return None
        return None if number is None else Decimal(str(round(number, 1)))

    def flag(self, name: str) -> bool:
        return self.data.get(name) is True

    def day(self, name: str) -> date | None:
        text = self._text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.note(name, f"{_shown(text)} is not a date; left empty")
            return None

    def moment(self, name: str) -> datetime | None:
        """In UTC; a moment without its offset is no moment."""
        text = self._text(name)
        try:
            moment = datetime.fromisoformat(text) if text else None
            if moment is None:
                return None
            if moment.tzinfo is None:
                raise ValueError(text)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.note(name, f"{_shown(text)} is not a moment with its offset; left empty")
            return None

    def stamp(self, name: str) -> datetime | None:
        """Seconds since 1970."""
        seconds = self.whole(name, 0, 2**33)
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    def word(self, name: str, ours: Mapping[str, str], what: str) -> str:
        """Our word for theirs; one that we do not know is noted and left empty."""
        text = self.line(100, name)
        if text and text.casefold() not in ours:
            self.note(name, f"{_shown(text)} is no {what} that we know; left empty")
        return ours.get(text.casefold(), "")

    def language(self, name: str) -> str:
        """ISO 639-1, from the English name."""
        return self.word(name, language_codes(), "language")

    def country(self, name: str) -> str:
        """ISO 3166-1, two letters, from an object with a `code`."""
        country = self.inner(name)
        code = country.line(100, "code").upper()
        if code and not _TWO_LETTERS.fullmatch(code):
            self.note(name, f"{_shown(code)} is no country code; left empty")
            return ""
        return code

    def time_zone(self, name: str) -> str:
        zone = self.line(100, name)
        if zone and zone not in _time_zones():
            self.note(name, f"{_shown(zone)} is no time zone; left empty")
            return ""
        return zone

    def link(self, name: str) -> str:
        """A web address."""
        text = self._text(name)
        if text and not (text.isprintable() and _WEB_ADDRESS.match(text) and len(text) <= LONGEST_LINK):
            self.note(name, f"{_shown(text)} is no web address; left empty")
            return ""
        return text

    def _text(self, name: str) -> str:
        text = self.data.get(name)
        if text is not None and not isinstance(text, str):
            self.note(name, f"is {_kind(text)}, not text; left empty")
        return text.strip() if isinstance(text, str) else ""


def each(nodes: Iterable[Any], subject: str, read: Callable[[Record], Thing], problems: list[Problem]) -> list[Thing]:
    """Every record of a list that can be read; each of the others is noted."""
    things = []
    for place, node in enumerate(nodes, start=1):
        try:
            things.append(read(Record.of(node, f"{subject} {place}", problems)))
        except UnusableError as error:
            problems.append(error.problem)
    return things


def plain_text(markup: str) -> str:
    """Paragraphs divided by empty lines, out of HTML."""
    if "<" not in markup and "&" not in markup:
        return _paragraphs(markup)
    kept = nh3.clean(markup, tags={"p", "br", "li", "div"}, attributes={}, clean_content_tags=_SWALLOWED, link_rel=None)
    broken = re.sub(r"<br>", "\n", re.sub(r"\s*\n\s*", " ", kept))
    return _paragraphs(html.unescape(re.sub(r"</?(?:p|li|div)>", "\n\n", broken)))


def _paragraphs(text: str) -> str:
    return _BLANK_LINES.sub(
        "\n\n", "\n".join(" ".join(line.split()) for line in _without_controls(text).splitlines())
    ).strip()


def _without_controls(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign for sign in text if sign in "\n\t\r" or unicodedata.category(sign) not in ("Cc", "Cs"))


@lru_cache(maxsize=1)
def language_codes() -> dict[str, str]:
    """ISO 639-1 by English name in lower case."""
    names = Locale("en").languages
    return {name.casefold(): code for code, name in names.items() if len(code) == 2} | _OTHER_LANGUAGE_NAMES


@lru_cache(maxsize=1)
def _time_zones() -> set[str]:
    return available_timezones()


def _is_whole(number: Any) -> bool:
    if isinstance(number, float):
        return math.isfinite(number) and number == int(number)
    return isinstance(number, int) and not isinstance(number, bool)


def _kind(node: Any) -> str:
    names = {"NoneType": "nothing", "str": "text", "bool": "yes or no", "list": "a list", "dict": "an object"}
    return names.get(type(node).__name__, "a number")


def _shown(value: Any) -> str:
    """The value as it stands in a problem, not longer than a line."""
    text = "nothing" if value is None else str(value) if isinstance(value, str | int | float) else _kind(value)
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
