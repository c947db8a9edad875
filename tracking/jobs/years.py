"""Pictures of years, drawn when somebody looks at one."""

import logging

from django.utils import timezone, translation
from django_rq import job

from accounts.models import Profile
from catalog.jobs.asking import is_first
from tracking import statistics
from tracking.statistics import pictures

logger = logging.getLogger(__name__)


@job("high", timeout=120)
def draw_year(profile_id: int, year: int) -> None:
    """As the facts are by now; a profile that is gone is not an error."""
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile is None:
        return
    with timezone.override(profile.zone), translation.override(profile.language):
        facts = pictures.facts_of(profile, statistics.review(profile, year, state=statistics.state_of(profile)))
        pictures.keep(profile, facts, at=timezone.now())
    logger.info("Drew the year %s of profile %s", year, profile_id)


def request_year(profile: Profile, facts: pictures.Facts) -> None:
    """Ask for the picture of these facts, at most once a minute."""
    if is_first(f"year:{profile.pk}:{facts.year}:{pictures.digest(facts)}"):
        draw_year.delay(profile.pk, facts.year)
