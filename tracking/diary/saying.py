"""What is said of a title: ratings and notes."""

from datetime import datetime

from django.db import transaction

from accounts.models import Profile
from catalog.models import Episode, Season, Title
from tracking import locks
from tracking.journal import Touched
from tracking.models import LibraryEntry, LogChange, Note, Rating

from .writing import Written, once


@transaction.atomic
def rate(
    profile: Profile,
    title: Title,
    value: int | None,
    *,
    season: Season | None = None,
    episode: Episode | None = None,
    key: str,
    at: datetime,
) -> LogChange:
    """Give a title, or a season or an episode of it, 1 to 100; None takes the rating away. It is no viewing."""
    title, episode = locks.hold(profile, title, episode)
    season = _present(season, title)
    given = Rating.objects.of(profile).filter(title=title, season=season, episode=episode).first()
    touches: Touched = {"ratings": [given.pk] if given else []}

    def write(entry: LibraryEntry | None) -> Written:
        if value is None:
            Rating.objects.of(profile).filter(pk__in=touches["ratings"]).delete()
            return touches, entry
        rating = given or Rating(profile=profile, title=title, season=season, episode=episode, created_at=at)
        rating.value, rating.updated_at = value, at
        rating.save()
        return {"ratings": [rating.pk]}, entry

    return once(profile, title, LogChange.Kind.RATE, key, write, at=at, touches=touches)


def _present(season: Season | None, title: Title) -> Season | None:
    """The season of the same number, where its series was merged into this one."""
    if season is None or season.title_id == title.pk:
        return season
    return Season.objects.get(title=title, number=season.number)


@transaction.atomic
def note(profile: Profile, title: Title, text: str, *, key: str, at: datetime) -> LogChange:
    """Say something about a title as a whole; no words take the note away."""
    title, _episode = locks.hold(profile, title)
    there = Note.objects.of(profile).filter(title=title).first()
    touches: Touched = {"notes": [there.pk] if there else []}

    def write(entry: LibraryEntry | None) -> Written:
        if not text:
            Note.objects.of(profile).filter(pk__in=touches["notes"]).delete()
            return touches, entry
        written = there or Note(profile=profile, title=title, created_at=at)
        written.text, written.updated_at = text, at
        written.save()
        return {"notes": [written.pk]}, entry

    return once(profile, title, LogChange.Kind.NOTE, key, write, at=at, touches=touches)
