"""Which results of a search are wanted: one kind of thing, or titles of a year, a decade or a genre."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.viewers import Viewer
from catalog import browse
from catalog.models import Genre, SearchEntry, Title

KINDS = {
    SearchEntry.Kind.MOVIE.value: _("Films"),
    SearchEntry.Kind.SERIES.value: _("Series"),
    SearchEntry.Kind.PERSON.value: _("People"),
    SearchEntry.Kind.EPISODE.value: _("Episodes"),
}
OF_TITLES = ("", *Title.Kind.values)
"""Only titles have a year and genres."""

CHOICES_KEPT = 300
"""Seconds."""


@dataclass(frozen=True)
class Sieve:
    kind: str = ""
    genre: Genre | None = None
    period: browse.Period | None = None

    def __bool__(self) -> bool:
        return any((self.kind, self.genre, self.period))

    @property
    def kinds(self) -> list[str] | None:
        return [self.kind] if self.kind else None

    @property
    def facets(self) -> list[str]:
        """As `find` takes them and search entries of titles have them."""
        return [*([self.year] if self.period else []), *([f"genre:{self.genre.pk}"] if self.genre else [])]

    @property
    def has_episodes(self) -> bool:
        """Whether episodes are wanted."""
        return self.kind == SearchEntry.Kind.EPISODE or not self

    @property
    def year(self) -> str:
        return str(self.period or "")

    @property
    def query(self) -> str:
        """The shortest query string that means this."""
        said = {"kind": self.kind, "year": self.year, "genre": self.genre.slug if self.genre else ""}
        return urlencode({name: value for name, value in said.items() if value})


def understood(asked: Mapping[str, str]) -> Sieve:
    """What an address asks for; what makes no sense, such as the year of a person, is left out."""
    kind = asked.get("kind", "")
    if kind not in OF_TITLES:
        return Sieve(kind if kind in KINDS else "")
    filters = browse.understood({name: asked.get(name, "") for name in ("genre", "year")})
    return Sieve(kind, filters.genre, filters.period)


@dataclass(frozen=True)
class Choices:
    """What can be chosen. Genres are (slug, name), decades such as (“2020s”, [“2024”, “2021”])."""

    genres: list[tuple[str, str]]
    decades: list[tuple[str, list[str]]]


def choices(viewer: Viewer, sieve: Sieve) -> Choices:
    """What leads to something now, or a few minutes ago, and always what is chosen."""
    key = f"search-choices:{viewer.highest_age}:{viewer.sees_unrated}"
    genres, years = cache.get_or_set(key, lambda: _on_offer(viewer), CHOICES_KEPT)  # type: ignore[misc]
    genres = genres | ({sieve.genre.slug: sieve.genre.name} if sieve.genre else {})
    years = sorted(years | ({sieve.period.first} if sieve.period else set()), reverse=True)
    decades = groupby(years, key=lambda year: f"{year - year % 10}s")
    return Choices(
        sorted(genres.items(), key=lambda genre: genre[1].casefold()),
        [(decade, [str(year) for year in its_years]) for decade, its_years in decades],
    )


def _on_offer(viewer: Viewer) -> tuple[dict[str, str], set[int]]:
    """Genres, as names by slug, and years; in one query, where years are the rows without a name."""
    titles = Title.objects.visible_to(viewer).order_by()
    genres = Genre.objects.filter(Exists(titles.filter(genres=OuterRef("pk"))))
    years = titles.exclude(year=None).annotate(said=Cast("year", CharField())).values_list("said", Value("")).distinct()
    rows = list(genres.values_list("slug", "name").union(years, all=True))
    return {slug: name for slug, name in rows if name}, {int(year) for year, name in rows if not name}
