"""Change lists that are searched as the site is: by name, misspelt too, through its index, and never row by row."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, Q, QuerySet, TextField, Value
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalog import search
from catalog.models import Credit, Episode, ExternalId, Person, SearchEntry, Source, Subject, Title
from catalog.models.search import folded
from config import keys
from config.tables import BigTableAdmin

MOST = 100
"""Rows that a search finds of each kind; whoever looks for more has to say more."""

FEW = 20
"""Titles or people whose parts are shown."""

KINDS = (Subject.SERIES, Subject.MOVIE)


@dataclass(frozen=True)
class Anybody:
    """Staff may see every title, whatever its age."""

    highest_age: int = 10_000
    sees_unrated: bool = True


class SearchedAdmin(BigTableAdmin):
    search_fields = ("pk",)  # so that there is a field to type into; `matching` reads it
    search_help_text = _("Names, misspelt ones too; the beginning of an address; a number here or at a source.")

    def matching(self, words: str) -> Q:
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search.tidy(search_term)
        return queryset.filter(self.matching(words)) if words else queryset, False


def titles(words: str) -> list[int]:
    """Also those that are not in the index of the site: unpublished and merged ones are found by their address."""
    hits = search.find(words, Anybody(), limit=MOST, kinds=[SearchEntry.Kind.SERIES, SearchEntry.Kind.MOVIE])
    known = outside(words, KINDS).values_list("title_id", flat=True)
    return _ids(words, [hit.object_id for hit in hits], _by_address(Title.objects.all(), words), known)


def people(words: str) -> list[int]:
    hits = search.find(words, Anybody(), limit=MOST, kinds=[SearchEntry.Kind.PERSON])
    known = outside(words, [Subject.PERSON]).values_list("person_id", flat=True)
    return _ids(words, [hit.object_id for hit in hits], _by_address(Person.objects.all(), words), known)


def episodes(words: str) -> list[int]:
    """By their own name, and all of the series that are called so."""
    hits = [hit.object_id for hit in search.find_episodes(words, Anybody(), limit=MOST)]
    typed = Func(Value(words), function="search_fold", output_field=TextField())
    named = Episode.objects.alias(norm=folded("name")).filter(norm=typed, withdrawn_at=None)
    of_series = Episode.objects.filter(title__in=titles(words)[:FEW])
    known = outside(words, [Subject.EPISODE]).values_list("episode_id", flat=True)
    return _ids(words, hits, _pks(named[:MOST]), _pks(of_series[: 10 * MOST]), known)


def credited(words: str) -> list[int]:
    """Of the people, and in the titles, that are called so."""
    of_people = Credit.objects.filter(person__in=people(words)[:FEW])
    in_titles = Credit.objects.filter(title__in=titles(words)[:FEW])
    return _ids(words, _pks(of_people[: 10 * MOST]), _pks(in_titles[: 10 * MOST]))


def ids_elsewhere(words: str) -> list[int]:
    """Rows of ExternalId: what sources call so, and the ids of titles that are called so."""
    of_titles = ExternalId.objects.filter(title__in=titles(words)[:FEW])
    return _ids("", _pks(outside(words)), _pks(of_titles))


def outside(words: str, kinds: Iterable[str] = tuple(Subject)) -> QuerySet[ExternalId]:
    """Sources and kinds are all named, for the index begins with them."""
    return ExternalId.objects.filter(source__in=Source.values, kind__in=list(kinds), value=words)


def _by_address(rows: QuerySet[Any], words: str) -> Iterable[int]:
    slug = slugify(words)
    return _pks(rows.filter(slug__startswith=slug)[:MOST]) if slug else ()


def _pks(rows: QuerySet[Any]) -> Iterable[int]:
    return rows.values_list("pk", flat=True)


def _ids(words: str, *found: Iterable[int | None]) -> list[int]:
    """Each id once, and the number that was typed."""
    ids = [pk for several in found for pk in several if pk]
    with suppress(ValueError):
        ids.append(keys.row_id(words))
    return list(dict.fromkeys(ids))
