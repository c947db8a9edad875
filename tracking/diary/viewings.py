"""Logging a viewing, saying something else about it, taking it out."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import locks
from tracking.models import LibraryEntry, LogChange, Watch
from tracking.moments import Moment

from .details import Details, describe
from .writing import Written, already, once

LIVE_WINDOW = timedelta(minutes=2)


class MismatchError(ValueError):
    """The episode is of another title, or a series was named without an episode."""


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
    group: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
) -> LogChange:
    """Log one viewing of a movie or an episode; the same key or a second press is the same one.

    `moment` says when it was watched, `at` is now; viewings of one `group` were watched together. Raises MismatchError
    when title and episode do not belong together.
    """
    if title.is_series != (episode is not None) or (episode and episode.title_id != title.pk):
        raise MismatchError(f"{title} and {episode}")

    def write(entry: LibraryEntry | None) -> Written:
        run = entry.run if entry else 1
        watch = Watch(profile=profile, title=title, episode=episode, origin=origin, key=key, run=run, group=group)
        describe(watch, moment, details or Details(), at=at)
        watch.created_at = at
        watch.save(force_insert=True)
        return {"watches": [watch.pk]}, entry

    with transaction.atomic():
        title, episode = locks.hold(profile, title, episode)
        twin = _live_twin(profile, title, episode, moment, origin)
        if twin and not already(profile, key):
            return twin
        return once(profile, title, LogChange.Kind.CHECK_IN, key, write, at=at, watched_now=True, batch=batch)


@transaction.atomic
def edit(watch: Watch, *, moment: Moment, details: Details, key: str, at: datetime) -> LogChange:
    """Say something else about a viewing."""
    watch = locks.hold_watch(watch)
    touches = {"watches": [watch.pk]}

    def write(entry: LibraryEntry | None) -> Written:
        describe(watch, moment, details, at=at)
        watch.save(force_update=True)
        return touches, entry

    return once(watch.profile, watch.title, LogChange.Kind.EDIT, key, write, at=at, touches=touches)


@transaction.atomic
def delete(watch: Watch, *, key: str, at: datetime) -> LogChange:
    """Take a viewing out of the log."""
    watch = locks.hold_watch(watch)
    profile, title, touches = watch.profile, watch.title, {"watches": [watch.pk]}

    def write(entry: LibraryEntry | None) -> Written:
        Watch.objects.of(profile).filter(pk__in=touches["watches"]).delete()
        return touches, entry

    return once(profile, title, LogChange.Kind.DELETE, key, write, at=at, touches=touches)


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
    return already(profile, key) if key else None
