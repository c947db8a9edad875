"""The wall of titles: which filters were asked for, and one page of what they leave."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.viewers import Viewer
from catalog.locales import is_language, language_name
from catalog.models import Genre, Network, Title
from catalog.models.titles import TitleQuerySet
from config import keys

PAGE_SIZE = 42
"""Whole rows on walls of two, three, six and seven columns."""

CHOICES_KEPT = 300
"""Seconds for which the lists of genres, languages and years are kept."""

FIRST_YEAR, LAST_YEAR = 1870, 2199

STATUSES = {status: Title.Status(status).label for status in ("running", "planned", "undecided", "ended")}
"""In which a series may be."""


@dataclass(frozen=True)
class Sort:
    """An order of the wall; `pk` settles ties, in the direction of the column."""

    slug: str
    label: Promise
    column: keys.Column
    is_descending: bool = True

    def key(self, title: Title) -> str:
        return keys.write(getattr(title, self.column.name), title.pk)

    def ordered(self, titles: TitleQuerySet) -> TitleQuerySet:
        column = F(self.column.name)
        if not self.is_descending:
            return titles.order_by(column.asc(), "pk")
        return titles.order_by(column.desc(nulls_last=True) if self.column.nullable else column.desc(), "-pk")

    def known(self) -> Q:
        """Rows that have a value in the column."""
        return Q(**{f"{self.column.name}__isnull": False}) if self.column.nullable else Q()

    def known_behind(self, value: Any, pk: int) -> Q:
        """Rows behind this one that have a value; the first condition is there to bound the scan of the index."""
        step, column = "lt" if self.is_descending else "gt", self.column.name
        beyond = Q(**{f"{column}__{step}": value}) | Q(**{f"pk__{step}": pk})
        return Q(**{f"{column}__{step}e": value}) & beyond


SORTS = {
    sort.slug: sort
    for sort in (
        Sort("popular", _("Best known"), keys.Column("popularity", keys.finite)),
        Sort("name", _("Name"), keys.Column("sort_name", str), is_descending=False),
        Sort("newest", _("Newest"), keys.Column("premiered", keys.DAY, nullable=True)),
        Sort("rating", _("Rating"), keys.Column("source_rating", keys.tenths, nullable=True)),
    )
}
POPULAR = SORTS["popular"]


@dataclass(frozen=True)
class Period:
    """A year, or the ten years that share its first three figures."""

    first: int
    is_decade: bool = False

    def __str__(self) -> str:
        return f"{self.first}s" if self.is_decade else str(self.first)

    @property
    def last(self) -> int:
        return self.first + 9 if self.is_decade else self.first


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the query string that is left without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Filters:
    genre: Genre | None = None
    language: str = ""
    period: Period | None = None
    network: Network | None = None
    status: str = ""
    is_mine: bool = False
    """Only what is on services that the viewer has: these the page knows, and narrows the titles itself."""

    sort: Sort = POPULAR

    def __bool__(self) -> bool:
        return any((self.genre, self.language, self.period, self.network, self.status, self.is_mine))

    def narrow(self, titles: TitleQuerySet) -> TitleQuerySet:
        if self.genre:
            titles = titles.filter(genres=self.genre)
        if self.language:
            titles = titles.filter(language=self.language)
        if self.period:
            titles = titles.filter(year__range=(self.period.first, self.period.last))
        if self.network:
            titles = titles.filter(network=self.network)
        if self.status:
            titles = titles.filter(status=self.status)
        return titles

    @property
    def year(self) -> str:
        return str(self.period or "")

    @property
    def query(self) -> str:
        """The shortest query string that means these filters: what is as by default is left out."""
        said = {
            "genre": self.genre.slug if self.genre else "",
            "language": self.language,
            "year": self.year,
            "network": self.network.slug if self.network else "",
            "status": self.status,
            "mine": "1" if self.is_mine else "",
            "sort": self.sort.slug if self.sort != POPULAR else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def chips(self) -> list[Chip]:
        chips = []
        if self.genre:
            chips.append(Chip(self.genre.name, replace(self, genre=None).query))
        if self.language:
            chips.append(Chip(language_name(self.language), replace(self, language="").query))
        if self.period:
            chips.append(Chip(str(self.period), replace(self, period=None).query))
        if self.network:
            chips.append(Chip(self.network.name, replace(self, network=None).query))
        if self.status:
            chips.append(Chip(str(Title.Status(self.status).label), replace(self, status="").query))
        if self.is_mine:
            chips.append(Chip(gettext("On my services"), replace(self, is_mine=False).query))
        return chips


def understood(asked: Mapping[str, str]) -> Filters:
    """The filters that an address asks for; what makes no sense is left out, so that the page shows what it took."""
    genre, network, language = _slug(asked, "genre"), _slug(asked, "network"), asked.get("language", "").lower()
    status = asked.get("status", "")
    return Filters(
        genre=Genre.objects.filter(slug=genre).first() if genre else None,
        language=language if is_language(language) else "",
        period=_period(asked.get("year", "")),
        network=Network.objects.filter(slug=network).first() if network else None,
        status=status if status in STATUSES else "",
        is_mine=asked.get("mine") == "1",
        sort=SORTS.get(asked.get("sort", ""), POPULAR),
    )


def _slug(asked: Mapping[str, str], name: str) -> str:
    """Empty for what PostgreSQL would not take either."""
    text = asked.get(name, "")
    return text if text.isascii() and text.isprintable() else ""


def _period(text: str) -> Period | None:
    figures = text.removesuffix("s")
    if not (figures.isascii() and figures.isdigit() and len(figures) == 4 and FIRST_YEAR <= int(figures) <= LAST_YEAR):
        return None
    year = int(figures)
    return Period(year - year % 10, is_decade=True) if text.endswith("s") else Period(year)


@dataclass(frozen=True)
class Page:
    titles: list[Title]
    next_key: str
    """Empty on the last page."""


def page(titles: TitleQuerySet, sort: Sort, after: str = "", *, size: int = PAGE_SIZE) -> Page:
    """One page of these titles, behind the row with the key `after`; a key that makes no sense means the first page.

    Rows without a value come last, in a query of their own: one condition for both would read all rows before them.
    """
    titles = sort.ordered(titles.defer("overview", "field_sources"))
    known, unknown = titles.filter(sort.known()), titles.filter(~sort.known())
    if place := keys.read(after, [sort.column, keys.ROW_ID]):
        value, pk = place
        if value is None:
            known, unknown = known.none(), unknown.filter(pk__lt=pk)
        else:
            known = known.filter(sort.known_behind(value, pk))
    rows = list(known[: size + 1])
    if sort.column.nullable and len(rows) <= size:
        rows += unknown[: size + 1 - len(rows)]
    return Page(rows[:size], sort.key(rows[size - 1]) if len(rows) > size else "")


@dataclass(frozen=True)
class Choices:
    """What the filters offer: only what leads to something. Genres and languages are (value, name)."""

    genres: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    decades: list[tuple[str, list[str]]]
    """Such as (“2020s”, [“2024”, “2021”])."""


@dataclass(frozen=True)
class Offer:
    """What of everything leads to some title; genres are names by slug."""

    genres: dict[str, str]
    languages: set[str]
    years: set[int]


def choices(kind: str, viewer: Viewer, filters: Filters) -> Choices:
    """What is on offer now, or a few minutes ago, and always what is chosen."""
    key = f"browse-choices:{kind}:{viewer.highest_age}:{viewer.sees_unrated}"
    kept: Offer = cache.get_or_set(key, lambda: _on_offer(kind, viewer), CHOICES_KEPT)  # type: ignore[assignment]
    genres = kept.genres | ({filters.genre.slug: filters.genre.name} if filters.genre else {})
    languages = kept.languages | ({filters.language} if filters.language else set())
    years = kept.years | ({filters.period.first} if filters.period else set())
    named = [(code, language_name(code)) for code in languages]
    decades = groupby(sorted(years, reverse=True), key=lambda year: f"{year - year % 10}s")
    return Choices(
        sorted(genres.items(), key=_by_name),
        sorted(named, key=_by_name),
        [(decade, [str(year) for year in its_years]) for decade, its_years in decades],
    )


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


def _on_offer(kind: str, viewer: Viewer) -> Offer:
    titles = Title.objects.visible_to(viewer).filter(kind=kind).order_by()
    genres = Genre.objects.filter(Exists(titles.filter(genres=OuterRef("pk"))))
    languages = titles.exclude(language="").values_list("language", flat=True).distinct()
    years = titles.exclude(year=None).values_list("year", flat=True).distinct()
    return Offer(dict(genres.values_list("slug", "name")), set(languages), {year for year in years if year})
