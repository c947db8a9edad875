"""What every source of titles can be asked, whoever it is."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .facts import PersonRecord, TitleFacts
from .limits import RateLimit

HOUR = 3600


class Client(Protocol):
    """Each question raises a SourceError when there is no usable answer."""

    def title(self, kind: str, number: int, /) -> TitleFacts:
        """A series or film whole, with its parts."""

    def person(self, number: int, /) -> PersonRecord: ...

    def search(self, words: str, /) -> list[TitleFacts]:
        """What has a name like these words, as an index would give it, the likeliest first."""


class Connect(Protocol):
    def __call__(self, *, is_bulk: bool, stop: threading.Event | None = None) -> Client: ...


@dataclass(frozen=True)
class Provider:
    """A source that can be asked. `kinds` are those of its titles (values of Title.Kind)."""

    source: str
    name: str
    kinds: frozenset[str]
    calls_per_title: int
    limit: Callable[[], RateLimit]
    connect: Connect
    read_stored: Callable[[str, dict[str, Any]], TitleFacts]
    """The facts in a whole answer of a kind as we stored it. Raises UnusableError when there is no name in it."""

    is_configured: Callable[[], bool] = lambda: True
    advice: str = ""
    """What staff do to be able to ask it, where something is needed."""

    find: Callable[[Any, str, Mapping[str, str]], int | None] | None = None
    """Asks a client for the id there of a title of a kind, by its ids elsewhere; None where that cannot be asked."""

    def titles_within(self, seconds: float) -> int:
        """How many titles can be fetched whole in that time when bulk work has the source to itself."""
        limit = self.limit()
        return int((limit.calls - limit.reserved) / limit.seconds * seconds / self.calls_per_title)
