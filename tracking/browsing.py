"""The library as a wall: which state and filters were asked for, in which order, and one page of what they leave."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Expression, F, IntegerField, Max, OuterRef, Q, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.viewers import Viewer
from catalog import browse
from catalog.models import Title
from config import keys
from config.keeping import kept
from config.paging import Page
from tracking.models import LibraryEntry, Rating
from tracking.models.library import LibraryEntryQuerySet

HIDDEN = "hidden"
"""Beside the five states: what *up next* leaves out, in whichever state it is."""


@dataclass(frozen=True)
class Sort:
    """An order of the library. What has no value comes last; `pk` settles ties, in the direction of the value."""

    slug: str
    label: Promise
    place: Expression | Combinable
    parse: Callable[[str], Any]
    is_descending: bool = True

    def ordered(self, entries: LibraryEntryQuerySet) -> LibraryEntryQuerySet:
        place, pk = F("place"), "-pk" if self.is_descending else "pk"
        by = place.desc(nulls_last=True) if self.is_descending else place.asc(nulls_last=True)
        return entries.annotate(place=self.place).order_by(by, pk)

    def behind(self, place: Any, pk: int) -> Q:
        """Rows after the one with these values."""
        step = "lt" if self.is_descending else "gt"
        later = Q(**{f"pk__{step}": pk})
        if place is None:
            return Q(place=None) & later
        return Q(**{f"place__{step}": place}) | Q(place=place) & later | Q(place=None)

    def page(self, entries: LibraryEntryQuerySet, after: str, *, size: int) -> Page[LibraryEntry]:
        """One page behind the row with the key `after`; a key without sense is the first page."""
        ordered = self.ordered(entries)
        if key := keys.read(after, [keys.Column("place", self.parse, nullable=True), keys.ROW_ID]):
            ordered = ordered.filter(self.behind(*key))
        found = list(ordered[: size + 1])
        last: Any = found[size - 1] if len(found) > size else None
        return Page(found[:size], keys.write(last.place, last.pk) if last else "")


def _known(condition: Q, place: Any) -> Case:
    return Case(When(condition, then=place), output_field=IntegerField())


MY_RATING = Rating.objects.filter(profile=OuterRef("profile"), title=OuterRef("title"), season=None, episode=None)
UNSEEN = Greatest(F("title__episode_count") - F("seen_count"), 0)
IS_SERIES = Q(title__kind=Title.Kind.SERIES)
THOUSANDTHS_SEEN = _known(Q(title__episode_count__gt=0) & IS_SERIES, F("seen_count") * 1000 / F("title__episode_count"))
MINUTES_LEFT = Case(
    When(IS_SERIES, then=UNSEEN * F("title__runtime")),
    When(seen_count=0, then=F("title__runtime")),
    output_field=IntegerField(),
)
"""By the usual length of an episode; of a film its own, until it was seen."""

SORTS = {
    sort.slug: sort
    for sort in (
        Sort("watched", _("Recently watched"), F("last_watched_at"), keys.moment),
        Sort("added", _("Recently added"), F("created_at"), keys.moment),
        Sort("name", _("Name"), F("title__sort_name"), str, is_descending=False),
        Sort("rating", _("My rating"), Subquery(MY_RATING.values("value")[:1]), keys.whole),
        Sort("progress", _("Progress"), THOUSANDTHS_SEEN, keys.whole),
        Sort("left", _("Least time left"), MINUTES_LEFT, keys.whole, is_descending=False),
    )
}


@dataclass(frozen=True)
class Wanted:
    """What of the library is asked for."""

    state: str
    kind: str
    filters: browse.Filters
    sort: Sort

    def narrow(self, entries: LibraryEntryQuerySet) -> LibraryEntryQuerySet:
        entries = self.in_tab(entries)
        if self.kind:
            entries = entries.filter(title__kind=self.kind)
        if self.filters:
            entries = entries.filter(title__in=self.filters.narrow(Title.objects.all()))
        return entries

    def in_tab(self, entries: LibraryEntryQuerySet) -> LibraryEntryQuerySet:
        return entries.hidden() if self.state == HIDDEN else entries.in_state(self.state)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.filters)

    @property
    def query(self) -> str:
        """The shortest query string that means this."""
        said = {"state": self.state, "kind": self.kind}
        if self.sort != _usual(self.state):
            said["sort"] = self.sort.slug
        return "&".join(filter(None, [urlencode({k: v for k, v in said.items() if v}), self.filters.query]))

    @property
    def chips(self) -> list[browse.Chip]:
        """The filters in force, each with what is left without it."""
        chips = []
        if self.kind:
            chips.append(browse.Chip(str(Title.Kind(self.kind).label), replace(self, kind="").query))
        if self.filters.genre:
            rest = replace(self.filters, genre=None)
            chips.append(browse.Chip(self.filters.genre.name, replace(self, filters=rest).query))
        if self.filters.period:
            rest = replace(self.filters, period=None)
            chips.append(browse.Chip(self.filters.year, replace(self, filters=rest).query))
        if self.filters.is_mine:
            rest = replace(self.filters, is_mine=False)
            chips.append(browse.Chip(gettext("On my services"), replace(self, filters=rest).query))
        return chips


def understood(asked: Mapping[str, str]) -> Wanted:
    """What the query string asks for; what makes no sense is left out."""
    state, kind = asked.get("state", ""), asked.get("kind", "")
    state = state if state in (*LibraryEntry.State.values, HIDDEN) else LibraryEntry.State.WATCHING
    filters = browse.understood({name: asked.get(name, "") for name in ("genre", "year", "mine")})
    sort = SORTS.get(asked.get("sort", "")) or _usual(state)
    return Wanted(str(state), kind if kind in Title.Kind.values else "", filters, sort)


def _usual(state: str) -> Sort:
    return SORTS["added" if state == LibraryEntry.State.PLANNED else "watched"]


KEPT_SECONDS = 5 * 60
"""Also the longest that a corrected genre, year or age of a title takes to show in what is counted and offered."""


@dataclass(frozen=True)
class Choices:
    """What the filters offer: only what leads to something. Genres are (slug, name), decades such as “1990s”."""

    genres: list[tuple[str, str]]
    decades: list[str]


@dataclass(frozen=True)
class Overview:
    """How many there are in each state and “hidden”, and what the filters of the tab offer."""

    counts: dict[str, int]
    choices: Choices


def overview(profile: Profile, viewer: Viewer, wanted: Wanted) -> Overview:
    """Kept as long as the library stays the same: to look at all of its titles takes longer than to show some."""
    entries = LibraryEntry.objects.of(profile)
    hidden = {"count": Count("hidden_at"), "titles": Sum("title", filter=Q(hidden_at__isnull=False))}
    states = entries.order_by("state").values_list("state")
    held = states.annotate(Count("pk"), Sum("title"), Max("updated_at"), **hidden)
    known = (profile.pk, viewer.highest_age, viewer.sees_unrated, wanted.state, *held)
    key = f"library:{hashlib.sha256(repr(known).encode()).hexdigest()}"
    return kept(key, partial(_overview, entries.visible_to(viewer), wanted), seconds=KEPT_SECONDS)


def _overview(entries: LibraryEntryQuerySet, wanted: Wanted) -> Overview:
    return Overview(entries.count_by_state(), _choices(wanted.in_tab(entries)))


def _choices(entries: LibraryEntryQuerySet) -> Choices:
    named = entries.filter(title__genres__isnull=False).order_by("title__genres__name")
    years = entries.order_by().values_list("title__year", flat=True).distinct()
    decades = sorted({year - year % 10 for year in years if year}, reverse=True)
    return Choices(
        list(named.values_list("title__genres__slug", "title__genres__name").distinct()),
        [f"{decade}s" for decade in decades],
    )
