"""Titles follow when staff say that a source's label means another genre."""

import logging
from collections.abc import Sequence

from django.utils import timezone
from django_rq import job

from catalog import remapping
from catalog.models import GenreLabel

from .asking import AGAIN
from .search import hint_search

logger = logging.getLogger(__name__)


@job("bulk", timeout=3600, retry=AGAIN)
def remap_genres(label_ids: Sequence[int]) -> None:
    moved = remapping.remap(GenreLabel.objects.filter(pk__in=label_ids), at=timezone.now())
    hint_search()
    logger.info("%s titles have other genres now", moved)
