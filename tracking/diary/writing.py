"""How every change of the log is made: once per key, the counters with it, and the rows before and after kept."""

import uuid
from collections.abc import Callable
from datetime import datetime

from accounts.models import Profile
from catalog import refresh
from catalog.models import Title
from tracking import journal, progress, ratings
from tracking.journal import Touched
from tracking.models import LibraryEntry, LogChange

Written = tuple[Touched, LibraryEntry | None]
"""What was touched, and the library entry of the title as it is now."""

Write = Callable[[LibraryEntry | None], Written]
NOTHING: Touched = {}


def entry_of(profile: Profile, title: Title) -> LibraryEntry | None:
    return LibraryEntry.objects.of(profile).filter(title=title).first()


def already(profile: Profile, key: str) -> LogChange | None:
    """The change that was made under this key, be it undone since."""
    return LogChange.objects.of(profile).filter(key=key).first()


def once(
    profile: Profile,
    title: Title,
    kind: LogChange.Kind,
    key: str,
    write: Write,
    *,
    at: datetime,
    touches: Touched = NOTHING,
    watched_now: bool = False,
    batch: uuid.UUID | None = None,
) -> LogChange:
    """Write, count anew, and keep the rows before and after; the caller holds the lock (`locks.hold`).

    `touches` are the rows that are there already and will be changed or removed; `write` answers with these and the new
    ones. Changes of one press share a `batch`.
    """
    done = already(profile, key)
    if done:
        return done
    entry = entry_of(profile, title)
    earlier, opinion = journal.frozen(profile, touches), journal.freeze(entry)
    touched, entry = write(entry)
    change = LogChange(profile=profile, title=title, kind=kind, key=key, created_at=at, batch=batch or uuid.uuid4())
    entry = progress.recount(profile, title, entry, at=at, watched_now=watched_now)
    change.after = {**journal.frozen(profile, touched), "entry": journal.freeze(entry)}
    change.before = {**_before(touched, earlier), "entry": opinion}
    change.save(force_insert=True)
    if "ratings" in touched:
        ratings.sum_up(title)
    refresh.mark_wanted([title.pk], at=at)
    return change


def _before(touched: Touched, earlier: dict[str, journal.Rows]) -> dict[str, journal.Rows]:
    names = {"watches", *touched}
    return {name: {str(pk): earlier.get(name, {}).get(str(pk)) for pk in touched.get(name, ())} for name in names}
