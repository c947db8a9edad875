"""“Viewers also watched”: item to item, counted from the library by PostgreSQL itself.

A pair of titles is as like as many profiles watched both, against how many watched each (the cosine), so that what
everybody watches is like nothing in particular. A few viewers more on both sides damp what only a handful says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from accounts.viewers import Viewer
from catalog import likeness
from catalog.billing import Billing
from catalog.likeness import Alike
from catalog.models import Title
from tracking.models import AlsoWatched

from . import FEWEST

CLOSEST = 20
"""Of each title so many are kept."""

NEWEST = 500
"""Of each profile so many titles count: what was watched before says less, and the work grows with their square."""

AT_ONCE = 2_000_000
"""Pairs that are counted in one statement, unless a single title has more."""

DAMPING = 10
AN_HOUR = 60 * 60
MEMORY = "64MB"

SHELVES = """
create temporary table shelf as
select profile_id, array_agg(title_id) as titles
from (
    select profile_id, title_id,
        row_number() over (partition by profile_id order by last_watched_at desc nulls last, id desc) as place
    from tracking_libraryentry where watch_count > 0 and state <> 'dropped'
) watched where place <= %(newest)s group by profile_id
"""

AUDIENCES = """
create temporary table audience as
select title_id, count(*) as viewers, array_agg(profile_id) as profiles, sum(cardinality(titles)) as pairs
from shelf, unnest(titles) as title_id group by title_id having count(*) >= %(fewest)s
"""

CHUNKS = """
select max(title_id) from (
    select title_id, (sum(pairs) over (order by title_id) / %(at_once)s)::bigint as chunk from audience
) summed group by chunk order by chunk
"""

# What is not among the closest any more goes, and what is there already is only touched where it changed: readers see
# the old rows of a title until they see the new ones.
REPLACE = """
with pair as (
    select a.title_id, other_id, count(*) as together
    from audience a, unnest(a.profiles) as viewer join shelf s on s.profile_id = viewer, unnest(s.titles) as other_id
    where a.title_id > %(after)s and a.title_id <= %(until)s and other_id <> a.title_id
    group by a.title_id, other_id having count(*) >= %(fewest)s
), judged as (
    select p.title_id, other_id, together, a.viewers,
        together / sqrt((a.viewers + %(damping)s) * (o.viewers + %(damping)s)::float) as likeness
    from pair p join audience a on a.title_id = p.title_id join audience o on o.title_id = other_id
), closest as materialized (
    select * from (
        select *, row_number() over (partition by title_id order by likeness desc, other_id desc) as place from judged
    ) ranked where place <= %(closest)s
), gone as (
    delete from tracking_alsowatched old where title_id > %(after)s and title_id <= %(until)s
        and not exists (select from closest c where c.title_id = old.title_id and c.other_id = old.other_id)
)
insert into tracking_alsowatched as old (title_id, other_id, together, viewers, likeness)
select title_id, other_id, together, viewers, likeness from closest order by title_id, other_id
on conflict (title_id, other_id) do update
    set together = excluded.together, viewers = excluded.viewers, likeness = excluded.likeness
    where (old.together, old.viewers, old.likeness) is distinct from
        (excluded.together, excluded.viewers, excluded.likeness)
"""

LAST = 2**63 - 1


def near(title: Title, billing: Billing, viewer: Viewer) -> list[Alike]:
    """What stands beside a title: what its viewers also watched, then what is like it, each with the reason in words;
    only what the viewer may see."""
    said = {other: _in_words(together, viewers) for other, together, viewers in _kept(title, viewer)}
    if len(said) < likeness.MOST:
        said |= {pk: why for pk, why in likeness.reasons(title, billing, viewer).items() if pk not in said}
    return likeness.shown(dict(islice(said.items(), likeness.MOST)), viewer)


def _kept(title: Title, viewer: Viewer) -> list[tuple[int, int, int]]:
    """Of the closest: the id, how many watched both, and how many this one. Kept for an hour, since it is counted by
    night, apart for viewers who may see different things."""

    def read() -> list[tuple[int, int, int]]:
        rows = AlsoWatched.objects.filter(title=title).visible_to(viewer).closest_first()
        return list(rows.values_list("other", "together", "viewers")[: likeness.MOST])

    key = f"also-watched:{title.pk}:{likeness.eyes(viewer)}"
    kept: list[tuple[int, int, int]] = cache.get_or_set(key, read, AN_HOUR)  # type: ignore[assignment]
    return kept


def _in_words(together: int, viewers: int) -> str:
    return _("Seen by %(together)s of the %(viewers)s who saw this") % {"together": together, "viewers": viewers}


def compute(*, at_once: int = AT_ONCE) -> int:
    """Count everything anew; returns how many rows changed. Memory and disk are bounded by `at_once` and the shelves,
    not by the log. Each step commits by itself, unless the caller holds a transaction."""
    changed = 0
    with connection.cursor() as cursor, _counted(cursor):
        cursor.execute(CHUNKS, {"at_once": at_once})
        ends = [row[0] for row in cursor.fetchall()][:-1]
        for after, until in zip([0, *ends], [*ends, LAST], strict=True):
            changed += _replace(cursor, after, until)
    return changed


@contextmanager
def _counted(cursor: CursorWrapper) -> Iterator[None]:
    """What each profile watched, and who watched each title, in temporary tables."""
    _forget(cursor)
    try:
        cursor.execute(SHELVES, {"newest": NEWEST})
        cursor.execute(AUDIENCES, {"fewest": FEWEST})
        cursor.execute("create index on audience (title_id)")
        cursor.execute("analyze shelf, audience")
        yield
    finally:
        if connection.is_usable():
            _forget(cursor)


def _forget(cursor: CursorWrapper) -> None:
    cursor.execute("drop table if exists pg_temp.shelf, pg_temp.audience")


def _replace(cursor: CursorWrapper, after: int, until: int) -> int:
    limits = {"after": after, "until": until, "fewest": FEWEST, "closest": CLOSEST, "damping": DAMPING}
    with transaction.atomic():
        cursor.execute("select set_config('work_mem', %s, true)", [MEMORY])
        cursor.execute(REPLACE, limits)
        return cursor.rowcount
