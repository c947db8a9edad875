"""The address at which other programs read a profile's calendar, and what they read there."""

from datetime import date, timedelta

from django.db import transaction

from accounts import tokens
from accounts.models import ApiToken, Profile

from . import airings
from .airings import Airing

BACK, AHEAD = timedelta(days=60), timedelta(days=180)
MOST_PAST, MOST_COMING = 150, 400
"""Films and episodes each, of the days that were and of those to come; the nearest are told."""


def current(profile: Profile) -> ApiToken | None:
    """The address in use; what it is cannot be told again."""
    return ApiToken.objects.filter(profile=profile, scope=ApiToken.Scope.CALENDAR).order_by("-pk").first()


@transaction.atomic
def renew(profile: Profile) -> str:
    """The secret of a new address, which takes the place of the one before."""
    revoke(profile)
    return tokens.make(profile, ApiToken.Scope.CALENDAR)[1]


@transaction.atomic
def revoke(profile: Profile) -> None:
    """What reads the calendar at its address stops."""
    Profile.objects.select_for_update().get(pk=profile.pk)
    ApiToken.objects.filter(profile=profile, scope=ApiToken.Scope.CALENDAR).delete()


def told(profile: Profile, *, today: date) -> list[Airing]:
    """What the feed tells on this day of the profile."""
    return airings.around(profile, today, back=BACK, ahead=AHEAD, past=MOST_PAST, coming=MOST_COMING)
