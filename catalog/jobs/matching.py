"""Titles that are one and the same, found among those that came or changed lately."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from django_rq import job
from redis import RedisError

from catalog import matching
from catalog.models import Title

from .asking import AGAIN
from .search import hint_search
from .titles import refresh_title

logger = logging.getLogger(__name__)

LATELY = timedelta(days=2)
AT_ONCE = 250


@job("bulk", timeout=900, retry=AGAIN)
def match_titles(title_ids: Sequence[int]) -> None:
    """Look for the doubles of these titles, and fetch anew what took another in."""
    decisions = matching.settle(title_ids, at=timezone.now())
    hint_refresh(*(merge.kept for merge in decisions.merges))
    if decisions.merges or decisions.proposed:
        logger.info("Merged %s titles, proposed %s", len(decisions.merges), decisions.proposed)


@job("bulk", timeout=900, retry=AGAIN)
def match_new() -> None:
    """Ask for the titles that came or changed lately; those that are new in the search index by now."""
    changed = Title.objects.published().filter(updated_at__gte=timezone.now() - LATELY)
    ids = list(changed.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        match_titles.delay(ids[start : start + AT_ONCE])


def hint_refresh(*titles: Title) -> None:
    """Ask for titles that merged or parted: each misses what only the other's source told. A lost hint only makes it
    later."""
    with suppress(RedisError):
        for title in titles:
            refresh_title.delay(title.pk)
    if titles:
        hint_search()
