"""What TheTVDB can be asked. Each question raises a SourceError when there is no usable answer."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings

from catalog import live
from catalog.sources.errors import MalformedError, NotFoundError, UnavailableError
from catalog.sources.facts import PersonRecord, Problem, TitleFacts
from catalog.sources.fields import Record, UnusableError, each
from catalog.sources.http import JsonClient, Params
from catalog.sources.limits import RateLimit

from . import episodes, reading
from .login import Login
from .updates import UpdatesPage, read_update
from .words import ENGLISH, FEEDS, NAME, SOURCE

# TheTVDB names no limit. Ten calls a second are our own choice, and two of them are for whoever has a page open.
LIMIT = RateLimit(SOURCE, calls=10, seconds=1.0, redis=live.redis, reserved=2)
PATHS = {"series": "/series", "movie": "/movies"}
MOST_PAGES = 100
"""Of a list of episodes, each of which holds 500: three times the longest series."""

MOST_FOUND = 50
TRANSLATED = (("meta", "translations"),)
IMDB_ID = re.compile(r"tt[0-9]{5,10}")

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class TheTVDB:
    client: JsonClient

    def title(self, kind: str, number: int) -> TitleFacts:
        """A series or film whole. The id of the answer may be another one, where two became one since."""
        answer = self._object(f"{PATHS[kind]}/{number}/extended", TRANSLATED)
        facts = self._read(lambda: reading.read_whole_title(kind, answer))
        if kind != "series":
            return facts
        whole = answer | {"_embedded": self._lists(f"{PATHS[kind]}/{facts.id}", answer)}
        return self._read(lambda: reading.read_whole_title(kind, whole))

    def person(self, number: int) -> PersonRecord:
        answer, problems = self._object(f"/people/{number}/extended", TRANSLATED), list[Problem]()
        person = self._read(lambda: reading.read_person(Record(answer, f"person {number}", problems)))
        return PersonRecord(person, answer, tuple(problems))

    def search(self, words: str) -> list[TitleFacts]:
        """The series and films whose names in any language are like these words, the likeliest first."""
        hits = self._list("/search", [("query", words), ("limit", MOST_FOUND)])
        titles = [hit for hit in hits if isinstance(hit, dict) and hit.get("type") in PATHS]
        return each(titles, "search, record", reading.read_hit, [])

    def find(self, kind: str, ids: Mapping[str, str]) -> int | None:
        """The id of a title there, by its id at IMDb; None where that leads to nothing, or to several titles."""
        value = ids.get("imdb", "")
        if not IMDB_ID.fullmatch(value):
            return None
        try:
            hits = self._list(f"/search/remoteid/{value}")
        except NotFoundError:
            return None
        named = [hit[kind] for hit in hits if isinstance(hit, dict) and hit.get(kind)]
        found = each(named, "found", Record.id, [])
        return found[0] if len(found) == 1 else None

    def updates(self, feed: str, *, since: datetime, page: int) -> UpdatesPage:
        """A page, counted from 0, of what was made, changed, deleted or merged since. Raises NotFoundError behind the
        last one."""
        asked: Params = [("since", int(since.timestamp())), ("type", feed), ("page", page)]
        nodes = self._list("/updates", asked)
        if not nodes and page:
            raise NotFoundError(f"{NAME} has no page {page} of what changed.")
        problems: list[Problem] = []
        subject = f"updates of {feed}, page {page}, record"
        told = each(nodes, subject, lambda record: read_update(feed, record), problems)
        return UpdatesPage(FEEDS[feed], tuple(told), tuple(problems))

    def _lists(self, path: str, series: dict[str, Any]) -> dict[str, Any]:
        """The episodes as they were broadcast, their English names, and where they stand in the other orders.

        An order that TheTVDB does not give is left out: nothing is concluded from it then.
        """
        aired = episodes.aired_order(series)
        wanted = {"episodes": aired}
        if series.get("originalLanguage") != ENGLISH:
            wanted["english"] = f"{aired}/{ENGLISH}"
        wanted |= {order: order for order in episodes.other_orders(series)}
        lists = {name: self._episodes(f"{path}/episodes/{order}") for name, order in wanted.items()}
        return {name: episodes.kept_of(name, nodes) for name, nodes in lists.items() if nodes is not None}

    def _episodes(self, path: str) -> list[Any] | None:
        """All pages of a list; None when the first is not there, which says nothing about the series."""
        found: list[Any] = []
        for page in range(MOST_PAGES):
            try:
                document = self.client.get(path, [("page", page)])
            except NotFoundError as error:
                if not page:
                    return None
                raise UnavailableError(f"{NAME} has only {page} pages of {path}, and named another.") from error
            data = _data(path, document)
            if not isinstance(data, dict) or not isinstance(data.get("episodes"), list):
                raise MalformedError(f"{NAME} answered {path} with something that is no list of episodes.")
            found += data["episodes"]
            links = document.get("links")
            if not data["episodes"] or not (isinstance(links, dict) and links.get("next")):
                return found
        raise MalformedError(f"{NAME} answered {path} with more than {MOST_PAGES} pages.")

    def _object(self, path: str, params: Params = ()) -> dict[str, Any]:
        data = _data(path, self.client.get(path, params))
        if not isinstance(data, dict):
            raise MalformedError(f"{NAME} answered {path} with something that is no record.")
        return data

    def _list(self, path: str, params: Params = ()) -> list[Any]:
        """Nothing is an empty list."""
        data = _data(path, self.client.get(path, params))
        if data is not None and not isinstance(data, list):
            raise MalformedError(f"{NAME} answered {path} with something that is not a list.")
        return data or []

    def _read(self, read: Callable[[], Thing]) -> Thing:
        try:
            return read()
        except UnusableError as error:
            raise MalformedError(f"{NAME}, {error}") from error


def connect(*, is_bulk: bool, stop: threading.Event | None = None) -> TheTVDB:
    """Bulk work leaves some of the allowed calls to viewers who wait."""
    stop = stop or threading.Event()

    def client(**headers: Any) -> JsonClient:
        return JsonClient(
            NAME, settings.TVDB_URL, LIMIT, settings.SOURCE_TIMEOUT, is_bulk=is_bulk, stop=stop, **headers
        )

    login = Login(client(), settings.TVDB_API_KEY, settings.TVDB_PIN)
    return TheTVDB(client(headers=login.headers, renew=login.renew))


def _data(path: str, document: Any) -> Any:
    """What is in the envelope of every answer."""
    if not isinstance(document, dict) or "data" not in document or document.get("status") == "failure":
        raise MalformedError(f"{NAME} answered {path} with something that is not one of its answers.")
    return document.get("data")
