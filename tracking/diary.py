"""The only code that writes the log. Every write carries a key and happens once; every write can be undone exactly."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Profile
from catalog import refresh
from catalog.models import Episode, Title
from tracking import journal, locks, merging, progress
from tracking.models import LibraryEntry, LogChange, Watch
from tracking.moments import Moment

LIVE_WINDOW = timedelta(minutes=2)


Written = tuple[list[int], LibraryEntry | None]
"""The pks of the viewings that were touched, and the library entry of the title as it is now."""

Write = Callable[[LibraryEntry | None], Written]


class MismatchError(ValueError):
    """The episode is of another title, or a series was named without an episode."""


@dataclass(frozen=True)
class Details:
    """What a viewer may say about a viewing; `place` and `attention` are the choices of `Watch`."""

    place: str = ""
    company: str = ""
    attention: str = ""
    note: str = ""
    service: str = ""


def check_in(
    profile: Profile,
    title: Title,
    episode: Episode | None,
    *,
    moment: Moment,
    key: str,
    at: datetime,
    origin: Watch.Origin = Watch.Origin.CHECK_IN,
    details: Details | None = None,
) -> LogChange:
    """Log one viewing of a movie or an episode; the same key or a second press is the same one.

    `moment` says when it was watched, `at` is now. Raises MismatchError when title and episode do not belong together.
    """
    if title.is_series != (episode is not None) or (episode and episode.title_id != title.pk):
        raise MismatchError(f"{title} and {episode}")

    def write(entry: LibraryEntry | None) -> Written:
        watch = Watch(
            profile=profile, title=title, episode=episode, origin=origin, key=key, run=entry.run if entry else 1
        )
        _describe(watch, moment, details or Details(), at=at)
        watch.created_at = at
        watch.save(force_insert=True)
        return [watch.pk], entry

    with transaction.atomic():
        title, episode = locks.hold(profile, title, episode)
        again = _already(profile, key) or _live_twin(profile, title, episode, moment, origin)
        if again:
            return again
        return _record(profile, title, LogChange.Kind.CHECK_IN, key, write, at=at, watched_now=True)


@transaction.atomic
def edit(watch: Watch, *, moment: Moment, details: Details, key: str, at: datetime) -> LogChange:
    """Say something else about a viewing."""
    watch = locks.hold_watch(watch)

    def write(entry: LibraryEntry | None) -> Written:
        _describe(watch, moment, details, at=at)
        watch.save(force_update=True)
        return [watch.pk], entry

    return _once(watch.profile, watch.title, LogChange.Kind.EDIT, key, write, at=at, touched=[watch.pk])


@transaction.atomic
def delete(watch: Watch, *, key: str, at: datetime) -> LogChange:
    """Take a viewing out of the log."""
    watch = locks.hold_watch(watch)
    pk, profile, title = watch.pk, watch.profile, watch.title

    def write(entry: LibraryEntry | None) -> Written:
        Watch.objects.of(profile).filter(pk=pk).delete()
        return [pk], entry

    return _once(profile, title, LogChange.Kind.DELETE, key, write, at=at, touched=[pk])


@transaction.atomic
def plan(profile: Profile, title: Title, *, key: str, at: datetime) -> LogChange:
    """Put a title on the watchlist; one that is already in the library stays as it is."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        stamps = {"created_at": at, "updated_at": at, "counted_at": at}
        planned = LibraryEntry.State.PLANNED
        return [], entry or LibraryEntry.objects.create(profile=profile, title=title, state=planned, **stamps)

    return _once(profile, title, LogChange.Kind.PLAN, key, write, at=at)


@transaction.atomic
def unplan(profile: Profile, title: Title, *, key: str, at: datetime) -> LogChange:
    """Take a title off the watchlist; nothing that was watched is touched."""
    title, _episode = locks.hold(profile, title)

    def write(entry: LibraryEntry | None) -> Written:
        if entry is None or entry.state != LibraryEntry.State.PLANNED:
            return [], entry
        entry.delete()
        return [], None

    return _once(profile, title, LogChange.Kind.UNPLAN, key, write, at=at)


