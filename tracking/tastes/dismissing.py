"""“Not interested”, and taking that back. It is no part of the log: nothing was seen."""

from datetime import datetime

from django.db import transaction

from accounts.models import Profile
from catalog.models import Title
from tracking import locks
from tracking.models import Dismissal


@transaction.atomic
def dismiss(profile: Profile, title: Title, *, at: datetime) -> None:
    """Never recommend this title to the profile again; said twice is said once."""
    title, _episode = locks.hold(profile, title)
    Dismissal.objects.get_or_create(profile=profile, title=title, defaults={"created_at": at})


@transaction.atomic
def take_back(profile: Profile, title: Title) -> None:
    title, _episode = locks.hold(profile, title)
    Dismissal.objects.filter(profile=profile, title=title).delete()
