"""Taking back: one change, or all of one press."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from accounts.models import Profile
from tracking import journal, locks, merging, progress, ratings
from tracking.models import LibraryEntry, LogChange

from . import batches
from .writing import entry_of


@transaction.atomic
def undo(change: LogChange, *, at: datetime) -> LogChange:
    """Take a change back: the log, the counters and the next episode are as they were. A second undo changes nothing.

    Where the title was changed again in between, was merged or was split, the rows come back and the entry is counted
    anew from the log.
    """
    change = locks.hold_change(change)
    if change.undone_at:
        return change
    journal.restore(change.profile, change.before)
    _restore_entry(change, at=at)
    if "ratings" in change.before:
        ratings.sum_up(change.title)
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    return change


@transaction.atomic
def undo_press(change: LogChange, *, at: datetime) -> None:
    """Take back all of the press that this change was part of, for everybody of the household who was in it."""
    household = change.profile.household_id
    pressed = LogChange.objects.filter(batch=change.batch, profile__household=household).order_by("-pk")
    changes = list(pressed.select_related("profile", "title"))
    locks.hold_together([each.profile for each in changes], [each.title for each in changes])
    for each in changes:
        undo(each, at=at)


@transaction.atomic
def undo_batch(profile: Profile, batch: uuid.UUID, *, at: datetime, limit: int | None = None) -> list[LogChange]:
    """Take back everything of one batch, or so many changes of it, the last change first."""
    standing = LogChange.objects.of(profile).filter(batch=batch, undone_at=None)
    read = standing.select_related("profile", "title").defer("after", "title__overview", "title__field_sources")
    changes = list(read.order_by("-pk")[:limit])
    locks.hold_all(profile, [change.title for change in changes])
    plain = _plain(profile, changes)
    _undo_plain(profile, [change for change in changes if change.pk in plain], plain, at=at)
    for change in changes:
        if change.pk not in plain:
            undo(change, at=at)
    return changes


def _plain(profile: Profile, changes: Sequence[LogChange]) -> dict[int, int]:
    """Those after which nothing stands that the profile wrote about their titles, which nobody merged or split since:
    by pk, the change of which the entry before holds again (pk), as in `_restore_entry`."""
    ours = {change.pk for change in changes}
    titles = {change.title_id for change in changes}
    columns = ("title_id", "pk", "undone_at", "created_at")
    journal_of = LogChange.objects.of(profile).filter(title__in=titles).order_by("title", "pk").values_list(*columns)
    found: dict[int, tuple[int, int, datetime]] = {}
    for title, rows in groupby(journal_of, key=lambda row: row[0]):
        several = list(rows)
        standing = [pk for _title, pk, undone_at, _at in several if undone_at is None]
        if standing and standing[-1] in ours:
            before = standing[-2] if len(standing) > 1 else 0
            first, since = next((pk, at) for _title, pk, _undone, at in several if pk > before)
            found[title] = (standing[-1], first, since)
    since = min((since for _pk, _first, since in found.values()), default=None)
    touched = merging.touched(found, since=since) if since else set()
    return {pk: first for title, (pk, first, _since) in found.items() if title not in touched}


def _undo_plain(profile: Profile, changes: Sequence[LogChange], firsts: Mapping[int, int], *, at: datetime) -> None:
    """What `undo` does, for many titles in a fixed number of statements where nothing was there before."""
    together: dict[str, journal.Rows] = {}
    for change in changes:
        for section in journal.SECTIONS:
            together.setdefault(section, {}).update(change.before.get(section, {}))
    journal.restore(profile, together)
    before = dict(LogChange.objects.filter(pk__in=firsts.values()).values_list("pk", "before__entry"))
    entries = {change.title: before[firsts[change.pk]] for change in changes}
    new = [title.pk for title, entry in entries.items() if entry is None]
    LibraryEntry.objects.of(profile).filter(title__in=new).delete()
    for title, entry in entries.items():
        if entry is not None:
            journal.restore_entry(profile, title, entry)
    if rated := [change.title_id for change in changes if "ratings" in change.before]:
        batches.sum_up(rated)
    LogChange.objects.filter(pk__in=[change.pk for change in changes]).update(undone_at=at)


def _restore_entry(change: LogChange, *, at: datetime) -> None:
    profile, title = change.profile, change.title
    of_title = LogChange.objects.of(profile).filter(title=title)
    standing = of_title.filter(undone_at=None).exclude(pk=change.pk).order_by("pk").last()
    if standing and standing.pk > change.pk:
        progress.recount(profile, title, entry_of(profile, title), at=at)
        return
    first_undone = of_title.filter(pk__gt=standing.pk if standing else 0).order_by("pk")[:1].get()
    before = first_undone.before["entry"]
    if merging.was_touched(title, since=first_undone.created_at):
        progress.recount(profile, title, merging.as_said(profile, title, before), at=at)
    else:
        journal.restore_entry(profile, title, before)
