"""The words in addresses. A slug is given once, is never given to another, and never changes by a refresh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from django.db import connection, models
from slugify import slugify

from catalog.models import Network, Person, Service, SlugHistory, Title

TITLE_LENGTH = 300
NAME_LENGTH = 200
SERVICE_LENGTH = 90
"""Characters of a slug before its year or counter; the columns hold more."""

COUNTERS = 10
"""So many counters are looked up at once."""

_REPLACED = (("'", ""), ("’", ""), ("&", " and "))
_WRITERS = 0x6D61_7271_7565
"""Number of the advisory lock under which slugs are given."""


def lock() -> None:
    """Only one transaction at a time gives out slugs; the others wait until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])


def for_titles(kind: str, wanted: Sequence[tuple[str, int | None]]) -> list[str]:
    """Free slugs for new titles of a kind by (name, year), in their order. Call it in the transaction of the saving."""
    given = Title.objects.filter(kind=kind)
    return _allocate(wanted, [given, SlugHistory.objects.filter(kind=kind)], fallback=kind, length=TITLE_LENGTH)


def for_people(wanted: Sequence[tuple[str, int | None]]) -> list[str]:
    """Free slugs for new people by (name, year of birth), in their order."""
    former = SlugHistory.objects.filter(kind="person")
    return _allocate(wanted, [Person.objects.all(), former], fallback="person", length=NAME_LENGTH)


def for_networks(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """Free slugs for new networks by (name, country), in their order."""
    return _allocate(wanted, [Network.objects.all()], fallback="network", length=NAME_LENGTH)


def for_services(names: Sequence[str]) -> list[str]:
    """Free slugs for new services, in their order."""
    wanted = [(name, None) for name in names]
    return _allocate(wanted, [Service.objects.all()], fallback="service", length=SERVICE_LENGTH)


def base(name: str, *, fallback: str, length: int) -> str:
    """The slug of a name in any script; the fallback for a name without a letter or digit."""
    return slugify(name, max_length=length, word_boundary=True, replacements=_REPLACED) or fallback


@dataclass
class _Taken:
    """Which slugs somebody has, as far as it was looked up."""

    holders: Sequence[models.QuerySet]
    slugs: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def look_up(self, slugs: Iterable[str]) -> None:
        unknown = set(slugs) - self.asked
        self.asked |= unknown
        for holder in self.holders if unknown else ():
            self.slugs.update(holder.filter(slug__in=unknown).values_list("slug", flat=True))

    def take(self, stem: str, marked: str) -> str:
        """The plain name if nobody has it, else with its distinction (year, country), else with a counter."""
        slug = next((slug for slug in (stem, marked) if slug not in self.slugs), "") or self._counted(marked)
        self.slugs.add(slug)
        return slug

    def _counted(self, stem: str) -> str:
        for first in count(2, COUNTERS):
            candidates = _counters(stem, first)
            self.look_up(candidates)
            free = [slug for slug in candidates if slug not in self.slugs]
            if free:
                return free[0]
        raise AssertionError("numbers do not end")


def _allocate(
    wanted: Sequence[tuple[str, int | str | None]],
    holders: Sequence[models.QuerySet],
    *,
    fallback: str,
    length: int,
) -> list[str]:
    lock()
    stems = [base(name, fallback=fallback, length=length) for name, _mark in wanted]
    marked = [f"{stem}-{str(mark).lower()}" if mark else stem for stem, (_, mark) in zip(stems, wanted, strict=True)]
    taken = _Taken(holders)
    taken.look_up({*stems, *marked})
    crowded = [slug for stem, slug in zip(stems, marked, strict=True) if {stem, slug} <= taken.slugs]
    taken.look_up(slug for stem in crowded for slug in _counters(stem, 2))
    return [taken.take(stem, slug) for stem, slug in zip(stems, marked, strict=True)]


def _counters(stem: str, first: int) -> list[str]:
    return [f"{stem}-{number}" for number in range(first, first + COUNTERS)]
