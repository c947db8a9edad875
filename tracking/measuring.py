"""How far a profile is with many titles at once: the same as `progress.measure`, in two statements."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking.progress import Progress

COUNTS = """
select g.id, count(w.id), max(w.sort_at),
    count(distinct w.episode_id) filter (where w.run = g.run and e.kind = 'regular' and e.withdrawn_at is null),
    count(w.id) filter (where w.run = g.run and w.episode_id is null)
from unnest(%(titles)s::bigint[], %(runs)s::int[]) as g (id, run)
left join tracking_watch w on w.title_id = g.id and w.profile_id = %(profile)s
left join catalog_episode e on e.id = w.episode_id
group by g.id
"""

# What is behind the episode watched last comes first, then what was skipped. What was seen is read once for a title: by
# its episodes, each of them would be looked for in the whole log.
UPCOMING = """
with given as materialized (
    select g.id, g.run, array(
        select w.episode_id from tracking_watch w
        where w.profile_id = %(profile)s and w.title_id = g.id and w.run = g.run and w.episode_id is not null
    ) as seen
    from unnest(%(titles)s::bigint[], %(runs)s::int[]) as g (id, run)
)
select g.id, n.id
from given g
left join lateral (
    select s.number as season, e.number from tracking_watch w
    join catalog_episode e on e.id = w.episode_id and e.kind = 'regular' and e.withdrawn_at is null
    join catalog_season s on s.id = e.season_id
    where w.profile_id = %(profile)s and w.title_id = g.id and w.run = g.run
    order by w.sort_at desc, s.number desc, e.number desc, w.id desc limit 1
) last on true
cross join lateral (
    select e.id from catalog_episode e
    join catalog_season s on s.id = e.season_id
    where e.title_id = g.id and e.kind = 'regular' and e.withdrawn_at is null and e.merged_into_id is null
        and e.id <> all(g.seen)
    order by coalesce((s.number, e.number) > (last.season, last.number) and last.number is not null, false) desc,
        s.number, e.number nulls last, e.air_date nulls last, e.id
    limit 1
) n
"""


def measure_many(profile: Profile, runs: Mapping[Title, int]) -> dict[int, Progress]:
    """The progress with each of these titles in its run, by the pk of the title."""
    given: dict[str, Any] = {"titles": [title.pk for title in runs], "runs": list(runs.values()), "profile": profile.pk}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, given)
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
        series = [(title.pk, run) for title, run in runs.items() if title.is_series]
        cursor.execute(UPCOMING, given | {"titles": [pk for pk, _run in series], "runs": [run for _pk, run in series]})
        following = dict(cursor.fetchall())
    upcoming = Episode.objects.only("pk").in_bulk(following.values())
    return {title.pk: _progress(title, counts[title.pk], upcoming.get(following.get(title.pk, 0))) for title in runs}


def _progress(title: Title, counts: tuple[Any, ...], upcoming: Episode | None) -> Progress:
    watch_count, last_watched_at, seen_episodes, seen_movie = counts
    if not title.is_series:
        seen = min(seen_movie, 1)
        return Progress(watch_count, seen, last_watched_at, None, is_complete=seen == 1)
    finished = upcoming is None and seen_episodes > 0 and title.status == Title.Status.ENDED
    return Progress(watch_count, seen_episodes, last_watched_at, upcoming, is_complete=finished)
