"""The nightly count of the catalogue."""

import logging

from django.utils import timezone
from django_rq import job

from catalog import growth

from .asking import AGAIN

logger = logging.getLogger(__name__)


@job("bulk", timeout=3600, retry=AGAIN)
def count_catalogue() -> None:
    counted = growth.count(on=timezone.now().date())
    logger.info("Counted the catalogue on %s: %s", counted.day, counted.counts)
