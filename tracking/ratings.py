"""Ratings of 1 to 100 in a profile's own scale, and what they add up to."""

from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Profile
from catalog.models import Title
from tracking.models import Rating

LOWEST, HIGHEST = 1, 100
DOWN, UP = 25, 75
"""What a thumb is stored as. Shown as a thumb, everything above the middle is up."""

MIDDLE = 50
Scale = Profile.Scale


@dataclass(frozen=True)
class Step:
    """One of the ratings that a scale offers; `value` is what is stored."""

    value: int
    label: str
    is_given: bool = False


def steps(scale: str, given: int | None = None) -> list[Step]:
    """What can be given, the lowest first; nothing where a number is typed.

    The step that shows what was given stands for exactly that: sending it off again changes nothing, whatever scale it
    was given in.
    """
    offered = _offered(scale)
    shown = nearest(given, scale) if given is not None else None
    return [
        Step(given, in_words(value, scale), is_given=True)
        if given is not None and value == shown
        else Step(value, in_words(value, scale))
        for value in offered
    ]


def _offered(scale: str) -> list[int]:
    if scale == Scale.HUNDRED:
        return []
    return [DOWN, UP] if scale == Scale.THUMBS else list(range(10, HIGHEST + 1, 10))


def nearest(value: int, scale: str) -> int:
    """The rating of the scale that a value is shown as; a half is rounded up."""
    if scale == Scale.HUNDRED:
        return value
    if scale == Scale.THUMBS:
        return UP if value > MIDDLE else DOWN
    return max(10, (value + 5) // 10 * 10)


def in_words(value: int, scale: str) -> str:
    """Such as “3½ of 5 stars”."""
    shown = nearest(value, scale)
    if scale == Scale.THUMBS:
        return _("Thumbs up") if shown == UP else _("Thumbs down")
    if scale == Scale.STARS:
        return _("%(stars)s of 5 stars") % {"stars": _halves(shown // 10)}
    if scale == Scale.TEN:
        return _("%(figure)s of 10") % {"figure": shown // 10}
    return _("%(figure)s of 100") % {"figure": shown}


def _halves(count: int) -> str:
    whole, half = divmod(count, 2)
    return f"{whole or ''}{'½' if half else ''}"


def understood(text: str) -> int | None:
    """The rating that a form sent; None for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return None
    return int(text) if LOWEST <= int(text) <= HIGHEST else None


def sum_up(title: Title) -> None:
    """Let the title know what its viewers give it; the caller holds its lock."""
    ratings = Rating.objects.filter(title=title, season=None, episode=None)
    total = ratings.aggregate(total=Coalesce(Sum("value"), 0))["total"]
    Title.objects.filter(pk=title.pk).update(rating_sum=total, rating_count=ratings.count())
