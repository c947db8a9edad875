"""How far a profile is with a title: counters, the next episode, and the state that follows from them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import locks
from tracking.models import LibraryEntry, Watch

Position = tuple[int, bool, int]


@dataclass(frozen=True)
class Progress:
    watch_count: int
    seen_count: int
    last_watched_at: datetime | None
    next_episode: Episode | None
    is_complete: bool


def position(episode: Episode) -> Position:
    """The place of a regular episode in its series; reads the season."""
    return (episode.season.number, episode.number is None, episode.number or 0)


def next_episode(profile: Profile, title: Title, run: int) -> Episode | None:
    """The first regular episode not seen in this run behind the one watched last, else the first not seen at all.

    Whoever begins with season three is led on from there, and back to what was skipped only at the end.
    """
    watches = Watch.objects.of(profile).filter(title=title, run=run)
    seen = watches.filter(episode=OuterRef("pk"))
    unseen = Episode.objects.regular().filter(~Exists(seen), title=title)
    last = (
        watches.filter(episode__kind=Episode.Kind.REGULAR, episode__withdrawn_at=None)
        .select_related("episode__season")
        .order_by("-sort_at", "-episode__season__number", "-episode__number", "-pk")
        .first()
    )
    if last and last.episode and last.episode.number is not None:
        season, number = last.episode.season.number, last.episode.number
        behind = Q(season__number__gt=season) | Q(season__number=season, number__gt=number)
        following = unseen.filter(behind).in_order().first()
        if following:
            return following
    return unseen.in_order().first()


def measure(profile: Profile, title: Title, run: int) -> Progress:
    watches = Watch.objects.of(profile).filter(title=title)
    regular = Q(run=run, episode__kind=Episode.Kind.REGULAR, episode__withdrawn_at=None)
    counted = watches.aggregate(
        watch_count=Count("pk"),
        last_watched_at=Max("sort_at"),
        seen_episodes=Count("episode", filter=regular, distinct=True),
        seen_movie=Count("pk", filter=Q(run=run, episode=None)),
    )
    if not title.is_series:
        seen = min(counted["seen_movie"], 1)
        return Progress(counted["watch_count"], seen, counted["last_watched_at"], None, is_complete=seen == 1)
    upcoming = next_episode(profile, title, run)
    finished = upcoming is None and counted["seen_episodes"] > 0 and title.status == Title.Status.ENDED
    return Progress(
        counted["watch_count"], counted["seen_episodes"], counted["last_watched_at"], upcoming, is_complete=finished
    )


def state_after(state: str | None, progress: Progress, *, watched_now: bool, is_said: bool = False) -> str | None:
    """The state that follows: None means that nothing keeps the title in the library.

    Planned, paused and dropped, and whatever else the viewer said, hold until something new is watched.
    """
    states = LibraryEntry.State
    if is_said and not watched_now:
        return state
    if progress.watch_count == 0:
        return state if state in (states.PLANNED, states.PAUSED, states.DROPPED) else None
    if progress.is_complete and (watched_now or state in (None, states.WATCHING, states.COMPLETED)):
        return states.COMPLETED
    if watched_now or state in (None, states.COMPLETED):
        return states.WATCHING
    return state


def recount(
    profile: Profile, title: Title, entry: LibraryEntry | None, *, at: datetime, watched_now: bool = False
) -> LibraryEntry | None:
    """Bring the library entry of a title, as it is stored, in line with the log; None when none is left."""
    run = entry.run if entry else 1
    progress = measure(profile, title, run)
    said = {"watched_now": watched_now, "is_said": entry.is_said if entry else False}
    state = state_after(entry.state if entry else None, progress, **said)
    if state is None:
        if entry:
            entry.delete()
        return None
    entry = entry or LibraryEntry(profile=profile, title=title, run=run, created_at=at, updated_at=at)
    if watched_now:
        entry.updated_at = at
        entry.is_said = False
    entry.state = state
    entry.watch_count = progress.watch_count
    entry.seen_count = progress.seen_count
    entry.last_watched_at = progress.last_watched_at
    entry.next_episode = progress.next_episode
    entry.counted_at = at
    entry.save()
    return entry


def recount_outdated(*, at: datetime, since: datetime | None = None, limit: int = 500) -> int:
    """Count anew the entries whose titles changed their episodes after the last count; returns how many there were."""
    entries = list(LibraryEntry.objects.outdated(since).select_related("profile", "title")[:limit])
    for entry in entries:
        with transaction.atomic():
            title, _episode = locks.hold(entry.profile, entry.title)
            stored = LibraryEntry.objects.filter(profile=entry.profile, title=title).first()
            recount(entry.profile, title, stored, at=at)
    return len(entries)
