"""Fill an empty site with the demonstration catalogue, a staff user and a household with a year of history."""

import os
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.models import Profile, User
from catalog import demo as catalogue
from catalog import search
from tracking import demo as history

STAFF = "staff@marquee.example"
VIEWER = "viewer@marquee.example"


class Command(BaseCommand):
    help = "Adds the demonstration catalogue and accounts; what is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        added = catalogue.load(at=now, rating_country=settings.RATING_COUNTRY)
        while search.apply_changes():
            pass
        self.stdout.write(f"Demonstration catalogue: {added} titles added.")
        password = os.environ.get("MARQUEE_DEMO_PASSWORD") or secrets.token_urlsafe(9)
        made = [email for email, is_staff in ((VIEWER, False), (STAFF, True)) if make_user(email, password, is_staff)]
        if VIEWER in made:
            household = User.objects.get(email=VIEWER).household
            for number, profile in enumerate(Profile.objects.filter(household=household).in_order()):
                logged = history.fill(profile, seed=number + 1, now=now)
                self.stdout.write(f"{profile.name}: {logged} viewings logged.")
        if made:
            self.stdout.write(self.style.SUCCESS(f"Sign in as {' or '.join(made)} with the password {password}"))


@transaction.atomic
def make_user(email: str, password: str, is_staff: bool) -> bool:
    """A user whose address counts as confirmed; False when there is one already."""
    if User.objects.filter(email__iexact=email).exists():
        return False
    user = User.objects.create_user(email, password, is_staff=is_staff, is_superuser=is_staff)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if not is_staff:
        user.household.profiles.update(name="Living room", colour=Profile.Colour.AMBER, time_zone="Europe/London")
        Profile.objects.create(
            household=user.household, name="Study", colour=Profile.Colour.COBALT, time_zone="Europe/London"
        )
    return True
