"""Taking back: one change, or all of one press."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import Profile
from tracking import journal, locks, merging, progress, ratings
from tracking.models import LogChange

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
def undo_batch(profile: Profile, batch: uuid.UUID, *, at: datetime) -> list[LogChange]:
    """Take back everything of one press, the last change first."""
    changes = LogChange.objects.of(profile).filter(batch=batch, undone_at=None).select_related("profile", "title")
    locks.hold_all(profile, [change.title for change in changes])
    return [undo(change, at=at) for change in changes.order_by("-pk")]


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
