"""Titles, fetched again from their sources."""

import logging
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

import django_rq
from django.utils import timezone
from django_rq import job

from catalog import refresh
from catalog.models import ExternalId, Title
from catalog.refresh import RefusedError
from catalog.sources import providers
from catalog.sources.errors import NotFoundError, SourceError
from catalog.sources.provider import HOUR

from .asking import AGAIN, is_first
from .search import hint_search

logger = logging.getLogger(__name__)

SHARE = 0.5
"""Of the calls that a source allows, what the hourly refresh uses: imports and viewers have the rest."""

BULK = "bulk"


@job("default", timeout=300, retry=AGAIN)
def refresh_title(title_id: int, *, is_awaited: bool = False) -> None:
    """Copy one title whole from every source that knows it. `is_awaited`: somebody looks at its empty page.

    A source that fails does not keep the others from being asked; its error is raised at the end.
    """
    title = Title.objects.filter(pk=title_id, merged_into=None).first()
    if title is None:
        return
    failed: Exception | None = None
    for known in chain(_known(title), _found(title, is_awaited=is_awaited)):
        try:
            _copy(title, known, is_awaited=is_awaited)
        except (SourceError, RefusedError) as error:
            failed = error
    hint_search()
    if failed:
        raise failed


def _known(title: Title) -> list[ExternalId]:
    """One id at each source that can be asked, the best ranked source first."""
    living = ExternalId.objects.living().filter(title=title, kind=title.kind)
    ids = living.filter(value__regex=r"^[1-9][0-9]{0,8}$").order_by("-pk")
    by_source = {known.source: known for known in ids}
    ranks = providers.RANKS[title.kind]
    asked = [provider.source for provider in providers.configured() if title.kind in provider.kinds]
    return [by_source[source] for source in sorted(asked, key=ranks.index) if source in by_source]


def _found(title: Title, *, is_awaited: bool) -> Iterator[ExternalId]:
    """Ids that nobody told us, at sources that can look a title up by what others call it."""
    ids = dict(ExternalId.objects.filter(title=title, kind=title.kind).values_list("source", "value"))
    for provider in providers.configured():
        if provider.find is None or title.kind not in provider.kinds or provider.source in ids:
            continue
        try:
            number = provider.find(provider.connect(is_bulk=not is_awaited), title.kind, ids)
        except SourceError as error:
            logger.warning("Title %s was not looked up: %s", title.pk, error)  # the next refresh does
            continue
        if number:
            yield ExternalId(source=provider.source, kind=title.kind, value=str(number))


def _copy(title: Title, known: ExternalId, *, is_awaited: bool) -> None:
    provider = providers.of(known.source)
    if provider is None:
        return
    try:
        facts = provider.connect(is_bulk=not is_awaited).title(known.kind, int(known.value))
        number, at = str(facts.id), timezone.now()
        if number != known.value and not refresh.note_merged(known.source, known.kind, known.value, number, at=at):
            return  # it answered with what is another title of ours
        tally = refresh.apply_title(title, facts, at=at)
    except NotFoundError:
        refresh.note_gone(known.source, known.kind, known.value, at=timezone.now())
    except (SourceError, RefusedError) as error:
        refresh.note_failure(known.source, known.kind, known.value, str(error), at=timezone.now())
        raise
    else:
        logger.info("Fetched title %s whole from %s: %s problems", title.pk, provider.name, len(tally.problems))


def request_refresh(title: Title, *, now: datetime, waiting: bool) -> None:
    """Ask for a title to be fetched again, at most once a minute. `waiting`: somebody looks at its empty page.

    Nothing is asked for what no source knows, what is gone there, and what failed and is not due for its next try.
    """
    if is_first(f"title:{title.pk}") and refresh.askable(now).filter(title=title).exists():
        queue = django_rq.get_queue("high" if waiting else "default")
        queue.enqueue(refresh_title, title.pk, is_awaited=waiting, job_timeout=300, retry=AGAIN)


@job("default", timeout=300, retry=AGAIN)
def refresh_stale() -> None:
    """Ask for the titles that are due, the wanted ones first; as bulk work, one job each.

    As many as the slowest source allows within an hour, less those that still wait from the hours before.
    """
    queue = django_rq.get_queue(BULK)
    slowest = min(provider.titles_within(HOUR) for provider in providers.configured())
    room = int(slowest * SHARE) - queue.count
    due = refresh.due(now=timezone.now(), limit=max(room, 0))
    for title_id in due:
        if is_first(f"title:{title_id}"):
            queue.enqueue(refresh_title, title_id, job_timeout=300, retry=AGAIN)
    logger.info("Asked for %s titles that are due", len(due))
