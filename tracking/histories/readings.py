"""Names that can be split in several ways: the catalogue tells which of them is meant, as far as it knows any.

“Arcadia: Part 2: Homecoming” may be a film, a series with an episode, or a series whose name has a colon in it. The
reader says all readings, the likeliest first; the one that the catalogue bears out best is taken, and kept as a reading
like any other: whether it is certain is seen when it is matched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from .facts import Entry, Part, Row, Work
from .parts import folded

KNOWN_TITLES = """
select given.name, t.kind, t.id
from unnest(%s::text[]) as given (name)
join catalog_searchentry e on e.kind in ('movie', 'series')
    and replace(e.norm, ' ', '') = replace(search_fold(given.name), ' ', '')
join catalog_title t on t.id = e.object_id and t.merged_into_id is null
where replace(search_fold(given.name), ' ', '') <> ''
"""

EPISODE_NAMES = """
select title_id, name from catalog_episode where title_id = any(%s) and merged_into_id is null and name <> ''
"""

Reading = Mapping[str, Any]
"""{work, season, number, name}; a film has nothing but the work."""


@dataclass
class Known:
    """What the catalogue has of the names in some readings."""

    films: set[str]
    series: dict[str, set[int]]
    episodes: set[tuple[int, str]]

    def bears_out(self, reading: Reading) -> int:
        """How well: 3 a series with this very episode, 2 a film, 1 a series, 0 not at all."""
        titles = self.series.get(reading["work"], set())
        if not _is_part(reading):
            return 2 if reading["work"] in self.films else 0
        name = folded(reading.get("name") or "")
        if titles and (not name or any((title, name) in self.episodes for title in titles)):
            return 3
        return 1 if titles else 0


def settle(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with the reading that is borne out best; the first of equals."""
    several = [row.says["readings"] for row in rows if isinstance(row, Entry) and len(row.says.get("readings", ())) > 1]
    if not several:
        return list(rows)
    known = _known({reading["work"] for readings in several for reading in readings})
    return [_settled(row, known) if isinstance(row, Entry) else row for row in rows]


def _settled(entry: Entry, known: Known) -> Entry:
    readings = entry.says.get("readings", ())
    if len(readings) < 2:
        return entry
    best = max(readings, key=known.bears_out)
    if best is readings[0]:
        return entry
    kind = "series" if _is_part(best) else ("movie" if known.bears_out(best) else "")
    ids = entry.part.ids if entry.part else {}
    part = Part(best.get("season"), best.get("number"), best.get("name") or "", ids) if _is_part(best) else None
    return replace(entry, work=Work(kind, best["work"]), part=part)


def _is_part(reading: Reading) -> bool:
    return any(reading.get(name) not in (None, "") for name in ("season", "number", "name"))


def _known(names: Iterable[str]) -> Known:
    known = Known(set(), {}, set())
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_TITLES, [sorted(names)])
        for name, kind, title in cursor.fetchall():
            if kind == "movie":
                known.films.add(name)
            else:
                known.series.setdefault(name, set()).add(title)
        titles = {title for each in known.series.values() for title in each}
        cursor.execute(EPISODE_NAMES, [sorted(titles)])
        known.episodes = {(title, folded(name)) for title, name in cursor.fetchall()}
    return known
