"""What stands on the pages of collections: which of them a viewer is shown, and their titles in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.viewers import Viewer
from catalog.models import Collection, CollectionItem, Title
from config import keys

COLLECTIONS_ON_A_PAGE = 24
TITLES_ON_A_PAGE = 42
"""As many as on a wall."""

EVERYTHING = Q()
BY_NAME = [keys.Column("name", str), keys.ROW_ID]
IN_ORDER = [keys.Column("position", keys.whole), keys.ROW_ID]


@dataclass(frozen=True)
class Shelf:
    collection: Collection
    titles: list[Title]
    """The first of it, for its picture: four, or one where there are not so many."""


@dataclass(frozen=True)
class ShelfPage:
    shelves: list[Shelf]
    next_key: str
    """Empty on the last page."""


@dataclass(frozen=True)
class ItemPage:
    items: Sequence[CollectionItem]
    next_key: str


def page(viewer: Viewer, after: str = "") -> ShelfPage:
    """Collections of which the viewer may see something, by name, behind the one with the key `after`."""
    shown = Collection.objects.visible_to(viewer)
    if place := keys.read(after, BY_NAME):
        shown = shown.filter(keys.behind(BY_NAME, place))
    rows = list(shown.with_first_titles(viewer).order_by("name", "pk")[: COLLECTIONS_ON_A_PAGE + 1])
    rows, more = rows[:COLLECTIONS_ON_A_PAGE], rows[COLLECTIONS_ON_A_PAGE:]
    titles = Title.objects.for_cards().in_bulk({pk for row in rows for pk in row.first_titles})
    shelves = [Shelf(row, _mosaic([titles[pk] for pk in row.first_titles if pk in titles])) for row in rows]
    return ShelfPage(shelves, keys.write(rows[-1].name, rows[-1].pk) if more else "")


def _mosaic(titles: list[Title]) -> list[Title]:
    return titles if len(titles) == Collection.IN_ITS_PICTURE else titles[:1]


def items(collection: Collection, viewer: Viewer, after: str = "", *, only: Q = EVERYTHING) -> ItemPage:
    """What the viewer may see of a collection, in its order, behind the item with the key `after`."""
    rows = CollectionItem.objects.filter(only, collection=collection).visible_to(viewer).for_cards()
    if place := keys.read(after, IN_ORDER):
        rows = rows.filter(keys.behind(IN_ORDER, place))
    found = list(rows.order_by("position", "pk")[: TITLES_ON_A_PAGE + 1])
    shown, more = found[:TITLES_ON_A_PAGE], found[TITLES_ON_A_PAGE:]
    return ItemPage(shown, keys.write(shown[-1].position, shown[-1].pk) if more else "")
