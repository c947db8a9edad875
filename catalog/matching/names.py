"""Which titles are called like others: by the names in the search index, of one kind."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from .evidence import Likeness

Pair = tuple[int, int]
"""Two titles, the older first (pks)."""

ALIKE = "0.6"
"""The part of their triples of letters that two names share at least to look alike."""

SHORTEST = 5
"""Letters of names that are compared by their looks; shorter ones look like everything."""

# The condition on the kinds is that of the indexes, word for word. 2: both are called so, 1: one is also called so.
BY_NAME = """
with asked as (
    select t.id, t.kind, search_fold(n.label) as norm, n.is_own
    from catalog_title t
    cross join lateral (
        select t.name, true
        union all select t.original_name, true
        union all select a.name, false from catalog_alias a where a.title_id = t.id
    ) as n (label, is_own)
    where t.id = any(%(ids)s) and t.is_published and t.merged_into_id is null
)
select least(a.id, o.id), greatest(a.id, o.id), max(case when a.is_own and e.label in (o.name, o.original_name)
    then 2 else 1 end)
from asked a
join catalog_searchentry e on e.kind in ('movie', 'series') and e.norm = a.norm and e.kind = a.kind
join catalog_title o on o.id = e.object_id and o.is_published and o.merged_into_id is null
where a.norm <> '' and o.id <> a.id
group by 1, 2
"""

BY_LOOKS = """
select distinct least(t.id, o.id), greatest(t.id, o.id), 0
from (
    select id, kind, search_fold(name) as norm from catalog_title
    where id = any(%(ids)s) and is_published and merged_into_id is null
) t
join catalog_searchentry e on e.kind in ('movie', 'series') and e.norm %% t.norm and e.kind = t.kind
join catalog_title o on o.id = e.object_id and o.is_published and o.merged_into_id is null
where length(t.norm) >= %(shortest)s and o.id <> t.id
"""


def namesakes(title_ids: Iterable[int]) -> dict[Pair, Likeness]:
    """Pairs of one of these titles and any other of its kind whose names agree."""
    parameters: dict[str, Any] = {"ids": list(title_ids), "shortest": SHORTEST}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('pg_trgm.similarity_threshold', %s, true)", [ALIKE])
        cursor.execute(BY_LOOKS, parameters)
        rows = cursor.fetchall()
        cursor.execute(BY_NAME, parameters)
        rows += cursor.fetchall()
    return {(one, other): Likeness(likeness) for one, other, likeness in rows}
