"""Logging many episodes in one press: all that were shown, a season, or everything up to one episode."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Profile
from catalog import seasons
from catalog.models import Episode, Title
from catalog.models.episodes import EpisodeQuerySet
from tracking import locks, moments
from tracking.models import LibraryEntry, LogChange, Watch
from tracking.moments import Moment

from .details import Details, describe
from .writing import Written, already, entry_of, once

AS_BEFORE = (LibraryEntry.State.PAUSED, LibraryEntry.State.DROPPED)
"""Whoever says what was seen of such a series has not taken it up again."""


@dataclass(frozen=True)
class Reach:
    """How far a mark goes: over the whole series, one season (0 is all specials) or up to one regular episode."""

    season: int | None = None
    through: Episode | None = None
    has_specials: bool = False

    def episodes(self, title: Title, *, at: datetime) -> EpisodeQuerySet:
        """Never what is still to come; specials only when asked."""
        shown = Episode.objects.listed().filter(title=title).aired(at)
        if self.season == seasons.SPECIALS:
            return shown.filter(Q(season__number=seasons.SPECIALS) | Q(kind=Episode.Kind.SPECIAL))
        if not self.has_specials:
            shown = shown.filter(kind=Episode.Kind.REGULAR)
        if self.season is not None:
            shown = shown.filter(season__number=self.season)
        return shown.filter(_up_to(self.through)) if self.through else shown


@dataclass(frozen=True)
class Marked:
    change: LogChange | None
    """None where there was nothing to add."""

    added: int
    present: int
    """Seen before in this run, and not logged again."""


@transaction.atomic
def mark(
    profile: Profile,
    title: Title,
    reach: Reach,
    *,
    moment: Moment | None,
    key: str,
    at: datetime,
    company: str = "",
    batch: uuid.UUID | None = None,
) -> Marked:
    """Log one viewing of each episode within reach that was not seen in the present run; `at` is now.

    Without a moment each was watched on the day it was shown. In company, the viewings that a `batch` has of an episode
    were watched together.
    """
    title, through = locks.hold(profile, title, reach.through)
    reach = replace(reach, through=through)
    within, done = reach.episodes(title, at=at), already(profile, key)
    if done:
        return _marked(done, within)
    entry = entry_of(profile, title)
    run = entry.run if entry else 1
    seen = Watch.objects.of(profile).filter(title=title, run=run, episode=OuterRef("pk"))
    unseen = list(within.filter(~Exists(seen)).in_order().select_related("season"))
    if not unseen:
        return Marked(None, 0, within.count())

    def write(entry: LibraryEntry | None) -> Written:
        watches = [_viewing(profile, episode, moment, run, at, company=company) for episode in unseen]
        if batch and company:
            for watch in watches:
                watch.group = uuid.uuid5(batch, str(watch.episode_id))
        return {"watches": [watch.pk for watch in Watch.objects.bulk_create(watches)]}, entry

    is_taken_up = entry is None or entry.state not in AS_BEFORE
    change = once(profile, title, LogChange.Kind.MARK, key, write, at=at, watched_now=is_taken_up, batch=batch)
    return _marked(change, within)


def _viewing(
    profile: Profile, episode: Episode, moment: Moment | None, run: int, at: datetime, *, company: str
) -> Watch:
    watch = Watch(profile=profile, title_id=episode.title_id, episode=episode, origin=Watch.Origin.MARK, run=run)
    describe(watch, moment or _when_shown(episode, profile.time_zone, at), Details(company=company), at=at)
    watch.created_at, watch.key = at, f"mark-{uuid.uuid4()}"
    return watch


def _when_shown(episode: Episode, zone: str, at: datetime) -> Moment:
    """The broadcast date, which some places have not reached yet; some time, where none is known that can be true."""
    if episode.air_date is None or episode.air_date < Watch.SOME_TIME.date():
        return moments.some_time(zone)
    return moments.day(min(episode.air_date, at.astimezone(ZoneInfo(zone)).date()), zone)


def _marked(change: LogChange, within: EpisodeQuerySet) -> Marked:
    added = len(change.after["watches"])
    return Marked(change, added, max(within.count() - added, 0))


def _up_to(episode: Episode) -> Q:
    if episode.number is None:  # nothing comes before what has no place
        return Q(pk=episode.pk)
    number = episode.season.number
    return Q(season__number__lt=number) | Q(season__number=number, number__lte=episode.number)
