"""What stands on a profile's lists, and in which order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import locks
from tracking.journal import Touched
from tracking.models import LibraryEntry, List, ListItem, LogChange

from .writing import Written, once

MOST_ITEMS = 1000
GAP = 1000
"""Between the positions of neighbours, so that most moves touch one row."""

HIGHEST = 2**31 - 1 - GAP

Places = Sequence[tuple[int, int]]
"""Pks and positions, in order."""


class FullError(ValueError):
    """The list, which is named, holds no more."""


@transaction.atomic
def enlist(
    profile: Profile, title: Title, episode: Episode | None, lists: Collection[List], *, key: str, at: datetime
) -> LogChange:
    """Let a title, or an episode of it, stand on these of the profile's lists and on no others. Raises FullError."""
    title, episode = locks.hold(profile, title, episode)
    standing = ListItem.objects.filter(list__in=List.objects.of(profile), title=title, episode=episode)
    there = dict(standing.values_list("list", "pk"))
    chosen = {each.pk for each in lists}
    gone = [pk for list_id, pk in there.items() if list_id not in chosen]
    new = [each for each in lists if each.pk not in there]

    def write(entry: LibraryEntry | None) -> Written:
        _changed(ListItem.objects.filter(pk__in=gone).values_list("list", flat=True), at)
        ListItem.objects.filter(pk__in=gone).delete()
        made = [_append(each, title, episode, at=at) for each in new]
        return {"items": [*gone, *(item.pk for item in made)]}, entry

    return once(profile, title, LogChange.Kind.LIST, key, write, at=at, touches={"items": gone})


def _append(a_list: List, title: Title, episode: Episode | None, *, at: datetime) -> ListItem:
    items = ListItem.objects.filter(list=a_list)
    if items.count() >= MOST_ITEMS:
        raise FullError(a_list.name)
    last = items.aggregate(last=Max("position"))["last"] or 0
    _changed([a_list.pk], at)
    return ListItem.objects.create(
        list=a_list, title=title, episode=episode, position=min(last, HIGHEST) + GAP, created_at=at
    )


@transaction.atomic
def arrange(item: ListItem, *, place: int | None = None, note: str | None = None, key: str, at: datetime) -> LogChange:
    """Let an item stand at a place counted from 1 among what its profile may see, what lies beyond being the end; and
    say why it stands on the list. None leaves either as it is."""
    profile = item.list.profile
    title, _episode = locks.hold(profile, item.title, item.episode)
    moved = _moved(item, place) if place is not None else {}
    touches: Touched = {"items": [*moved, *({item.pk} - moved.keys())]}

    def write(entry: LibraryEntry | None) -> Written:
        rows = [ListItem(pk=pk, position=position) for pk, position in moved.items()]
        ListItem.objects.bulk_update(rows, ["position"])
        if note is not None:
            ListItem.objects.filter(pk=item.pk).update(note=note)
        _changed([item.list_id], at)
        return touches, entry

    return once(profile, title, LogChange.Kind.LIST, key, write, at=at, touches=touches)


def _moved(item: ListItem, place: int) -> dict[int, int]:
    others = ListItem.objects.filter(list=item.list_id).exclude(pk=item.pk).in_order()
    visible = list(others.visible_to(item.list.profile).values_list("pk", flat=True)[: max(place - 1, 0)])
    rows = list(others.values_list("pk", "position"))
    return positions(rows, item.pk, behind=visible[-1] if visible else None)


def positions(others: Places, pk: int, *, behind: int | None) -> dict[int, int]:
    """The new positions of what has to change so that `pk` follows `behind`, or leads: itself, or all without a gap."""
    order = [other for other, _position in others]
    at = order.index(behind) + 1 if behind is not None else 0
    before = others[at - 1][1] if at else 0
    after = others[at][1] if at < len(others) else before + 2 * GAP
    if before < (before + after) // 2 < after and after <= HIGHEST:
        return {pk: (before + after) // 2}
    return {each: number * GAP for number, each in enumerate([*order[:at], pk, *order[at:]], start=1)}


@transaction.atomic
def unlist(item: ListItem, *, key: str, at: datetime) -> LogChange:
    """Take something off a list."""
    profile, touches = item.list.profile, {"items": [item.pk]}
    title, _episode = locks.hold(profile, item.title, item.episode)

    def write(entry: LibraryEntry | None) -> Written:
        ListItem.objects.filter(pk=item.pk).delete()
        _changed([item.list_id], at)
        return touches, entry

    return once(profile, title, LogChange.Kind.LIST, key, write, at=at, touches=touches)


def _changed(lists: Collection[int], at: datetime) -> None:
    List.objects.filter(pk__in=list(lists)).update(updated_at=at)
