"""What is trending, what is watched together, and what each profile might like."""

import logging
from datetime import timedelta

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django_rq import job
from rq import Retry

from accounts.models import Profile
from catalog.jobs.asking import is_first
from tracking import trending
from tracking.models import LibraryEntry, Rating
from tracking.tastes import also_watched, recommending

logger = logging.getLogger(__name__)

HOURS = 3600
AGAIN = Retry(max=3, interval=[60, 300, 900])
AT_ONCE = 200
"""Profiles that one job works for."""

AT_MOST_EVERY = timedelta(minutes=10)


@job("default", timeout=120)
def warm_trending() -> None:
    titles = trending.warm(timezone.now())
    logger.info("%s titles are trending", titles)


@job("bulk", timeout=6 * HOURS, retry=AGAIN)
def learn_tastes() -> None:
    """Count what is watched together, then let other jobs work out what each profile might like."""
    changed = also_watched.compute()
    logger.info("What viewers also watched: %s rows changed", changed)
    last = Profile.objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(1, last + 1, AT_ONCE):
        recommend_some.delay(first, first + AT_ONCE - 1)


@job("bulk", timeout=HOURS, retry=AGAIN)
def recommend_some(first: int, last: int) -> None:
    """For the profiles with these ids that have a log."""
    entries, ratings = (model.objects.filter(profile=OuterRef("pk")) for model in (LibraryEntry, Rating))
    with_log = Profile.objects.filter(Exists(entries) | Exists(ratings), pk__range=(first, last))
    for profile in with_log.order_by("pk"):
        recommending.recommend(profile, at=timezone.now())


@job("bulk", timeout=300, retry=AGAIN)
def recommend(profile_id: int) -> None:
    """A profile that is gone is not an error."""
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile:
        recommending.recommend(profile, at=timezone.now())


def request_recommendations(profile: Profile) -> None:
    """Let them follow what was logged since, at most every ten minutes."""
    if is_first(f"recommend:{profile.pk}", every=AT_MOST_EVERY):
        recommend.delay(profile.pk)
