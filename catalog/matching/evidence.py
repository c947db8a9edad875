"""How sure it is that two titles are one: what agrees and what does not, each with its weight, in words for staff."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from django.utils.translation import gettext as _

from catalog.models import Source

CERTAIN = 95
"""From here on two titles merge by themselves, if nothing speaks against it."""

DOUBTFUL = 60
"""From here on staff are asked."""

SHARED_ID = 100
"""The score of a pair of which a source says that they have one id; nothing else is worth as much."""

LIKELIEST = SHARED_ID - 1
UNSURE = CERTAIN - 1
NEAR = timedelta(days=3)
FEW_DAYS = 4
"""Fewer days of broadcast say nothing about a whole series."""


class Likeness(IntEnum):
    """How the names of two titles agree."""

    CLOSE, ALIAS, NAME = range(3)


@dataclass(frozen=True)
class Facts:
    """What is known of a title; empty: unknown. `byline` is the network of a series, `ids` are those outside by source,
    `days` those of its episodes; the names of `directors` are folded."""

    kind: str
    year: int | None = None
    premiered: date | None = None
    country: str = ""
    byline: str = ""
    runtime: int | None = None
    ids: Mapping[str, frozenset[str]] | None = None
    days: frozenset[date] = frozenset()
    directors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    points: int
    text: str

    def __str__(self) -> str:
        return f"{self.text} ({self.points:+})"


@dataclass(frozen=True)
class Verdict:
    reasons: tuple[Reason, ...]
    is_close: bool = False
    """Their names only look alike."""

    @property
    def score(self) -> int:
        """From 0 to 99. Whatever speaks against it keeps staff asked, as does a name that is only close."""
        most = UNSURE if self.is_close or any(reason.points < 0 for reason in self.reasons) else LIKELIEST
        return max(0, min(sum(reason.points for reason in self.reasons), most))


def judge(likeness: Likeness, one: Facts, other: Facts) -> Verdict:
    found = [
        _name(likeness),
        _year(one, other),
        _premiere(one, other),
        _country(one, other),
        _byline(one, other),
        _episodes(one, other),
        _runtime(one, other),
        _directors(one, other),
        *contradicting_ids(one, other),
    ]
    return Verdict(tuple(reason for reason in found if reason), is_close=likeness is Likeness.CLOSE)


def contradicting_ids(one: Facts, other: Facts) -> Iterable[Reason]:
    """Sources that tell the two apart: each knows both, by different ids."""
    ours, theirs = one.ids or {}, other.ids or {}
    for source in sorted(ours.keys() & theirs.keys()):
        if not ours[source] & theirs[source]:
            yield Reason(-40, _("%(source)s has an id for each") % {"source": Source(source).label})


def _name(likeness: Likeness) -> Reason:
    return {
        Likeness.NAME: Reason(50, _("The same name")),
        Likeness.ALIAS: Reason(40, _("One is also called like the other")),
        Likeness.CLOSE: Reason(20, _("Names that look alike")),
    }[likeness]


def _year(one: Facts, other: Facts) -> Reason | None:
    if one.year is None or other.year is None:
        return None
    apart = abs(one.year - other.year)
    if apart == 0:
        return Reason(25, _("Both of %(year)s") % {"year": one.year})
    years = {"one": one.year, "other": other.year}
    return Reason(-5 if apart == 1 else -40, _("One of %(one)s, the other of %(other)s") % years)


def _premiere(one: Facts, other: Facts) -> Reason | None:
    if one.premiered is None or other.premiered is None or abs(one.premiered - other.premiered) > NEAR:
        return None
    return Reason(15, _("Both first shown about %(day)s") % {"day": one.premiered.isoformat()})


def _country(one: Facts, other: Facts) -> Reason | None:
    if not one.country or not other.country:
        return None
    if one.country == other.country:
        return Reason(10, _("Both from %(country)s") % {"country": one.country})
    countries = {"one": one.country, "other": other.country}
    return Reason(-15, _("One from %(one)s, the other from %(other)s") % countries)


def _byline(one: Facts, other: Facts) -> Reason | None:
    if one.kind == "movie" or not one.byline or one.byline.casefold() != other.byline.casefold():
        return None
    return Reason(5, _("Both by %(byline)s") % {"byline": one.byline})


def _episodes(one: Facts, other: Facts) -> Reason | None:
    """Whether the episodes of the shorter list were shown on days of the longer."""
    fewest = min(len(one.days), len(other.days))
    if fewest < FEW_DAYS:
        return None
    shared = len(one.days & other.days)
    counts = {"shared": shared, "fewest": fewest}
    if shared >= 0.8 * fewest:
        return Reason(20, _("%(shared)s of %(fewest)s days of broadcast are shared") % counts)
    if shared <= 0.2 * fewest:
        return Reason(-30, _("Only %(shared)s of %(fewest)s days of broadcast are shared") % counts)
    return None


def _runtime(one: Facts, other: Facts) -> Reason | None:
    if one.kind != "movie" or not one.runtime or not other.runtime:
        return None
    apart = abs(one.runtime - other.runtime)
    if apart <= 2:
        return Reason(5, _("Both run for %(minutes)s min") % {"minutes": one.runtime})
    minutes = {"one": one.runtime, "other": other.runtime}
    return Reason(-20, _("One runs for %(one)s min, the other for %(other)s") % minutes) if apart > 15 else None


def _directors(one: Facts, other: Facts) -> Reason | None:
    if one.kind != "movie" or not one.directors or not other.directors:
        return None
    shared = sorted(one.directors & other.directors)
    if shared:
        return Reason(10, _("Both directed by %(name)s") % {"name": shared[0]})
    return Reason(-20, _("Directed by different people"))