@transaction.atomic
def undo(change: LogChange, *, at: datetime) -> LogChange:
    """Take a change back: the log, the counters and the next episode are as they were. A second undo changes nothing.

    Where the title was changed again in between, was merged or was split, the viewings come back and the entry is
    counted anew from the log.
    """
    change = locks.hold_change(change)
    if change.undone_at:
        return change
    journal.restore_watches(change.profile, change.before["watches"])
    _restore_entry(change, at=at)
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    return change


def _restore_entry(change: LogChange, *, at: datetime) -> None:
    profile, title = change.profile, change.title
    of_title = LogChange.objects.of(profile).filter(title=title)
    standing = of_title.filter(undone_at=None).exclude(pk=change.pk).order_by("pk").last()
    if standing and standing.pk > change.pk:
        progress.recount(profile, title, _entry(profile, title), at=at)
        return
    first_undone = of_title.filter(pk__gt=standing.pk if standing else 0).order_by("pk")[:1].get()
    before = first_undone.before["entry"]
    if merging.was_touched(title, since=first_undone.created_at):
        progress.recount(profile, title, merging.as_said(profile, title, before), at=at)
    else:
        journal.restore_entry(profile, title, before)


def _entry(profile: Profile, title: Title) -> LibraryEntry | None:
    return LibraryEntry.objects.of(profile).filter(title=title).first()


def _already(profile: Profile, key: str) -> LogChange | None:
    return LogChange.objects.of(profile).filter(key=key).first()


def _live_twin(
    profile: Profile, title: Title, episode: Episode | None, moment: Moment, origin: Watch.Origin
) -> LogChange | None:
    """The change that logged the same thing live within the window: a second press or a webhook of the same play."""
    if origin not in Watch.LIVE_ORIGINS or moment.at is None:
        return None
    near = (moment.at - LIVE_WINDOW, moment.at + LIVE_WINDOW)
    twin = Watch.objects.of(profile).filter(
        title=title, episode=episode, origin__in=Watch.LIVE_ORIGINS, watched_at__range=near
    )
    key = twin.values_list("key", flat=True).first()
    return _already(profile, key) if key else None


def _describe(watch: Watch, moment: Moment, details: Details, *, at: datetime) -> None:
    watch.watched_at, watch.watched_on = moment.at, moment.on
    watch.zone, watch.precision, watch.sort_at = moment.zone, moment.precision, moment.sort_at
    watch.updated_at = at
    for name, value in asdict(details).items():
        setattr(watch, name, value)


def _once(
    profile: Profile,
    title: Title,
    kind: LogChange.Kind,
    key: str,
    write: Write,
    *,
    at: datetime,
    touched: Collection[int] = (),
) -> LogChange:
    return _already(profile, key) or _record(profile, title, kind, key, write, at=at, touched=touched)


def _record(
    profile: Profile,
    title: Title,
    kind: LogChange.Kind,
    key: str,
    write: Write,
    *,
    at: datetime,
    touched: Collection[int] = (),
    watched_now: bool = False,
) -> LogChange:
    """Write, count anew, and keep the rows before and after; the caller holds the lock."""
    entry = _entry(profile, title)
    earlier, opinion = journal.frozen_watches(profile, touched), journal.freeze(entry)
    written, entry = write(entry)
    change = LogChange(profile=profile, title=title, kind=kind, key=key, created_at=at)
    change.before = {"watches": {str(pk): earlier.get(str(pk)) for pk in written}, "entry": opinion}
    entry = progress.recount(profile, title, entry, at=at, watched_now=watched_now)
    change.after = {"watches": journal.frozen_watches(profile, written), "entry": journal.freeze(entry)}
    change.save(force_insert=True)
    refresh.mark_wanted([title.pk], at=at)
    return change
