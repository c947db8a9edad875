"""Rows that follow from other rows, made by PostgreSQL itself: outside ids, search entries, the library."""

from collections.abc import Iterator
from datetime import datetime

from catalog.models import ExternalId, SearchEntry, SourceRecord
from tracking.models import LibraryEntry

from .copying import Loaded, insert, insert_rest, run

SUBJECTS = {
    "title": "SELECT 'tvmaze', kind, (id + 100)::text, id FROM catalog_title",
    "season": "SELECT 'tvmaze', 'season', (id + 100)::text, id FROM catalog_season",
    "episode": "SELECT 'tvmaze', 'episode', (id + 100)::text, id FROM catalog_episode",
    "person": "SELECT 'tvmaze', 'person', (id + 100)::text, id FROM catalog_person",
}
IMDB_TITLES = "SELECT 'imdb', kind, 'tt' || lpad(id::text, 8, '0'), id FROM catalog_title WHERE id %% 3 > 0"
ANSWERS = """
SELECT 'tvmaze', kind, (id + 100)::text, 'indexed', %s, %s,
    jsonb_build_object('id', id + 100, 'name', name, 'language', language, 'status', status, 'runtime', runtime)
    {rest}
FROM catalog_title
"""

SEARCHED = ("kind", "object_id", "label", "popularity", "min_age")
# The rules of catalog/search/entries.py, for all rows at once.
TITLE_NAMES = """
SELECT DISTINCT ON (id, folded) kind, id, label, popularity, min_age,
    array_remove(ARRAY[year::text, (year / 10 * 10) || 's'], NULL)
        || genres
    {rest}
FROM (
    SELECT t.kind, t.id, n.label, search_fold(n.label) AS folded, n.place, t.popularity, t.min_age, t.year
    FROM catalog_title t
    CROSS JOIN LATERAL (VALUES (t.name, 1), (t.original_name, 2)) n (label, place)
    UNION ALL
    SELECT t.kind, t.id, a.name, search_fold(a.name), 3, t.popularity, t.min_age, t.year
    FROM catalog_title t JOIN catalog_alias a ON a.title_id = t.id
) named
LEFT JOIN (
    SELECT title_id, array_agg('genre:' || genre_id ORDER BY genre_id) AS genres
    FROM catalog_title_genres GROUP BY title_id
) kinds ON kinds.title_id = named.id
WHERE folded <> '' ORDER BY id, folded, place, label
"""
PEOPLE_NAMES = """
SELECT 'person', p.id, p.name, p.popularity, min(t.min_age) {rest}
FROM catalog_person p JOIN catalog_credit c ON c.person_id = p.id JOIN catalog_title t ON t.id = c.title_id
GROUP BY p.id
"""
EPISODE_NAMES = """
SELECT DISTINCT ON (folded) 'episode', id, name, popularity, min_age {rest} FROM (
    SELECT e.id, e.name, search_fold(e.name) AS folded, t.popularity, t.min_age
    FROM catalog_episode e JOIN catalog_title t ON t.id = e.title_id
) named WHERE length(folded) > 1 AND folded !~ '^episode [0-9]+$' ORDER BY folded, popularity DESC, id
"""

ENTRY_COLUMNS = (
    *(
        "profile_id",
        "title_id",
        "state",
        "is_said",
        "run",
        "watch_count",
        "seen_count",
        "last_watched_at",
        "next_episode_id",
    ),
    *("counted_at", "created_at", "updated_at"),
)
# The rule of tracking/progress.py: the first regular episode not seen behind the one watched last, else the first one.
WATCHED = """
WITH counted AS (
    SELECT w.profile_id, w.title_id, count(*) AS watch_count, max(w.sort_at) AS last_at, min(w.sort_at) AS first_at,
        count(DISTINCT w.episode_id) FILTER (WHERE e.kind = 'regular') AS seen
    FROM tracking_watch w LEFT JOIN catalog_episode e ON e.id = w.episode_id
    GROUP BY w.profile_id, w.title_id
), measured AS (
    SELECT c.*, t.kind, t.status, n.id AS next_id
    FROM counted c JOIN catalog_title t ON t.id = c.title_id
    LEFT JOIN LATERAL (
        SELECT s.number AS season, e.number FROM tracking_watch w
        JOIN catalog_episode e ON e.id = w.episode_id AND e.kind = 'regular' JOIN catalog_season s ON s.id = e.season_id
        WHERE w.profile_id = c.profile_id AND w.title_id = c.title_id
        ORDER BY w.sort_at DESC, s.number DESC, e.number DESC LIMIT 1
    ) l ON c.seen > 0
    LEFT JOIN LATERAL (
        SELECT e.id FROM catalog_episode e JOIN catalog_season s ON s.id = e.season_id
        WHERE c.seen > 0 AND e.title_id = c.title_id AND e.kind = 'regular' AND e.id NOT IN (
            SELECT w.episode_id FROM tracking_watch w
            WHERE w.profile_id = c.profile_id AND w.title_id = c.title_id AND w.episode_id IS NOT NULL
        )
        ORDER BY (s.number, e.number) <= (l.season, l.number), s.number, e.number LIMIT 1
    ) n ON true
)
SELECT profile_id, title_id,
    CASE
        WHEN kind = 'movie' OR next_id IS NULL AND status = 'ended' AND seen > 0 THEN 'completed'
        WHEN profile_id > 3 AND (profile_id + title_id) %% 10 = 0 THEN 'paused'
        WHEN profile_id > 3 AND (profile_id + title_id) %% 10 = 1 THEN 'dropped'
        ELSE 'watching'
    END,
    false, 1, watch_count, CASE WHEN kind = 'movie' THEN 1 ELSE seen END, last_at, next_id, %s, first_at, last_at
FROM measured
"""
PLANNED = """
SELECT DISTINCT p.id, t.id, 'planned' {rest}
FROM accounts_profile p CROSS JOIN generate_series(1, 25) AS n
JOIN catalog_title t ON t.id = 1 + (p.id * 7919 + n * 104729 * p.id + n) %% %s
WHERE NOT EXISTS (SELECT FROM tracking_watch w WHERE w.profile_id = p.id AND w.title_id = t.id)
"""


def outside_ids(at: datetime) -> Iterator[Loaded]:
    table = ExternalId._meta.db_table
    for subject, select in SUBJECTS.items():
        yield insert(table, ("source", "kind", "value", f"{subject}_id"), select)
    yield insert(table, ("source", "kind", "value", "title_id"), IMDB_TITLES)
    columns = ("source", "kind", "external_id", "state", "fetched_at", "source_updated_at", "data")
    yield insert_rest(SourceRecord, columns, ANSWERS, [at, at], at=at)


def search_entries(at: datetime) -> Iterator[Loaded]:
    yield insert_rest(SearchEntry, (*SEARCHED, "facets"), TITLE_NAMES, at=at)
    for select in (PEOPLE_NAMES, EPISODE_NAMES):
        yield insert_rest(SearchEntry, SEARCHED, select, at=at)


def entries(titles: int, at: datetime) -> Iterator[Loaded]:
    """Counters, states and next episodes, from the log; then what is only planned."""
    run("ANALYZE tracking_watch, catalog_episode, catalog_season, catalog_title, accounts_profile")
    yield insert(LibraryEntry._meta.db_table, ENTRY_COLUMNS, WATCHED, [at])
    yield insert_rest(LibraryEntry, ("profile_id", "title_id", "state"), PLANNED, [titles], at=at)
