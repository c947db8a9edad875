"""Taking back: one change, or all of one press."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction

from accounts.models import Profile
from tracking import journal, locks, merging, progress, ratings
from tracking.models import LibraryEntry, LogChange

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
    standing = LogChange.objects.of(profile).filter(batch=batch, undone_at=None).select_related("profile", "title")
    changes = list(standing.order_by("-pk")[:limit])
    locks.hold_all(profile, [change.title for change in changes])
    alone = _alone(profile, changes)
    _undo_alone(profile, [change for change in changes if change.pk in alone], at=at)
    for change in changes:
        if change.pk not in alone:
            undo(change, at=at)
    return changes


def _alone(profile: Profile, changes: Sequence[LogChange]) -> set[int]:
    """Those that are all that the profile ever wrote about their titles, which nobody merged or split since."""
    titles = [change.title_id for change in changes]
    counted = LogChange.objects.of(profile).filter(title__in=titles).order_by().values_list("title")
    single = {title for title, count in counted.annotate(models.Count("pk")) if count == 1}
    since = min((change.created_at for change in changes), default=None)
    touched = merging.touched(titles, since=since) if since else set()
    return {change.pk for change in changes if change.title_id in single - touched and not change.undone_at}


def _undo_alone(profile: Profile, changes: Sequence[LogChange], *, at: datetime) -> None:
    """What `undo` does, for many titles in a fixed number of statements where nothing was there before."""
    together: dict[str, journal.Rows] = {}
    for change in changes:
        for section in journal.SECTIONS:
            together.setdefault(section, {}).update(change.before.get(section, {}))
    journal.restore(profile, together)
    new = [change.title_id for change in changes if change.before["entry"] is None]
    LibraryEntry.objects.of(profile).filter(title__in=new).delete()
    for change in changes:
        if change.before["entry"]:
            journal.restore_entry(profile, change.title, change.before["entry"])
        if "ratings" in change.before:
            ratings.sum_up(change.title)
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
