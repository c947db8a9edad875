"""Rules by which a collection fills itself: what one says, which titles it means, and items kept in line with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from catalog import browse
from catalog.locales import is_country, is_language
from catalog.models import Collection, CollectionItem, Title
from catalog.models.titles import TitleQuerySet

LONGEST = 500
"""The most titles that a rule puts into its collection."""

DEFAULT_LIMIT = 100
MOST_POPULAR = 1_000_000
SORTS = ("popular", "rating", "newest")
ALL, ANY = "all", "any"


@dataclass(frozen=True)
class Rule:
    """What is left empty does not matter. `genres` and `network` are slugs, years those of the first showing."""

    kind: str = ""
    genres: tuple[str, ...] = ()
    match: str = ALL
    """Whether a title needs all of the genres or any of them."""

    language: str = ""
    country: str = ""
    network: str = ""
    status: str = ""
    first_year: int | None = None
    last_year: int | None = None
    min_rating: float | None = None
    min_popularity: float | None = None
    sort: str = SORTS[0]
    limit: int = DEFAULT_LIMIT


def read(said: Mapping[str, Any]) -> Rule:
    """The rule that a collection keeps as JSON. Raises ValidationError, by key, for what makes no sense."""
    values, problems = {}, {}
    for key, value in said.items():
        try:
            values[key] = READERS[key](value)
        except KeyError:
            problems[key] = _("A rule knows no “%(key)s”.") % {"key": key}
        except ValueError as error:
            problems[key] = str(error)
    rule = Rule(**values) if not problems else Rule()
    if rule.first_year and rule.last_year and rule.first_year > rule.last_year:
        problems["last_year"] = _("The last year is before the first.")
    if problems:
        raise ValidationError(problems)
    return rule


def matching(rule: Rule) -> TitleQuerySet:
    """The titles that a rule means, in its order, for viewers of every age."""
    titles = _of_genres(Title.objects.published(), rule)
    exact = {"kind": rule.kind, "language": rule.language, "country": rule.country, "status": rule.status}
    bounds = {
        "network__slug": rule.network,
        "year__gte": rule.first_year,
        "year__lte": rule.last_year,
        "source_rating__gte": rule.min_rating,
        "popularity__gte": rule.min_popularity,
    }
    wanted = {field: value for field, value in (exact | bounds).items() if value not in ("", None)}
    return browse.SORTS[rule.sort].ordered(titles.filter(**wanted))[: rule.limit]


def _of_genres(titles: TitleQuerySet, rule: Rule) -> TitleQuerySet:
    having = Title.genres.through.objects.filter(title=OuterRef("pk"))
    if rule.match == ALL:
        for slug in rule.genres:
            titles = titles.filter(Exists(having.filter(genre__slug=slug)))
        return titles
    return titles.filter(Exists(having.filter(genre__slug__in=rule.genres))) if rule.genres else titles


@dataclass(frozen=True)
class Change:
    """How many titles came onto a shelf, and how many left it."""

    put_up: int = 0
    taken_down: int = 0


def compute(collection: Collection, *, at: datetime) -> Change:
    """Bring the items in line with the rule. Raises ValidationError, with nothing changed, when it makes no sense."""
    return put_up(collection, wanted(collection), at=at)


def wanted(collection: Collection) -> list[int]:
    """The ids of the titles that the rule of this collection means now. Raises ValidationError."""
    return list(matching(read(collection.rule)).values_list("pk", flat=True))


@transaction.atomic
def put_up(collection: Collection, title_ids: Sequence[int], *, at: datetime) -> Change:
    """Let the collection hold these titles in this order. Viewers see the old shelf until the new one is whole."""
    if not Collection.objects.filter(pk=collection.pk, kind=Collection.Kind.RULE).update(computed_at=at):
        return Change()
    there = set(Title.objects.filter(pk__in=title_ids).values_list("pk", flat=True))
    places = {pk: place for place, pk in enumerate((pk for pk in title_ids if pk in there), start=1)}
    items = {item.title_id: item for item in CollectionItem.objects.filter(collection=collection)}
    gone = [item.pk for pk, item in items.items() if pk not in places]
    moved = [item for pk, item in items.items() if pk in places and item.position != places[pk]]
    new = [pk for pk in places if pk not in items]
    CollectionItem.objects.filter(pk__in=gone).delete()
    for item in moved:
        item.position = places[item.title_id]
    CollectionItem.objects.bulk_update(moved, ["position"])
    CollectionItem.objects.bulk_create(
        [CollectionItem(collection=collection, title_id=pk, position=places[pk]) for pk in new]
    )
    return Change(len(new), len(gone))


# -- what the keys of a rule may hold ----------------------------------------------------------------------------------


def _one_of(choices: Sequence[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(_("It must be one of: %(choices)s.") % {"choices": ", ".join(choices)})
        return str(value)

    return check


def _slug(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 220:
        raise ValueError(_("It must be a word."))
    return value


def _slugs(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 50:
        raise ValueError(_("It must be a list of at most 50 words."))
    return tuple(_slug(word) for word in value)


def _language(value: Any) -> str:
    if not is_language(_slug(value)):
        raise ValueError(_("It must be the code of a language, such as “en”."))
    return str(value)


def _country(value: Any) -> str:
    if not is_country(_slug(value)):
        raise ValueError(_("It must be the code of a country, such as “GB”."))
    return str(value)


def _whole(first: int, last: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not first <= value <= last:
            raise ValueError(_("It must be a number from %(first)s to %(last)s.") % {"first": first, "last": last})
        return value

    return check


def _number(most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError(_("It must be a number from 0 to %(most)s.") % {"most": most})
        return float(value)

    return check


READERS: Mapping[str, Callable[[Any], Any]] = {
    "kind": _one_of(Title.Kind.values),
    "genres": _slugs,
    "match": _one_of((ALL, ANY)),
    "language": _language,
    "country": _country,
    "network": _slug,
    "status": _one_of(Title.Status.values),
    "first_year": _whole(browse.FIRST_YEAR, browse.LAST_YEAR),
    "last_year": _whole(browse.FIRST_YEAR, browse.LAST_YEAR),
    "min_rating": _number(10),
    "min_popularity": _number(MOST_POPULAR),
    "sort": _one_of(SORTS),
    "limit": _whole(1, LONGEST),
}
