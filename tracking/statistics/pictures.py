"""The picture of a year in the store: drawn by a job, drawn anew when what it shows has changed."""

import hashlib
import json
from datetime import date, datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Profile
from tracking.models import YearPicture

from .one_sheet import Facts, draw
from .periods import months
from .reviews import Review

__all__ = ["Facts", "current", "digest", "facts_of", "forget", "keep"]

DRAWING = 1
"""Raised when the drawing itself changes."""


def facts_of(profile: Profile, review: Review) -> Facts:
    """In the language that is active, which is part of what is drawn."""
    figures = review.figures
    shown = months(date(review.year, 1, 1), date(review.year, 12, 31))
    return Facts(
        year=review.year,
        name=profile.name,
        language=profile.language,
        minutes=figures.total.minutes,
        films=figures.total.films,
        episodes=figures.total.episodes,
        months=tuple(figures.months[on].minutes if on in figures.months else 0 for on in shown),
        series=tuple((title.name, tally.minutes) for title, tally in review.series),
        film=review.films[0].name if review.films else "",
        genre=review.genre,
        person=review.person.name if review.person else "",
        streak=review.longest_run.length if review.longest_run else 0,
    )


def digest(facts: Facts) -> str:
    return hashlib.sha256(json.dumps([DRAWING, facts.__dict__], sort_keys=True).encode()).hexdigest()


def current(profile: Profile, facts: Facts) -> YearPicture | None:
    """The one that shows these facts."""
    return YearPicture.objects.filter(profile=profile, year=facts.year, digest=digest(facts)).first()


def keep(profile: Profile, facts: Facts, *, at: datetime) -> YearPicture:
    """Draw it, store it, and delete the one before. Two at once draw the same twice and keep one."""
    known = current(profile, facts)
    if known and known.file.storage.exists(str(known.file.name)):
        return known
    mark = digest(facts)
    name = default_storage.save(f"years/{profile.pk}/{facts.year}-{mark[:32]}.png", ContentFile(draw(facts)))
    with transaction.atomic():
        before = YearPicture.objects.select_for_update().filter(profile=profile, year=facts.year).first()
        picture, _made = YearPicture.objects.update_or_create(
            profile=profile, year=facts.year, defaults={"digest": mark, "file": name, "drawn_at": at}
        )
        if before and before.file.name != name:
            transaction.on_commit(partial(default_storage.delete, str(before.file.name)))
    return picture


def forget(profile: Profile) -> None:
    """Delete the pictures of all years, files and rows; for when a profile goes."""
    for picture in YearPicture.objects.filter(profile=profile):
        transaction.on_commit(partial(default_storage.delete, str(picture.file.name)))
        picture.delete()
