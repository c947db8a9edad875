"""Jobs of the log: thin, safe to run twice."""

import logging

from django.utils import timezone
from django_rq import job
from rq import Retry

from tracking import progress

logger = logging.getLogger(__name__)


@job("default", timeout=300, retry=Retry(max=3, interval=[60, 300, 900]))
def recount_changed() -> None:
    """Bring library entries in line with series whose episodes changed."""
    counted = progress.recount_outdated(at=timezone.now())
    if counted:
        logger.info("Counted %s library entries anew", counted)
