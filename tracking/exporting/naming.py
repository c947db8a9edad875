"""What titles and episodes are called in an export, so that another catalogue knows which are meant."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

TITLE = ("title", "kind", "name", "year", "ids")
PART = ("season", "episode", "episode_name", "episode_ids")
# One array each, as text: thousands of placeholders cost more than the rows, and a list that psycopg writes does too.
TITLES = "select id, slug, kind, name, year from catalog_title where id = any(%s::bigint[])"
SEASONS = "select id, number from catalog_season where id = any(%s::bigint[])"
EPISODES = """
select e.id, s.number, e.number, e.name from catalog_episode e join catalog_season s on s.id = e.season_id
where e.id = any(%s::bigint[])
"""
IDS = {
    "title": """
        select title_id, source, value from catalog_externalid where title_id = any(%s::bigint[])
        order by source collate "C", length(value), value collate "C"
    """,
    "episode": """
        select episode_id, source, value from catalog_externalid where episode_id = any(%s::bigint[])
        order by source collate "C", length(value), value collate "C"
    """,
}
MOST_KEPT = 5000
"""Titles that are remembered: most logs have fewer, and memory stays bounded with those that have more."""


class Names:
    """Looked up for some rows at a time."""

    def __init__(self) -> None:
        self._titles: dict[int, dict[str, Any]] = {}
        self._seasons: dict[int, int] = {}
        self._episodes: dict[int, dict[str, Any]] = {}

    def load(self, rows: Iterable[dict[str, Any]]) -> None:
        """For rows with `title_id`, and perhaps `season_id` and `episode_id`."""
        several = list(rows)
        self._load_titles({row["title_id"] for row in several})
        seasons = {row["season_id"] for row in several if row.get("season_id")}
        self._seasons = dict(_fetched(SEASONS, seasons)) if seasons else {}
        self._load_episodes({row["episode_id"] for row in several if row.get("episode_id")})

    def title(self, pk: int) -> dict[str, Any]:
        return self._titles[pk]

    def part(self, season: int | None, episode: int | None) -> dict[str, Any]:
        if episode:
            return self._episodes[episode]
        return dict.fromkeys(PART) | {"season": self._seasons[season] if season else None}

    def _load_titles(self, pks: set[int]) -> None:
        if len(self._titles) > MOST_KEPT:
            self._titles = {}
        new = pks - self._titles.keys()
        if new:
            ids = _ids("title", new)
            for pk, *said in _fetched(TITLES, new):
                self._titles[pk] = dict(zip(TITLE, [*said, ids.get(pk, {})], strict=True))

    def _load_episodes(self, pks: set[int]) -> None:
        ids = _ids("episode", pks) if pks else {}
        found = _fetched(EPISODES, pks) if pks else []
        self._episodes = {pk: dict(zip(PART, [*said, ids.get(pk, {})], strict=True)) for pk, *said in found}


def _ids(target: str, pks: set[int]) -> dict[int, dict[str, str]]:
    """One id at each source, by pk; of several there the shortest, which is the oldest as a rule."""
    found: dict[int, dict[str, str]] = {}
    for pk, source, value in _fetched(IDS[target], pks):
        found.setdefault(pk, {}).setdefault(source, value)
    return found


def _fetched(sql: str, pks: set[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{{{','.join(map(str, pks))}}}"])
        return cursor.fetchall()
