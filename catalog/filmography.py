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

LONGEST = 500
"""More titles than this are not shown on one page."""

SHOWN = ("kind", "slug", "name", "year", "byline", "popularity", "updated_at")
"""What a card or a line says of a title."""


@dataclass(frozen=True)
class Work:
    title: Title
    part: str
    """Characters and jobs, in words; empty where it would only repeat the role."""

    episodes: int
    """In how many single episodes; none means the whole title."""

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
        .values("role", "title_id")
        .annotate(
            characters=ArrayAgg("character", filter=~Q(character=""), distinct=True, default=[]),
            jobs=ArrayAgg("job", filter=~Q(job=""), distinct=True, default=[]),
            episodes=Count("episode", distinct=True),
            as_voice=BoolAnd("is_voice"),
            as_self=BoolAnd("is_self"),
        )
        .order_by(F("title__year").desc(nulls_last=True), "-title_id", "role")[: LONGEST + 1]
    )
    titles = Title.objects.only(*SHOWN).in_bulk({row["title_id"] for row in rows[:LONGEST]})
    chapters: dict[str, list[Work]] = {}
    for row in rows[:LONGEST]:
        chapters.setdefault(row["role"], []).append(_work(row, titles[row["title_id"]]))
    longest_first = sorted(chapters.items(), key=lambda chapter: -len(chapter[1]))
    known = sorted(titles.values(), key=lambda title: (-title.popularity, title.pk))[:best_known]
    return Filmography([Chapter(role, works) for role, works in longest_first], known, len(titles), len(rows) > LONGEST)


def _work(row: Mapping[str, Any], title: Title) -> Work:
    if row["role"] == Credit.Role.ACTOR:
        said = ", ".join(row["characters"])
        known = said or row["as_self"] or row["as_voice"]
        part = part_in_words(row["role"], said, "", is_voice=row["as_voice"], is_self=row["as_self"]) if known else ""
    else:
        label = str(Credit.Role(row["role"]).label).lower()
        part = ", ".join(job for job in row["jobs"] if job.lower() != label)
    return Work(title, part, row["episodes"])
