"""Everything a person did, by role, newest first, each title once per role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolAnd
from django.db.models import Count, F, Q
from django.utils.translation import ngettext

from accounts.viewers import Viewer
from catalog.billing import part_in_words
from catalog.models import Credit, Person, Title
from config.paths import path_to

LONGEST = 500
"""More titles than this are not shown on one page."""

TITLE = ("title_id", "title__kind", "title__slug", "title__name", "title__year", "title__popularity")


@dataclass(frozen=True)
class Work:
    kind: str
    slug: str
    name: str
    year: int | None
    part: str
    """Characters and jobs, in words; empty where it would only repeat the role."""

    episodes: int
    """In how many single episodes; none means the whole title."""

    @property
    def url(self) -> str:
        return path_to(f"catalog:{self.kind}_detail", self.slug)

    @property
    def about(self) -> str:
        if not self.episodes:
            return self.part
        counted = ngettext("%(count)s episode", "%(count)s episodes", self.episodes) % {"count": self.episodes}
        return f"{self.part}, {counted}" if self.part else counted


@dataclass(frozen=True)
class Chapter:
    role: str
    works: list[Work]

    @property
    def label(self) -> str:
        return str(Credit.Role(self.role).label)

    @property
    def anchor(self) -> str:
        return f"as-{self.role}"

    @property
    def extent(self) -> str:
        """“12 titles, 1920–1966”."""
        counted = ngettext("%(count)s title", "%(count)s titles", len(self.works)) % {"count": len(self.works)}
        years = [work.year for work in self.works if work.year]
        if not years:
            return counted
        first, last = min(years), max(years)
        return f"{counted}, {first}–{last}" if first < last else f"{counted}, {first}"


@dataclass(frozen=True)
class Filmography:
    chapters: list[Chapter]
    best_known: list[Title]
    count: int
    """How many titles there are in all the chapters."""

    is_cut: bool


def of(person: Person, viewer: Viewer, *, best_known: int = 6) -> Filmography:
    """What the viewer may see of a person's work, in two queries; the role with the most titles comes first."""
    rows = list(
        Credit.objects.filter(person=person, title__in=Title.objects.visible_to(viewer))
        .values("role", *TITLE)
        .annotate(
            characters=ArrayAgg("character", filter=~Q(character=""), distinct=True, default=[]),
            jobs=ArrayAgg("job", filter=~Q(job=""), distinct=True, default=[]),
            episodes=Count("episode", distinct=True),
            as_voice=BoolAnd("is_voice"),
            as_self=BoolAnd("is_self"),
        )
        .order_by(F("title__year").desc(nulls_last=True), "-title_id", "role")[: LONGEST + 1]
    )
    chapters: dict[str, list[Work]] = {}
    for row in rows[:LONGEST]:
        chapters.setdefault(row["role"], []).append(_work(row))
    longest_first = sorted(chapters.items(), key=lambda chapter: -len(chapter[1]))
    popularity = {row["title_id"]: row["title__popularity"] for row in rows[:LONGEST]}
    best = sorted(popularity, key=lambda pk: (-popularity[pk], pk))[:best_known]
    known = Title.objects.for_cards().in_bulk(best)
    return Filmography(
        [Chapter(role, works) for role, works in longest_first],
        [known[pk] for pk in best if pk in known],
        len(popularity),
        len(rows) > LONGEST,
    )


def _work(row: Mapping[str, Any]) -> Work:
    if row["role"] == Credit.Role.ACTOR:
        said = ", ".join(row["characters"])
        known = said or row["as_self"] or row["as_voice"]
        part = part_in_words(row["role"], said, "", is_voice=row["as_voice"], is_self=row["as_self"]) if known else ""
    else:
        label = str(Credit.Role(row["role"]).label).lower()
        part = ", ".join(job for job in row["jobs"] if job.lower() != label)
    facts = (row["title__kind"], row["title__slug"], row["title__name"], row["title__year"])
    return Work(*facts, part, row["episodes"])
