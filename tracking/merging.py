"""What becomes of the log when titles merge or part: every viewing and rating moves, and comes back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Profile
from catalog.merging import Joining, Move, Mover, Parting, present_episode
from catalog.models import Match, MergedRow, Title, TitleMerge
from tracking import locks, progress, ratings
from tracking.models import (
    Dismissal,
    ImportRow,
    ImportWork,
    LibraryEntry,
    ListItem,
    LogChange,
    Note,
    Position,
    Rating,
    Watch,
)

STRENGTH = (
    LibraryEntry.State.WATCHING,
    LibraryEntry.State.COMPLETED,
    LibraryEntry.State.PAUSED,
    LibraryEntry.State.DROPPED,
    LibraryEntry.State.PLANNED,
)
"""Of two states the one that stands first holds: what is being watched is, and a plan gives way to everything."""

SAID = (LibraryEntry.State.PLANNED, LibraryEntry.State.PAUSED, LibraryEntry.State.DROPPED)
"""States that hold without a viewing."""

AT_ONCE = 1000
"""Changes of the log that are read at once."""

BLENDED = (
    "state",
    "is_said",
    "run",
    "watch_count",
    "seen_count",
    "last_watched_at",
    "next_episode",
    "counted_at",
    "created_at",
    "updated_at",
)


def was_touched(title: Title, *, since: datetime) -> bool:
    """Whether the title was merged or split since then, so that a library entry of before does not fit any more."""
    return bool(touched([title.pk], since=since))


def touched(titles: Collection[int], *, since: datetime) -> set[int]:
    """Those of these titles (pks) of which that is true."""
    merged = TitleMerge.objects.filter(Q(kept__in=titles) | Q(merged__in=titles), created_at__gte=since)
    decided = Match.objects.filter(Q(title__in=titles) | Q(other__in=titles), decided_at__gte=since)
    pairs = [*merged.values_list("kept", "merged"), *decided.values_list("title", "other")]
    return {pk for pair in pairs for pk in pair} & set(titles)


def as_said(profile: Profile, title: Title, before: dict[str, Any] | None) -> LibraryEntry | None:
    """The entry to count anew. Where no viewing is left it says again what the viewer had said: before the first
    viewing, or of the other title before a merge."""
    entry = LibraryEntry.objects.of(profile).filter(title=title).first()
    if entry is None or Watch.objects.of(profile).filter(title=title).exists():
        return entry
    noted = MergedRow.objects.filter(merge__kept=title, model="tracking.libraryentry", object_id=entry.pk).order_by(
        "-pk"
    )
    said = [before, *noted.values_list("before", flat=True)]
    holds = next((row for row in said if row and (row.get("is_said") or row.get("state") in SAID)), None)
    if holds:
        entry.state, entry.is_said = holds["state"], holds.get("is_said", entry.is_said)
    return entry


class MoveRatings(Move):
    """Of two ratings of one thing the one at the title that is kept counts; the other waits for an undo."""

    def join(self, joining: Joining) -> None:
        super().join(joining)
        ratings.sum_up(joining.kept)
        ratings.sum_up(joining.merged)

    def part(self, parting: Parting) -> None:
        super().part(parting)
        ratings.sum_up(parting.staying)
        ratings.sum_up(parting.leaving)


class MoveEntries:
    """One library entry a profile and title: of two the stronger state holds, and the rest is counted from the log."""

    covers = ("tracking.LibraryEntry.title", "tracking.LibraryEntry.next_episode")

    def join(self, joining: Joining) -> None:
        theirs = LibraryEntry.objects.filter(title=joining.merged)
        both = LibraryEntry.objects.filter(title=joining.kept, profile__in=theirs.values("profile"))
        held = {entry.profile_id: entry for entry in both.select_related("profile")}
        alone = theirs.exclude(profile__in=held)
        joining.journal.update(alone, title=joining.kept, next_episode=present_episode("next_episode"))
        with joining.journal.watching(LibraryEntry, [entry.pk for entry in held.values()], BLENDED):
            for other in theirs.filter(profile__in=held):
                _blend(held[other.profile_id], other, joining.kept, at=joining.at)

    def part(self, parting: Parting) -> None:
        """Whoever logged anything since is counted anew; so are all others, by and by, whose entries were."""
        both = (parting.staying, parting.leaving)
        changed = Q(created_at__gte=parting.since) | Q(undone_at__gte=parting.since)
        logged = LogChange.objects.filter(changed, title__in=both).values("profile")
        followed = Watch.objects.filter(pk__in=parting.followed[Watch]).values("profile")
        for profile in Profile.objects.filter(Q(pk__in=logged) | Q(pk__in=followed)).order_by("pk"):
            for title in both:
                entry = LibraryEntry.objects.of(profile).filter(title=title).first()
                progress.recount(profile, title, entry, at=parting.at)
        counted = LibraryEntry.objects.filter(title__in=both, counted_at__gte=parting.since)
        if counted.exclude(counted_at=parting.at).exists():
            Title.objects.filter(pk__in=[title.pk for title in both]).update(episodes_changed_at=parting.at)


def _blend(entry: LibraryEntry, other: LibraryEntry, title: Title, *, at: datetime) -> None:
    stronger = min(entry, other, key=lambda each: STRENGTH.index(LibraryEntry.State(each.state)))
    entry.state, entry.is_said = stronger.state, stronger.is_said
    entry.run = max(entry.run, other.run)
    entry.created_at = min(entry.created_at, other.created_at)
    entry.updated_at = max(entry.updated_at, other.updated_at)
    if Watch.objects.filter(profile=entry.profile_id, title=title).exists():
        progress.recount(entry.profile, title, entry, at=at)
    else:
        entry.save()


class MoveChanges(Move):
    """A change of the log belongs to the title of its viewings; what it kept of their rows is read anew by its undo."""

    def part(self, parting: Parting) -> None:
        followed = Watch.objects.filter(pk__in=parting.followed[Watch]).values("profile")
        concerned = Q(created_at__gte=parting.since) | Q(profile__in=followed)
        pks = list(LogChange.objects.filter(concerned, title=parting.staying).values_list("pk", flat=True))
        for start in range(0, len(pks), AT_ONCE):
            some = LogChange.objects.filter(pk__in=pks[start : start + AT_ONCE]).only("before")
            LogChange.objects.filter(pk__in=_of(parting.leaving, some)).update(title=parting.leaving)


def _of(title: Title, changes: Iterable[LogChange]) -> list[int]:
    """Those whose viewings are of this title now, or would be if they were still there."""
    rows = {change.pk: change.before["watches"] for change in changes}
    pks = [int(pk) for watches in rows.values() for pk in watches]
    there = dict(Watch.objects.filter(pk__in=pks).values_list("pk", "title_id"))
    return [
        change
        for change, watches in rows.items()
        if any(_title_of(row, there.get(int(pk))) == title.pk for pk, row in watches.items())
    ]


def _title_of(row: dict[str, Any] | None, present: int | None) -> int | None:
    if present or row is None:
        return present
    if row["episode_id"] is None:
        return locks.present_title(row["title_id"]).pk
    return locks.present_episode(row["episode_id"]).title_id


@dataclass(frozen=True)
class Recomputed:
    """Rows that a nightly job makes anew stay where they are until then."""

    covers: Iterable[str]

    def join(self, joining: Joining) -> None:
        pass

    def part(self, parting: Parting) -> None:
        pass


MOVERS: Iterable[Mover] = (
    Move(Watch, title="title", episode="episode"),
    MoveRatings(Rating, title="title", season="season", episode="episode"),
    Move(Note, title="title"),
    Move(ListItem, title="title", episode="episode"),
    Move(Position, title="title", episode="episode"),
    Move(Dismissal, title="title"),
    Move(ImportWork, title="title"),
    Move(ImportRow, season="season", episode="episode"),
    MoveChanges(LogChange, title="title"),
    MoveEntries(),
    Recomputed(
        (
            "tracking.AlsoWatched.title",
            "tracking.AlsoWatched.other",
            "tracking.Recommendation.title",
            "tracking.Recommendation.because",
        )
    ),
)
