"""Counting the library anew."""

import logging
from datetime import timedelta

from django.utils import timezone
from django_rq import job
from rq import Retry

from tracking import progress

logger = logging.getLogger(__name__)


LATELY = timedelta(days=2)
AGAIN = Retry(max=3, interval=[60, 300, 900])


@job("default", timeout=300, retry=AGAIN)
def recount_changed() -> None:
    """Bring library entries in line with series whose episodes changed lately."""
    now = timezone.now()
    counted = progress.recount_outdated(at=now, since=now - LATELY)
    if counted:
        logger.info("Counted %s library entries anew", counted)


@job("bulk", timeout=3600, retry=AGAIN)
def recount_all() -> None:
    """The same for whatever was missed, however long ago: reads the whole library once."""
    while progress.recount_outdated(at=timezone.now()):
        pass
