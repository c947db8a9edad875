"""Single values in the way TMDB writes them."""

import math
import re

from django.conf import settings

from catalog.locales import is_country, is_language
from catalog.sources.facts import GENRE_LENGTH
from catalog.sources.fields import Record

LANGUAGES = {"cn": "zh", "xx": "zxx"}
"""Codes of its own: Cantonese, and no language at all."""

ELSEWHERE = {
    "imdb_id": ("imdb", re.compile(r"(?:tt|nm)[0-9]{5,10}")),
    "tvdb_id": ("tvdb", re.compile(r"[1-9][0-9]{0,8}")),
    "tvrage_id": ("tvrage", re.compile(r"[1-9][0-9]{0,8}")),
    "wikidata_id": ("wikidata", re.compile(r"Q[1-9][0-9]{0,11}")),
}
_PICTURE = re.compile(r"/[\w.-]+", re.ASCII)


def popularity(theirs: float | None) -> float | None:
    """From 0 to 100. Theirs has no end: 1 is 10 to us, 10 a third, 100 two thirds, 1000 and more all."""
    return None if theirs is None else round(min(100.0, 100 * math.log10(1 + theirs) / 3), 1)


def language_code(code: str) -> str:
    """ISO 639-1, or 639-2 for what has no language."""
    return LANGUAGES.get(code.casefold(), code.casefold())


def language(record: Record) -> str:
    code = language_code(record.line(10, "original_language"))
    if code and not is_language(code):
        record.note("original_language", f"“{code}” is no language that we know; left empty")
        return ""
    return code


def country(record: Record) -> str:
    """Where a title was made: the first country that we know."""
    made_in = [node.get("iso_3166_1") for node in record.items("production_countries") if isinstance(node, dict)]
    codes = [*record.items("origin_country"), *made_in]
    return next((code for code in codes if isinstance(code, str) and is_country(code)), "")


def country_of(record: Record) -> str:
    """The country that an entry of a list is about; empty when it is none that we know."""
    code = record.line(10, "iso_3166_1").upper()
    return code if is_country(code) else ""


def genres(record: Record) -> tuple[str, ...]:
    names = [node.get("name") for node in record.items("genres") if isinstance(node, dict)]
    cut = [name.strip()[:GENRE_LENGTH] for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(name for name in cut if name))


def ids_elsewhere(record: Record) -> dict[str, str]:
    ids = {}
    for name, (source, pattern) in ELSEWHERE.items():
        value = str(record.data.get(name) or "").strip()
        if pattern.fullmatch(value):
            ids[source] = value
        elif value:
            record.note(name, f"“{value[:60]}” is no such id; left out")
    return ids


def picture(record: Record, name: str) -> str:
    path = record.line(200, name)
    if path and not _PICTURE.fullmatch(path):
        record.note(name, f"“{path[:60]}” is no picture; left out")
        return ""
    return f"{settings.TMDB_IMAGE_URL}{path}" if path else ""
