"""The answers to a query: exact names first, then those that begin with it, then those with all its words inside.

Each word counts from its beginning, and words may be written as one: “spider man”, “Spider-Man” and “spiderman” find
the same. Only when nothing has them are names that look alike searched.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db import connection, transaction

from accounts.viewers import Viewer
from catalog.models import SearchEntry

LONGEST = 100
"""Letters of a query that are read."""

LONGEST_MISSPELT = 40
"""A longer text is not compared by likeness: that takes ever longer, and is no help to anyone."""

POPULAR = 1000
"""How many of the most popular names are tried first for short words, which half the catalogue has."""

SHORT = 3

MOST_JOINED = 6
"""Words of a query up to which some of them are also tried written as one."""

LIKENESSES = ("0.6", "0.45")
"""Parts of a query's triples of letters that a name must have, the second when the first finds nothing."""


class Match(IntEnum):
    EXACT, START, INSIDE, CLOSE = range(4)


@dataclass(frozen=True)
class Hit:
    """Something found: `label` is the name by which it was, `name` its own. Popularity is as the catalogue has it."""

    kind: str
    object_id: int
    label: str
    name: str
    popularity: float
    match: Match

    @property
    def is_alias(self) -> bool:
        return self.label != self.name

    @property
    def is_close(self) -> bool:
        """Whether it only looks like what was asked for."""
        return self.match is Match.CLOSE


@dataclass(frozen=True)
class Group:
    """What is searched together. `where` is the condition of the indexes, word for word."""

    kinds: frozenset[str]
    where: str
    name: str = "label"
    same: str = "replace(norm, ' ', '') = %(joined)s"
    """Whether a name is the one asked for, spaces apart, in the words of an index."""


_OWN_NAME = "(select t.name from catalog_title t where t.id = best.object_id)"
TITLES = Group(frozenset({SearchEntry.Kind.MOVIE, SearchEntry.Kind.SERIES}), "kind in ('movie', 'series')", _OWN_NAME)
PEOPLE = Group(frozenset({SearchEntry.Kind.PERSON}), "kind = 'person'")
EPISODES = Group(frozenset({SearchEntry.Kind.EPISODE}), "kind = 'episode'", same="norm = %(norm)s")

# 0 for the very name, 1 for its beginning, 2 for all words inside. To take out the spaces is dear: most names fall out
# at their first letter.
MATCH = """
    case when not norm ^@ left(%(norm)s, 1) then 2
    when norm = %(norm)s or replace(norm, ' ', '') = %(joined)s then 0
    when norm ^@ %(norm)s or replace(norm, ' ', '') ^@ %(joined)s then 1 else 2 end
"""
NARROWED = "and facets @> %(facets)s::varchar[]"

# The `+ 0` keeps PostgreSQL from walking down the index on popularity in the hope of meeting matches soon: for rare
# words it would read it whole.
BY_WORDS = """
with matching as (
    select *, {match} as match, popularity as score
    from catalog_searchentry
    where {where} and kind = any(%(kinds)s) and (min_age <= %(age)s or %(unrated)s and min_age is null)
        and (words @@ to_tsquery('simple', %(words)s) {narrowed} or {same} {narrowed})
    order by match, popularity + 0 desc limit %(enough)s
)
"""

# The same, but only among the most popular names, and the very name wherever it is.
AMONG_POPULAR = """
with asked as not materialized (
    select *, popularity as score
    from catalog_searchentry
    where {where} and kind = any(%(kinds)s) and (min_age <= %(age)s or %(unrated)s and min_age is null)
), found as (
    select * from (select * from asked order by popularity desc limit %(popular)s) top
    where words @@ to_tsquery('simple', %(words)s) {narrowed}
    union all (
        select * from asked where {same} {narrowed} order by popularity + 0 desc limit %(enough)s
    )
), matching as (
    select *, {match} as match from found
)
"""

BY_LIKENESS = """
with matching as (
    select *, 3 as match,
        word_similarity(%(norm)s, norm) + 0.3 * similarity(%(norm)s, norm) + 0.03 * ln(1 + popularity) as score
    from catalog_searchentry
    where {where} and kind = any(%(kinds)s) and (min_age <= %(age)s or %(unrated)s and min_age is null)
        and %(norm)s <%% norm {narrowed}
    order by score desc limit %(enough)s
)
"""

# The text as it is searched, and which runs of its words some name has as one word. That is asked first, since GIN
# takes three times as long for a query that has alternatives.
ASKED = """
with asked as (select search_fold(%(text)s) as norm),
split as (select norm, string_to_array(norm, ' ') as parts from asked)
select norm, array(
    select array[first - 1, last]
    from generate_series(1, cardinality(parts)) first, generate_series(first + 1, cardinality(parts)) last
    where cardinality(parts) <= %(most)s and ({known})
)
from split
"""
# Counted, since `exists` lets PostgreSQL hope to meet one soon: it would read the table row by row.
KNOWN = """
(
    select count(*) from catalog_searchentry
    where {where} and words @@ quote_literal(array_to_string(parts[first:last], ''))::tsquery
) > 0
"""

EACH_ONCE = """
, best as (select distinct on (object_id) * from matching order by object_id, match, score desc, label)
(select kind, object_id, label, {name}, popularity, match, score from best
order by match, score desc, object_id limit %(limit)s)
"""


def tidy(text: str) -> str:
    """What of a typed text is searched for: no control signs, single spaces, at most `LONGEST` letters."""
    known = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text[: 4 * LONGEST])
    return " ".join(unicodedata.normalize("NFC", known).split())[:LONGEST].rstrip()


