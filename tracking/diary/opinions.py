"""What a profile thinks of a title, apart from having watched it: the state it is in, whether it is offered, and the
time it is seen through."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Profile
from catalog.models import Title
from tracking import locks
from tracking.models import LibraryEntry, LogChange

from .writing import NOTHING, Written, once


@transaction.atomic
def plan(profile: Profile, title: Title, *, key: str, at: datetime) -> LogChange:
    """Put a title on the watchlist; one that is already in the library stays as it is."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        return NOTHING, entry or _new(profile, title, LibraryEntry.State.PLANNED, at)

    return once(profile, title, LogChange.Kind.PLAN, key, write, at=at)


@transaction.atomic
def unplan(profile: Profile, title: Title, *, key: str, at: datetime) -> LogChange:
    """Take a title off the watchlist; nothing that was watched is touched."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        if entry is None or entry.state != LibraryEntry.State.PLANNED:
            return NOTHING, entry
        entry.delete()
        return NOTHING, None

    return once(profile, title, LogChange.Kind.UNPLAN, key, write, at=at)


@transaction.atomic
def set_state(
    profile: Profile,
    title: Title,
    state: LibraryEntry.State | None,
    *,
    key: str,
    at: datetime,
    batch: uuid.UUID | None = None,
) -> LogChange:
    """Say in which state a title is; it holds until something new is watched. None leaves it to the log again, which
    takes out of the library what was never watched."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        if state is None:
            return NOTHING, _left_to_the_log(entry, at)
        entry = entry or _new(profile, title, state, at)
        entry.state, entry.is_said, entry.updated_at = state, True, at
        return NOTHING, entry

    return once(profile, title, LogChange.Kind.STATE, key, write, at=at, batch=batch)


@transaction.atomic
def set_states(
    profile: Profile, titles: Sequence[Title], state: LibraryEntry.State | None, *, key: str, at: datetime
) -> list[LogChange]:
    """Say the same of several titles in one press."""
    locks.hold_all(profile, titles)
    batch = uuid.uuid4()
    return [set_state(profile, each, state, key=f"{key}-{each.pk}", at=at, batch=batch) for each in titles]


@transaction.atomic
def hide(
    profile: Profile, title: Title, *, is_hidden: bool, key: str, at: datetime, batch: uuid.UUID | None = None
) -> LogChange:
    """Leave a title out of *up next*, or offer it there again; its state stays. What is not in the library is not
    offered anyway."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        if entry and is_hidden != (entry.hidden_at is not None):
            entry.hidden_at = at if is_hidden else None
        return NOTHING, entry

    return once(profile, title, LogChange.Kind.HIDE, key, write, at=at, batch=batch)


@transaction.atomic
def hide_all(profile: Profile, titles: Sequence[Title], *, is_hidden: bool, key: str, at: datetime) -> list[LogChange]:
    """Leave several titles out of *up next* in one press, or offer them there again."""
    locks.hold_all(profile, titles)
    batch = uuid.uuid4()
    return [hide(profile, each, is_hidden=is_hidden, key=f"{key}-{each.pk}", at=at, batch=batch) for each in titles]


@transaction.atomic
def begin_again(profile: Profile, title: Title, *, key: str, at: datetime) -> LogChange:
    """Start to see a series through once more: progress and next episode are those of the new run, every earlier
    viewing stays. A run in which nothing was seen yet is not left for another."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        if entry and entry.seen_count:
            entry.run += 1
            entry.state, entry.is_said, entry.updated_at = LibraryEntry.State.WATCHING, False, at
        return NOTHING, entry

    return once(profile, title, LogChange.Kind.RUN, key, write, at=at)


def _new(profile: Profile, title: Title, state: LibraryEntry.State, at: datetime) -> LibraryEntry:
    stamps = {"created_at": at, "updated_at": at, "counted_at": at}
    return LibraryEntry.objects.create(profile=profile, title=title, state=state, **stamps)


def _left_to_the_log(entry: LibraryEntry | None, at: datetime) -> LibraryEntry | None:
    if entry is None:
        return None
    if not entry.watch_count:
        entry.delete()
        return None
    entry.state, entry.is_said, entry.updated_at = LibraryEntry.State.WATCHING, False, at
    return entry
