"""Collections that are rules, kept in line with a catalogue that changes."""

import logging

from django.core.exceptions import ValidationError
from django.utils import timezone
from django_rq import job

from catalog import rules
from catalog.models import Collection

from .asking import AGAIN

logger = logging.getLogger(__name__)


@job("bulk", timeout=3600, retry=AGAIN)
def compute_collections() -> None:
    """Each on its own: a rule that makes no sense leaves its collection as it was and the others alone."""
    for collection in Collection.objects.filter(kind=Collection.Kind.RULE).order_by("pk"):
        try:
            change = rules.compute(collection, at=timezone.now())
        except ValidationError as error:
            logger.warning("The rule of collection %s makes no sense: %s", collection.pk, " ".join(error.messages))
        else:
            logger.info("Collection %s: %s up, %s down", collection.pk, change.put_up, change.taken_down)
