"""Lists that profiles make: made, described, taken away and brought back; and their pages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.viewers import Viewer
from catalog.models import Title
from config import keys, paging
from tracking import locks
from tracking.models import List, ListItem

MOST = 100
"""Lists of one profile: all of them are offered on the page of a title."""

ON_A_PAGE, ITEMS_ON_A_PAGE = 24, 30
KEPT = timedelta(days=30)
"""How long a list that was removed can be brought back."""

AT_ONCE = 100
IN_ORDER = [keys.Column("position", keys.whole), keys.ROW_ID]


class RefusedError(ValueError):
    """A list cannot be called so, or there are too many; the text is for the viewer."""


@dataclass(frozen=True)
class Description:
    name: str
    description: str = ""
    is_public: bool = False
    is_numbered: bool = False


SAID = tuple(field.name for field in fields(Description))
DESCRIBED = (*SAID, "updated_at")

# -- writing -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(profile: Profile, said: Description, *, address: uuid.UUID, at: datetime) -> List:
    """A new list; the same address sent twice is the same list. Raises RefusedError."""
    locks.hold_all(profile, [])
    there = List.objects.filter(profile=profile, address=address).first()
    if there:
        return there
    if List.objects.of(profile).count() >= MOST:
        raise RefusedError(_("There are %(count)s lists already, and no room for another.") % {"count": MOST})
    made = List(profile=profile, address=address, created_at=at)
    _describe(made, said, at=at)
    made.save(force_insert=True)
    return made


@transaction.atomic
def describe(a_list: List, said: Description, *, at: datetime) -> Description:
    """Answers what it said before. Raises RefusedError."""
    locks.hold_all(a_list.profile, [])
    before = Description(**List.objects.filter(pk=a_list.pk).values(*SAID).get())
    _describe(a_list, said, at=at)
    a_list.save(update_fields=DESCRIBED)
    return before


@transaction.atomic
def describe_again(a_list: List, before: Description, *, at: datetime) -> None:
    """Let it say what it said before; under a name with a figure where another has its name by now."""
    locks.hold_all(a_list.profile, [])
    _describe(a_list, replace(before, name=_free_name(a_list, before.name)), at=at)
    a_list.save(update_fields=DESCRIBED)


def _describe(a_list: List, said: Description, *, at: datetime) -> None:
    if _is_taken(a_list, said.name):
        raise RefusedError(_("There is already a list of this name."))
    a_list.name, a_list.description = said.name, said.description
    a_list.is_public, a_list.is_numbered, a_list.updated_at = said.is_public, said.is_numbered, at


def _free_name(a_list: List, wanted: str) -> str:
    name, figure = wanted, 1
    while _is_taken(a_list, name):
        figure += 1
        name = f"{wanted[:190]} {figure}"
    return name


def _is_taken(a_list: List, name: str) -> bool:
    return List.objects.of(a_list.profile).filter(name=name).exclude(pk=a_list.pk).exists()


def remove(a_list: List, *, at: datetime) -> None:
    """Out of sight, with all that is on it, until it is brought back or deleted."""
    List.objects.filter(pk=a_list.pk, removed_at=None).update(removed_at=at)


@transaction.atomic
def restore(a_list: List) -> None:
    """Bring back a list as it was; under a name with a figure where another has its name by now."""
    locks.hold_all(a_list.profile, [])
    List.objects.filter(pk=a_list.pk).update(name=_free_name(a_list, a_list.name), removed_at=None)


def delete_removed(*, at: datetime) -> int:
    """For good, those that were removed long ago; answers how many."""
    old = List.objects.filter(removed_at__lt=at - KEPT).order_by("pk")
    deleted = 0
    while pks := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        List.objects.filter(pk__in=pks).delete()
        deleted += len(pks)
    return deleted


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """A list as a card; `titles` are those in its picture."""

    list: List
    titles: Sequence[Title]


@dataclass(frozen=True)
class Shelves:
    shelves: Sequence[Shelf]
    after: str


def page(profile: Profile, after: str) -> Shelves:
    """The profile's lists, the one changed last first."""
    mine = List.objects.of(profile).with_picture(profile)
    found = paging.newest(mine, "updated_at", after=after, size=ON_A_PAGE)
    titles = Title.objects.for_cards().in_bulk({pk for row in found.rows for pk in row.first_titles})
    return Shelves([Shelf(row, _mosaic([titles[pk] for pk in row.first_titles])) for row in found.rows], found.after)


def _mosaic(titles: list[Title]) -> list[Title]:
    return titles if len(titles) == List.IN_ITS_PICTURE else titles[:1]


@dataclass(frozen=True)
class Items:
    rows: Sequence[ListItem]
    first: int
    """The place of the first of them, counted from 1 among what the viewer may see."""

    count: int
    after: str


def items(a_list: List, viewer: Viewer, after: str) -> Items:
    """What the viewer may see of a list, in its order, behind the item with the key `after`."""
    visible = ListItem.objects.filter(list=a_list).visible_to(viewer)
    rows, first = visible, 1
    if place := keys.read(after, IN_ORDER):
        rows = visible.filter(keys.behind(IN_ORDER, place))
    found = list(rows.for_cards().in_order()[: ITEMS_ON_A_PAGE + 1])
    shown, more = found[:ITEMS_ON_A_PAGE], found[ITEMS_ON_A_PAGE:]
    count = visible.count()
    if place and shown:
        first = count - rows.count() + 1
    return Items(shown, first, count, keys.write(shown[-1].position, shown[-1].pk) if more else "")


def place_of(item: ListItem, viewer: Viewer) -> int:
    """Counted from 1 among what the viewer may see."""
    before = keys.behind(IN_ORDER, [item.position, item.pk], ascending=False)
    return ListItem.objects.filter(before, list=item.list_id).visible_to(viewer).count() + 1
