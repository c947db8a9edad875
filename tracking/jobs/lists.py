import logging

from django.utils import timezone
from django_rq import job
from rq import Retry

from tracking import lists

logger = logging.getLogger(__name__)


@job("bulk", timeout=3600, retry=Retry(max=3, interval=[60, 300, 900]))
def delete_removed_lists() -> None:
    """For good, lists that were removed so long ago that nobody will bring them back."""
    deleted = lists.delete_removed(at=timezone.now())
    if deleted:
        logger.info("Deleted %s lists that were removed long ago", deleted)
