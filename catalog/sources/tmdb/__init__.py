"""TMDB (https://developer.themoviedb.org/reference): films and people, and where films and series may be watched.

It needs a key, which is free. What it does not know it gives as "", 0, null or not at all; names and overviews are the
English ones, or the original ones where nobody translated them. Where things may be watched it has from JustWatch.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from catalog import live
from catalog.sources.errors import MalformedError
from catalog.sources.facts import PersonRecord, Problem, TitleFacts
from catalog.sources.fields import Record, UnusableError, each
from catalog.sources.http import JsonClient, Params
from catalog.sources.limits import RateLimit
from catalog.sources.provider import Provider

from .people import read_person
from .titles import WORDS, read_hit, read_stored, read_whole_title
from .values import ELSEWHERE

SOURCE = "tmdb"
NAME = "TMDB"
# TMDB promises no number; some forty calls a second are let through. A quarter of that is our own choice.
LIMIT = RateLimit(SOURCE, calls=10, seconds=1.0, redis=live.redis, reserved=2)

ADVICE = (
    "Ask for a key at https://www.themoviedb.org/settings/api, which is free, and set TMDB_API_KEY to what is called "
    "“API Read Access Token” there. The short “API Key” is not taken: it would have to stand in every address."
)
TOKEN = re.compile(r"[\w-]+(?:\.[\w-]+){2}", re.ASCII)

MOST_PAGES = 500
"""Of a list; TMDB gives no more."""


@dataclass(frozen=True)
class TMDB:
    """The questions that can be asked. Each raises a SourceError when there is no usable answer."""

    client: JsonClient

    def title(self, kind: str, number: int) -> TitleFacts:
        """A film whole; of a series what others lack, without episodes and people."""
        words = WORDS[kind]
        document = self.client.get(f"/{words.path}/{number}", [("append_to_response", ",".join(words.parts))])
        try:
            return read_whole_title(kind, Record.of(document, f"{words.noun} {number}", []))
        except UnusableError as error:
            raise MalformedError(f"{NAME}, {error}") from error

    def person(self, number: int) -> PersonRecord:
        document = self.client.get(f"/person/{number}", [("append_to_response", "external_ids")])
        problems: list[Problem] = []
        try:
            record = Record.of(document, f"person {number}", problems)
            return PersonRecord(read_person(record), document, tuple(problems))
        except UnusableError as error:
            raise MalformedError(f"{NAME}, {error}") from error

    def search(self, words: str) -> list[TitleFacts]:
        """The films and series that have a name like these words, the likeliest first."""
        hits = self._list("/search/multi", [("query", words), ("include_adult", "false")])
        return each(hits.items("results"), "search, record", read_hit, [])

    def find(self, kind: str, ids: Mapping[str, str]) -> int | None:
        """The id of a title there, by its ids elsewhere; None where they lead to nothing, or to several titles."""
        for theirs, (source, pattern) in ELSEWHERE.items():
            if theirs in WORDS[kind].found_by and pattern.fullmatch(value := ids.get(source, "")):
                answer = self.client.get(f"/find/{value}", [("external_source", theirs)])
                record = Record(answer if isinstance(answer, dict) else {}, f"/find/{value}")
                found = each(record.items(f"{WORDS[kind].path}_results"), "found", Record.id, [])
                if len(found) == 1:
                    return found[0]
        return None

    def changed(self, kind: str, day: date) -> frozenset[int]:
        """The ids of the films or series that changed on a day (UTC), of the last fourteen."""
        found: set[int] = set()
        path, until = f"/{WORDS[kind].path}/changes", day + timedelta(days=1)
        for page in range(1, MOST_PAGES + 1):
            record = self._list(path, [("start_date", str(day)), ("end_date", str(until)), ("page", page)])
            found.update(each(record.items("results"), "change", Record.id, []))
            if page >= (record.whole("total_pages", 0, 1_000_000) or 0):
                break
        return frozenset(found)

    def _list(self, path: str, params: Params) -> Record:
        document = self.client.get(path, params)
        if not isinstance(document, dict) or not isinstance(document.get("results"), list):
            raise MalformedError(f"{NAME} answered {path} with something that is not a list.")
        return Record(document, path)


def is_configured() -> bool:
    return bool(TOKEN.fullmatch(settings.TMDB_API_KEY))


def connect(*, is_bulk: bool, stop: threading.Event | None = None) -> TMDB:
    """Bulk work leaves some of the allowed calls to viewers who wait."""
    return TMDB(
        JsonClient(
            NAME,
            settings.TMDB_URL,
            LIMIT,
            settings.SOURCE_TIMEOUT,
            is_bulk=is_bulk,
            stop=stop or threading.Event(),
            headers=lambda: {"Authorization": f"Bearer {settings.TMDB_API_KEY}"},
        )
    )


PROVIDER = Provider(
    source=SOURCE,
    name=NAME,
    kinds=frozenset(WORDS),
    calls_per_title=1,
    limit=lambda: LIMIT,
    connect=connect,
    read_stored=read_stored,
    is_configured=is_configured,
    advice=ADVICE,
    find=TMDB.find,
)
