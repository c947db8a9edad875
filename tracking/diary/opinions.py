"""What a profile thinks of a title, apart from having watched it."""

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
        stamps = {"created_at": at, "updated_at": at, "counted_at": at}
        planned = LibraryEntry.State.PLANNED
        return NOTHING, entry or LibraryEntry.objects.create(profile=profile, title=title, state=planned, **stamps)

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
