"""What is known of titles, as far as it helps to tell them apart: some at once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from catalog import names
from catalog.models import Credit, Episode, ExternalId, Title

from .evidence import Facts


def of_titles(ids: Collection[int]) -> dict[int, Facts]:
    """By pk; those that are gone are left out."""
    outside, days, directors = _ids(ids), _days(ids), _directors(ids)
    return {
        title.pk: Facts(
            kind=title.kind,
            year=title.year,
            premiered=title.premiered,
            country=title.country,
            byline=title.byline,
            runtime=title.runtime,
            ids={source: frozenset(values) for source, values in outside[title.pk].items()},
            days=frozenset(days[title.pk]),
            directors=frozenset(directors[title.pk] | _named_directors(title)),
        )
        for title in Title.objects.filter(pk__in=ids).defer("overview", "field_sources")
    }


def _ids(ids: Collection[int]) -> dict[int, dict[str, set[str]]]:
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    outside = ExternalId.objects.living().filter(title__in=ids)
    for title_id, source, value in outside.values_list("title_id", "source", "value"):
        found[title_id or 0][source].add(value)
    return found


def _days(ids: Collection[int]) -> dict[int, set[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    dated = Episode.objects.regular().filter(title__in=ids, air_date__isnull=False)
    for title_id, day in dated.values_list("title_id", "air_date").distinct():
        if day:
            found[title_id].add(day)
    return found


def _directors(ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    directed = Credit.objects.filter(title__in=ids, episode=None, role=Credit.Role.DIRECTOR)
    for title_id, name in directed.values_list("title_id", "person__name"):
        found[title_id].add(names.fold(name))
    return found


def _named_directors(title: Title) -> set[str]:
    """Those in the byline of a film, which an index knows before its credits are."""
    return set() if title.is_series else {names.fold(name) for name in title.byline.split(", ") if name}
