"""Much at once: what a history from elsewhere says of many titles, written in a fixed number of statements."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import Profile
from catalog import refresh
from catalog.models import Title
from config import bulk
from tracking import journal, measuring, progress
from tracking.models import Dismissal, LibraryEntry, ListItem, LogChange, Note, Position, Rating, Watch
from tracking.progress import Progress

CHUNK = 2000
Opinion = Rating | Note | ListItem | Dismissal | Position
COUNTED = ("state", "watch_count", "seen_count", "last_watched_at", "next_episode", "hidden_at", "counted_at")

SUM_UP = """
update catalog_title t set rating_sum = coalesce(r.total, 0), rating_count = coalesce(r.number, 0)
from (
    select given.id, sum(r.value) as total, count(r.id) as number
    from unnest(%s::bigint[]) as given (id)
    left join tracking_rating r on r.title_id = given.id and r.season_id is null and r.episode_id is null
    group by given.id
) r
where t.id = r.id
"""


@dataclass(slots=True)
class Viewing:
    """What is to be a `Watch`: its columns, without the weight of an instance."""

    profile_id: int
    title_id: int
    episode_id: int | None
    watched_at: datetime | None
    watched_on: date | None
    zone: str
    precision: str
    sort_at: datetime
    origin: str
    key: str
    created_at: datetime
    updated_at: datetime
    run: int = 1
    place: str = ""
    company: str = ""
    attention: str = ""
    note: str = ""
    service: str = ""
    group: str | None = None
    id: int | None = None


@dataclass
class Brought:
    """What is to be written about one title. The rows are not saved yet, but for ratings that are changed."""

    title: Title
    state: str = ""
    """One of LibraryEntry.State; holds where the profile has not said anything yet."""

    is_hidden: bool = False
    entry: Mapping[str, Any] = field(default_factory=dict)
    """Columns of a library entry that was exported here, of which `run` is one: a new entry takes them as they were."""

    keeps_runs: bool = False
    """The viewings say their runs, where others are of the present one."""

    watches: list[Viewing] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    dismissals: list[Dismissal] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)

    @property
    def rows(self) -> dict[str, Sequence[Viewing | Opinion]]:
        """By the sections of the journal."""
        return {
            "watches": self.watches,
            "ratings": self.ratings,
            "notes": self.notes,
            "items": self.items,
            "dismissals": self.dismissals,
            "positions": self.positions,
        }


def bring(profile: Profile, brought: Sequence[Brought], *, batch: uuid.UUID, at: datetime) -> list[LogChange]:
    """Write all of it, one change of the log for each title; the caller holds the locks (`locks.hold_all`).
    `undo_batch` takes it back.

    A state that the profile had holds: what is brought in is of the past. So no state is said to be new, and what was
    dropped stays dropped.
    """
    titles = [each.title.pk for each in brought]
    entries = {entry.title_id: entry for entry in LibraryEntry.objects.of(profile).filter(title__in=titles)}
    changes = [
        LogChange(
            profile_id=profile.pk,
            title_id=title,
            kind=LogChange.Kind.IMPORT,
            key=f"batch:{batch}:{title}:{uuid.uuid4()}",
            batch=batch,
            created_at=at,
            before={"entry": journal.freeze(entries.get(title))},
        )
        for title in titles
    ]
    _write(profile, brought, changes, entries)
    _count(profile, brought, entries, at=at)
    for change in changes:
        change.after = {"watches": {}, "entry": journal.freeze(entries.get(change.title_id))}
    bulk.insert(changes)
    refresh.mark_wanted(titles, at=at)
    return changes


def _write(
    profile: Profile, brought: Sequence[Brought], changes: Sequence[LogChange], entries: Mapping[int, LibraryEntry]
) -> None:
    """Save the rows, and note in the changes what was there before."""
    replaced = [rating.pk for each in brought for rating in each.ratings if rating.pk]
    earlier = journal.frozen(profile, {"ratings": replaced}).get("ratings", {})
    for each in brought:
        entry = entries.get(each.title.pk)
        for watch in each.watches:
            if entry:
                watch.run = min(watch.run, entry.run) if each.keeps_runs else entry.run
    bulk.insert_plain(Watch, [watch for each in brought for watch in each.watches])
    ratings = [rating for each in brought for rating in each.ratings]
    Rating.objects.bulk_update([row for row in ratings if row.pk], ["value", "updated_at"], batch_size=CHUNK)
    bulk.insert(row for row in ratings if not row.pk)
    bulk.insert(note for each in brought for note in each.notes)
    bulk.insert(item for each in brought for item in each.items)
    bulk.insert(dismissal for each in brought for dismissal in each.dismissals)
    bulk.insert(position for each in brought for position in each.positions)
    for change, each in zip(changes, brought, strict=True):
        new = {name: dict.fromkeys(str(row.id) for row in rows) for name, rows in each.rows.items() if rows}
        replaced_here = {"ratings": {pk: earlier.get(pk) for pk in new["ratings"]}} if "ratings" in new else {}
        change.before = {"watches": {}, **new, **replaced_here, **change.before}
    rated = [each.title.pk for each in brought if each.ratings]
    if rated:
        sum_up(rated)


def sum_up(titles: list[int]) -> None:
    """What `ratings.sum_up` does, for many titles (pks)."""
    with connection.cursor() as cursor:
        cursor.execute(SUM_UP, [titles])


def _count(profile: Profile, brought: Sequence[Brought], entries: dict[int, LibraryEntry], *, at: datetime) -> None:
    """Bring the library in line with the log; `entries` becomes what it is now."""
    runs = {each.title: _run(entries.get(each.title.pk), each) for each in brought}
    measured = measuring.measure_many(profile, runs)
    made, known = [], []
    for each in brought:
        entry, counted = entries.get(each.title.pk), measured[each.title.pk]
        state = _state(entry, each, counted)
        if state is None:
            continue
        if entry:
            known.append(entry)
        else:
            new = {"is_said": state == each.state, "created_at": at, "updated_at": at, **each.entry}
            entry = LibraryEntry(profile_id=profile.pk, title_id=each.title.pk, **new)
            made.append(entry)
        _put(entry, counted, state, at=at)
        if each.is_hidden and entry.hidden_at is None:
            entry.hidden_at = at
        entries[each.title.pk] = entry
    bulk.insert(made)
    LibraryEntry.objects.bulk_update(known, COUNTED, batch_size=CHUNK)


def _run(entry: LibraryEntry | None, each: Brought) -> int:
    return entry.run if entry else each.entry.get("run", 1)


def _state(entry: LibraryEntry | None, each: Brought, counted: Progress) -> str | None:
    if entry is None and each.entry and counted.watch_count:
        return each.state
    said = entry.state if entry else each.state or None
    if said == LibraryEntry.State.PLANNED and counted.watch_count:
        return progress.state_after(None, counted, watched_now=False)
    is_said = entry.is_said if entry else each.entry.get("is_said", bool(each.state))
    return progress.state_after(said, counted, watched_now=False, is_said=is_said)


def _put(entry: LibraryEntry, counted: Progress, state: str, *, at: datetime) -> None:
    entry.state = state
    entry.watch_count = counted.watch_count
    entry.seen_count = counted.seen_count
    entry.last_watched_at = counted.last_watched_at
    entry.next_episode_id = counted.next_episode.pk if counted.next_episode else None
    entry.counted_at = at
