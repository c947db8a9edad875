"""Which title of the catalogue each work of a file is: by ids, then by names. Certain, doubtful or unknown; no guesses.

Points, of 100: a name that agrees 60, one by which the title is also called 55; the same year 40, one year apart 25,
more than that minus 40; episodes that are called the same 35. From 95 on the only such title is certain; whatever else
was found waits for the viewer.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.viewers import Viewer
from catalog import names
from catalog.models import ExternalId, Title
from tracking.models import ImportWork

READ = ("kind", "name", "slug", "year", "popularity")
"""Of a title; the rest of its columns would take longer to load than all that is done here."""

CERTAIN = 95
SAME_NAME, ALSO_CALLED, LOOKS_ALIKE = 60, 55, 30
SAME_YEAR, NEAR_YEAR, OTHER_YEAR = 40, 25, -40
SAME_EPISODES = 35
MOST_CANDIDATES = 6
FEW_LETTERS = 5
ALIKE = "0.5"
AT_ONCE = 500

Verdict = ImportWork.Verdict

# The condition on the kinds is that of the index, word for word.
BY_NAME = """
select w.id, t.id, max(case when replace(search_fold(t.name), ' ', '') = w.name
    or replace(search_fold(t.original_name), ' ', '') = w.name then %(same)s else %(also)s end)
from (select id, replace(search_fold(name), ' ', '') as name, kind from unnest(%(ids)s::bigint[], %(names)s::text[],
    %(kinds)s::text[]) as given (id, name, kind)) w
join catalog_searchentry e on e.kind in ('movie', 'series') and replace(e.norm, ' ', '') = w.name
    and (w.kind = '' or e.kind = w.kind)
join catalog_title t on t.id = e.object_id and t.merged_into_id is null
where w.name <> ''
group by w.id, t.id
"""

BY_LOOKS = """
select w.id, t.id, %(alike)s
from (select id, search_fold(name) as name, kind from unnest(%(ids)s::bigint[], %(names)s::text[],
    %(kinds)s::text[]) as given (id, name, kind)) w