def find(
    query: str,
    viewer: Viewer,
    *,
    limit: int = 10,
    kinds: Collection[str] | None = None,
    facets: Sequence[str] = (),
) -> list[Hit]:
    """Titles and people for a query, at most `limit` of each, the best first, each once with its best name.

    With `facets`, such as ["1990s", "genre:7"], only the titles that have all of them. What has the words but not the
    kind or the facets keeps others from being found by mere likeness.
    """
    offered = (TITLES,) if facets else (TITLES, PEOPLE)
    groups = [group for group in offered if kinds is None or group.kinds & set(kinds)]
    asked = _asked(query, groups)
    if asked is None:
        return []
    parameters = _parameters(asked, viewer, limit, kinds, facets)
    hits = _by_words(groups, parameters)
    if hits or ((kinds or facets) and _by_words(groups, _unnarrowed(parameters))):
        return hits
    return _look_alike(groups, parameters)


def find_episodes(query: str, viewer: Viewer, *, limit: int = 10) -> list[Hit]:
    """Episodes whose names have all words of a query of three letters or more; misspelt ones find nothing."""
    asked = _asked(query, [EPISODES])
    if asked is None or len(asked.norm) < 3:
        return []
    return _by_words([EPISODES], _parameters(asked, viewer, limit))


@dataclass(frozen=True)
class Asked:
    """A query as names are searched: words of letters and figures, with single spaces between."""

    norm: str
    runs: list[tuple[int, int]]
    """Words, from one to before another, that some name has as one, whole: “the r” is no beginning of “There”."""

    @property
    def ways(self) -> list[str]:
        """How it may be written, as tsqueries."""
        words = [f"'{word}':*" for word in self.norm.split()]
        joined = [(start, end, "".join(self.norm.split()[start:end])) for start, end in self.runs]
        ways = [words, *([*words[:start], f"'{word}'", *words[end:]] for start, end, word in joined)]
        return [" & ".join(way) for way in ways]


def _asked(query: str, groups: list[Group]) -> Asked | None:
    """None where there is nothing to search for, or nothing to search in."""
    text = tidy(query)
    if not groups or not any(sign.isalnum() for sign in text):
        return None
    known = " or ".join(KNOWN.replace("{where}", group.where) for group in groups)
    with connection.cursor() as cursor:
        cursor.execute(ASKED.replace("{known}", known), {"text": text, "most": MOST_JOINED})
        norm, runs = cursor.fetchone()
    return Asked(norm, [(start, end) for start, end in runs]) if norm else None


def _parameters(
    asked: Asked, viewer: Viewer, limit: int, kinds: Collection[str] | None = None, facets: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        "norm": asked.norm,
        "joined": asked.norm.replace(" ", ""),
        "words": " | ".join(asked.ways),
        "kinds": list(kinds if kinds is not None else SearchEntry.Kind),
        "facets": list(facets),
        "age": viewer.highest_age,
        "unrated": viewer.sees_unrated,
        "popular": POPULAR,
        "limit": limit,
        "enough": 3 * limit,
    }


def _unnarrowed(parameters: dict[str, Any]) -> dict[str, Any]:
    return parameters | {"kinds": list(SearchEntry.Kind), "facets": [], "limit": 1}


def _by_words(groups: list[Group], parameters: dict[str, Any]) -> list[Hit]:
    """Short words begin half of all names: those are looked for among all only where the popular ones do not do."""
    hits: list[Hit] = []
    if _has_short_words_only(parameters["norm"]):
        hits = _hits(AMONG_POPULAR, groups, parameters)
        found = Counter(group for hit in hits for group in groups if hit.kind in group.kinds)
        groups = [group for group in groups if found[group] < parameters["limit"]]
        hits = [hit for hit in hits if not any(hit.kind in group.kinds for group in groups)]
    hits += _hits(BY_WORDS, groups, parameters) if groups else []
    return sorted(hits, key=lambda hit: (hit.match, -hit.popularity))


def _has_short_words_only(norm: str) -> bool:
    return max(map(len, norm.split())) <= SHORT


def _look_alike(groups: list[Group], parameters: dict[str, Any]) -> list[Hit]:
    norm = parameters["norm"]
    if _has_short_words_only(norm) or len(norm) > LONGEST_MISSPELT:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        for likeness in LIKENESSES:
            cursor.execute("select set_config('pg_trgm.word_similarity_threshold', %s, true)", [likeness])
            hits = _hits(BY_LIKENESS, groups, parameters)
            if hits:
                return hits
    return []


def _hits(statement: str, groups: list[Group], parameters: dict[str, Any]) -> list[Hit]:
    parts = [_written(statement + EACH_ONCE, group, parameters) for group in groups]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"({part})" for part in parts), parameters)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[5], -row[6]))
    return list(_known(rows))


def _written(statement: str, group: Group, parameters: dict[str, Any]) -> str:
    narrowed = NARROWED if parameters["facets"] else ""
    pieces = {"where": group.where, "name": group.name, "same": group.same, "match": MATCH, "narrowed": narrowed}
    for name, piece in pieces.items():
        statement = statement.replace(f"{{{name}}}", piece)
    return statement


def _known(rows: list[tuple[Any, ...]]) -> Iterator[Hit]:
    """Leaves out entries whose title is gone, until a worker does."""
    for kind, object_id, label, name, popularity, match, _score in rows:
        if name is not None:
            yield Hit(kind, object_id, label, name, popularity, Match(match))
