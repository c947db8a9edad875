"""How titles, people and episodes become entries: one statement each, writing only what is not right already.

The statements of titles and people compare what should be there (`named`) with what is.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from .naming import GENERIC

# A title is found by its name, its original name and its aliases; of those that are searched alike the first stands.
TITLES = """
with named as (
    select distinct on (id, folded) id, kind, label, popularity, min_age, facets
    from (
        select t.id, t.kind, n.label, search_fold(n.label) as folded, n.place, t.popularity, t.min_age, f.facets
        from catalog_title t
        cross join lateral (
            select array_remove(array[t.year::text, (t.year / 10 * 10) || 's'], null) || array(
                select 'genre:' || g.genre_id from catalog_title_genres g where g.title_id = t.id order by g.genre_id
            )
        ) as f (facets)
        cross join lateral (
            select t.name, 1
            union all select t.original_name, 2
            union all select a.name, 3 from catalog_alias a where a.title_id = t.id
        ) as n (label, place)
        where t.id = any(%(ids)s) and t.is_published and t.merged_into_id is null
    ) names
    where folded <> ''
    order by id, folded, place, label
), gone as (
    delete from catalog_searchentry e
    where e.kind in ('movie', 'series') and e.object_id = any(%(ids)s)
        and not exists (select from named n where n.kind = e.kind and n.id = e.object_id and n.label = e.label)
    returning e.object_id
), written as (
    insert into catalog_searchentry as e (kind, object_id, label, popularity, min_age, facets)
    select kind, id, label, popularity, min_age, facets from named
    on conflict (kind, object_id, label) do update
    set popularity = excluded.popularity, min_age = excluded.min_age, facets = excluded.facets
    where (e.popularity, e.min_age, e.facets)
        is distinct from (excluded.popularity, excluded.min_age, excluded.facets)
    returning e.object_id
)
select object_id from gone union select object_id from written
"""

# A person is as well known as their best known title, and shown to whoever may see one of their titles.
PEOPLE = """
with named as (
    select p.id, p.name as label, coalesce(nullif(p.popularity, 0), max(t.popularity)) as popularity,
        min(t.min_age) as min_age
    from catalog_person p
    join catalog_credit c on c.person_id = p.id
    join catalog_title t on t.id = c.title_id and t.is_published and t.merged_into_id is null
    where p.id = any(%(ids)s) and search_fold(p.name) <> ''
    group by p.id
), gone as (
    delete from catalog_searchentry e
    where e.kind = 'person' and e.object_id = any(%(ids)s)
        and not exists (select from named n where n.id = e.object_id and n.label = e.label)
    returning e.object_id
), written as (
    insert into catalog_searchentry as e (kind, object_id, label, popularity, min_age, facets)
    select 'person', id, label, popularity, min_age, '{}' from named
    on conflict (kind, object_id, label) do update set popularity = excluded.popularity, min_age = excluded.min_age
    where (e.popularity, e.min_age) is distinct from (excluded.popularity, excluded.min_age)
    returning e.object_id
)
select object_id from gone union select object_id from written
"""

# Every name that one of these episodes has, or stood for until now, goes to the best known episode that has it.
EPISODES = """
with asked as (
    select id, name, withdrawn_at from catalog_episode where title_id = any(%(titles)s)
    union all select id, name, withdrawn_at from catalog_episode where id = any(%(episodes)s)
), touched as (
    select search_fold(name) as folded from asked where withdrawn_at is null
    union select norm from catalog_searchentry where kind = 'episode' and object_id in (select id from asked)
    union select norm from catalog_searchentry where kind = 'episode' and object_id = any(%(episodes)s)
), named as (
    select distinct on (d.folded) d.folded, e.id, e.name as label, t.popularity, t.min_age
    from (select folded from touched where length(folded) > 1 and folded !~ %(generic)s offset 0) d
    join catalog_episode e on search_fold(e.name) = d.folded and e.withdrawn_at is null
    join catalog_title t on t.id = e.title_id and t.is_published and t.merged_into_id is null
    order by d.folded, t.popularity desc, e.id
), gone as (
    delete from catalog_searchentry s using touched
    where s.kind = 'episode' and s.norm = touched.folded
        and not exists (select from named n where n.folded = s.norm)
    returning s.object_id
), written as (
    insert into catalog_searchentry as s (kind, object_id, label, popularity, min_age, facets)
    select 'episode', id, label, popularity, min_age, '{}' from named
    on conflict (norm) where kind = 'episode' do update
    set object_id = excluded.object_id, label = excluded.label, popularity = excluded.popularity,
        min_age = excluded.min_age
    where (s.object_id, s.label, s.popularity, s.min_age)
        is distinct from (excluded.object_id, excluded.label, excluded.popularity, excluded.min_age)
    returning s.object_id
)
select object_id from gone union select object_id from written
"""


def write_titles(ids: Iterable[int]) -> list[int]:
    """Those of the titles whose entries were not right."""
    return _write(TITLES, ids=list(ids))


def write_people(ids: Iterable[int]) -> list[int]:
    return _write(PEOPLE, ids=list(ids))


def write_episodes(title_ids: Iterable[int], episode_ids: Iterable[int] = ()) -> list[int]:
    """Look at the names of all episodes of these titles, and of these episodes, which may be gone."""
    return _write(EPISODES, titles=list(title_ids), episodes=list(episode_ids), generic=GENERIC)


def _write(statement: str, **parameters: Any) -> list[int]:
    if not any(parameters[name] for name in parameters.keys() - {"generic"}):
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [object_id for (object_id,) in cursor.fetchall()]