cross join lateral (
    select e.object_id from catalog_searchentry e
    where e.kind in ('movie', 'series') and e.norm %% w.name and (w.kind = '' or e.kind = w.kind)
    order by similarity(e.norm, w.name) desc, e.popularity desc limit 6
) found
join catalog_title t on t.id = found.object_id and t.merged_into_id is null
where length(w.name) >= %(few)s
group by w.id, t.id
"""

SAVE = """
update tracking_importwork w set verdict = s.verdict, title_id = s.title, score = s.score, candidates = s.candidates
from unnest(%s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::jsonb[]) as s (id, verdict, title, score, candidates)
where w.id = s.id
"""

# Every name is folded once, and only then compared: folded while they are compared, it would be once for each pair.
SHARED_EPISODES = """
with there as materialized (
    select distinct work_id, search_fold(episode_name) as name from tracking_importrow
    where work_id = any(%(works)s) and episode_name <> '' and length(episode_name) >= 3
        and episode_name !~ '^[^0-9]{0,12}[0-9]+$'
),
here as materialized (
    select distinct title_id, search_fold(name) as name from catalog_episode
    where title_id = any(%(titles)s) and merged_into_id is null
)
select pair.work, pair.title, count(*)
from unnest(%(works)s::bigint[], %(titles)s::bigint[]) as pair (work, title)
join there on there.work_id = pair.work
join here on here.title_id = pair.title and here.name = there.name
group by pair.work, pair.title
"""


@dataclass
class Candidate:
    title: Title
    points: int
    reasons: list[str] = field(default_factory=list)

    @property
    def row(self) -> dict[str, Any]:
        return {"title": self.title.pk, "score": max(0, min(self.points, 100)), "reasons": self.reasons}


def match(works: Sequence[ImportWork], viewer: Viewer, *, thorough: bool = False) -> None:
    """Say of each work which title it is, and save that. `thorough` also looks for names that are only alike.

    A title that the viewer may not see is not theirs to be proposed. What was chosen by hand stays.
    """
    open_works = [work for work in works if work.verdict not in (Verdict.CHOSEN, Verdict.LEFT_OUT)]
    for start in range(0, len(open_works), AT_ONCE):
        some = open_works[start : start + AT_ONCE]
        _decide_by_ids(some, viewer)
        _decide_by_choice([work for work in some if work.title_id is None])
        _decide_by_names([work for work in some if work.title_id is None], viewer, thorough=thorough)
        _save(some)


def _save(works: Sequence[ImportWork]) -> None:
    rows = [(work.pk, work.verdict, work.title_id, work.score, json.dumps(work.candidates)) for work in works]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in zip(*rows, strict=True)])


def _decide_by_ids(works: Sequence[ImportWork], viewer: Viewer) -> None:
    known = _titles_by_id(works, viewer)
    for work in works:
        found = {
            known[name].pk: known[name]
            for name in _outside(work)
            if name in known and _is_meant(work, name[0], known[name])
        }
        work.title, work.score, work.candidates, work.verdict = None, None, [], Verdict.UNKNOWN
        reason = _("The same id")
        candidates = [Candidate(title, 100, [reason]) for title in found.values()]
        if len(candidates) == 1:
            work.title, work.score, work.verdict = candidates[0].title, 100, Verdict.CERTAIN
        elif candidates:
            work.verdict = Verdict.DOUBTFUL
        work.candidates = [candidate.row for candidate in candidates]


def _outside(work: ImportWork) -> list[tuple[str, str, str]]:
    """Its names at the sources: source, kind, id."""
    kinds = [work.kind] if work.kind else list(Title.Kind.values)
    return [(source, kind, value) for source, value in work.ids.items() for kind in kinds]


def _is_meant(work: ImportWork, source: str, title: Title) -> bool:
    """An address of ours alone proves nothing: another Marquee may have given it to something else."""
    return source != "marquee" or (title.year == work.year and names.fold(title.name) == names.fold(work.name))


def _titles_by_id(works: Sequence[ImportWork], viewer: Viewer) -> dict[tuple[str, str, str], Title]:
    by_source: dict[tuple[str, str], set[str]] = defaultdict(set)
    for work in works:
        for source, kind, value in _outside(work):
            by_source[source, kind].add(value)
    wanted = Q(pk__in=[])
    for (source, kind), values in by_source.items():
        wanted |= Q(source=source, kind=kind, value__in=values)
    visible = Title.objects.suitable_for(viewer).filter(merged_into=None)
    found = ExternalId.objects.filter(wanted, title__in=visible).select_related("title")
    found = found.only("source", "kind", "value", *(f"title__{name}" for name in READ))
    return {(known.source, known.kind, known.value): known.title for known in found if known.title} | _own(
        by_source, viewer
    )


def _own(by_source: Mapping[tuple[str, str], set[str]], viewer: Viewer) -> dict[tuple[str, str, str], Title]:
    """Titles by their addresses here, which our own export names."""
    found: dict[tuple[str, str, str], Title] = {}
    for (source, kind), values in by_source.items():
        if source == "marquee":
            titles = Title.objects.suitable_for(viewer).filter(kind=kind, slug__in=values, merged_into=None)
            found |= {(source, kind, title.slug): title for title in titles.only(*READ)}
    return found


def _decide_by_choice(works: Sequence[ImportWork]) -> None:
    """What the same profile chose for the same work in an earlier file."""
    if not works:
        return
    profile = works[0].log_import.profile_id
    earlier = ImportWork.objects.filter(
        log_import__profile=profile, key__in=[work.key for work in works], verdict=Verdict.CHOSEN, title__isnull=False
    )
    chosen = {work.key: work for work in earlier.select_related("title").order_by("pk")}
    for work in works:
        if work.key in chosen:
            work.title, work.score, work.verdict = chosen[work.key].title, 100, Verdict.CHOSEN


def _decide_by_names(works: Sequence[ImportWork], viewer: Viewer, *, thorough: bool) -> None:
    found = _called(BY_NAME, works, viewer)
    if thorough:
        found |= _called(BY_LOOKS, [work for work in works if work.pk not in found], viewer)
    _count_episodes(works, found)
    for work in works:
        candidates = sorted(found.get(work.pk, []), key=lambda each: (-each.points, -each.title.popularity))
        _decide(work, candidates[:MOST_CANDIDATES])


def _called(sql: str, works: Sequence[ImportWork], viewer: Viewer) -> dict[int, list[Candidate]]:
    if not works:
        return {}
    given: dict[str, Any] = {
        "ids": [work.pk for work in works],
        "names": [work.name for work in works],
        "kinds": [work.kind for work in works],
    }
    given |= {"same": SAME_NAME, "also": ALSO_CALLED, "alike": LOOKS_ALIKE, "few": FEW_LETTERS}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('pg_trgm.similarity_threshold', %s, true)", [ALIKE])
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    titles = Title.objects.suitable_for(viewer).filter(is_published=True).only(*READ)
    by_pk = titles.in_bulk({title for _work, title, _points in rows})
    of_work = {work.pk: work for work in works}
    words = {SAME_NAME: _("The same name"), ALSO_CALLED: _("Also called so"), LOOKS_ALIKE: _("A name like it")}
    found: dict[int, list[Candidate]] = defaultdict(list)
    for work, title, points in rows:
        if title in by_pk:
            found[work].append(_judged(of_work[work], Candidate(by_pk[title], points, [words[points]])))
    return dict(found)


def _judged(work: ImportWork, candidate: Candidate) -> Candidate:
    """With what the years say."""
    year = candidate.title.year
    if work.year and year:
        apart = abs(work.year - year)
        candidate.points += SAME_YEAR if apart == 0 else NEAR_YEAR if apart == 1 else OTHER_YEAR
        if apart == 0:
            candidate.reasons.append(_("of the same year"))
        else:
            years = {"theirs": work.year, "ours": year}
            candidate.reasons.append(_("there of %(theirs)s, here of %(ours)s") % years)
    return candidate


def _count_episodes(works: Iterable[ImportWork], found: Mapping[int, list[Candidate]]) -> None:
    """Episodes of the same names speak for a series; two at least, since single ones are often called alike.

    Not asked where they could not change what is certain: every name of every candidate is compared.
    """
    open_works = [work for work in works if not _is_settled(found.get(work.pk, []))]
    pairs = [(work.pk, each) for work in open_works for each in found.get(work.pk, []) if each.title.is_series]
    if not pairs:
        return
    given = {"works": [work for work, _each in pairs], "titles": [each.title.pk for _work, each in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(SHARED_EPISODES, given)
        shared = {(work, title): count for work, title, count in cursor.fetchall()}
    for work, candidate in pairs:
        count = shared.get((work, candidate.title.pk), 0)
        if count >= 2:
            candidate.points += SAME_EPISODES
            candidate.reasons.append(_("%(count)s episodes of the same names") % {"count": count})


def _is_settled(candidates: Sequence[Candidate]) -> bool:
    """Whether one is certain whatever the episodes say."""
    certain = [each for each in candidates if each.points >= CERTAIN]
    return len(certain) == 1 and all(each.points + SAME_EPISODES < CERTAIN or each in certain for each in candidates)


def _decide(work: ImportWork, candidates: Sequence[Candidate]) -> None:
    work.candidates = [candidate.row for candidate in candidates]
    work.title, work.score = None, None
    if not candidates:
        work.verdict = Verdict.UNKNOWN
        return
    best = candidates[0]
    alone = len(candidates) == 1 or candidates[1].points < CERTAIN
    work.score = best.row["score"]
    if best.points >= CERTAIN and alone:
        work.verdict, work.title = Verdict.CERTAIN, best.title
    else:
        work.verdict = Verdict.DOUBTFUL
