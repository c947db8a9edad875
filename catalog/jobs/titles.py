"""Titles, fetched again from their sources."""

import logging
from datetime import datetime

import django_rq
from django.utils import timezone
from django_rq import job

from catalog import refresh
from catalog.models import ExternalId, Source, Title
from catalog.sources import tvmaze
from catalog.sources.errors import NotFoundError, SourceError

from .asking import AGAIN, is_first
from .search import hint_search

logger = logging.getLogger(__name__)

STALE_AT_ONCE = 600
"""Of an hour, about ten minutes of the calls that TVmaze allows."""


@job("default", timeout=180, retry=AGAIN)
def refresh_title(title_id: int, *, is_awaited: bool = False) -> None:
    """Copy one series whole from its source. `is_awaited`: somebody looks at its empty page."""
    known = (
        ExternalId.objects.filter(title=title_id, source=Source.TVMAZE, value__regex=tvmaze.ID).order_by("pk").first()
    )
    title = Title.objects.filter(pk=title_id, merged_into=None).first()
    if title is None or known is None:
        return
    try:
        show = tvmaze.connect(is_bulk=not is_awaited).show(int(known.value))
        tally = refresh.apply_show(title, show, at=timezone.now())
    except NotFoundError:
        refresh.note_gone(known.source, known.kind, known.value, at=timezone.now())
    except (SourceError, refresh.RefusedError) as error:
        refresh.note_failure(known.source, known.kind, known.value, str(error), at=timezone.now())
        raise
    else:
        hint_search()
        logger.info("Fetched title %s whole: %s problems", title_id, len(tally.problems))


def request_refresh(title: Title, *, now: datetime, waiting: bool) -> None:
    """Ask for a series to be fetched again, at most once a minute. `waiting`: somebody looks at its empty page.

    Nothing is asked for what no source knows, what is gone there, and what failed and is not due for its next try.
    """
    if not is_first(f"title:{title.pk}") or not refresh.may_be_asked(title, Source.TVMAZE, now=now):
        return
    queue = django_rq.get_queue("high" if waiting else "default")
    queue.enqueue(refresh_title, title.pk, is_awaited=waiting, job_timeout=180, retry=AGAIN)


@job("default", timeout=300, retry=AGAIN)
def refresh_stale() -> None:
    """Ask for the titles that are due, the wanted ones first; as bulk work, one job each."""
    due = refresh.due(Source.TVMAZE, now=timezone.now(), limit=STALE_AT_ONCE)
    queue = django_rq.get_queue("bulk")
    for title_id in due:
        if is_first(f"title:{title_id}"):
            queue.enqueue(refresh_title, title_id, job_timeout=180, retry=AGAIN)
    logger.info("Asked for %s titles that are due", len(due))
