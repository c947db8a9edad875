"""Jobs of the catalogue: thin, safe to run twice. What talks to another server happens here and in commands only."""

import logging
import threading
from contextlib import suppress
from datetime import datetime, timedelta

import django_rq
from django.utils import timezone
from django_rq import job
from redis import RedisError
from rq import Retry

from catalog import imports, live, refresh, runs, search
from catalog.models import ExternalId, ImportRun, Person, Source, Title
from catalog.sources import tvmaze
from catalog.sources.errors import NotFoundError, SourceError

logger = logging.getLogger(__name__)

AT_MOST_EVERY = timedelta(minutes=1)
"""One thing is asked for at most so often, however many look at its page."""

STALE_AT_ONCE = 600
"""Of an hour, about ten minutes of the calls that TVmaze allows."""

SEARCH_AT_ONCE = 1000
AGAIN = Retry(max=3, interval=[30, 120, 600])
IMPORT_AGAIN = Retry(max=5, interval=[30, 120, 600, 3600, 3600])
A_WEEK = 7 * 24 * 60 * 60


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
    if not _first_to_ask(f"title:{title.pk}") or not refresh.may_be_asked(title, Source.TVMAZE, now=now):
        return
    queue = django_rq.get_queue("high" if waiting else "default")
    queue.enqueue(refresh_title, title.pk, is_awaited=waiting, job_timeout=180, retry=AGAIN)


@job("default", timeout=60, retry=AGAIN)
def refresh_person(person_id: int) -> None:
    """Copy what a source says about one person. Whom it no longer knows is not asked for again too soon either."""
    ids = ExternalId.objects.filter(person=person_id, source=Source.TVMAZE, value__regex=tvmaze.ID)
    known = ids.select_related("person").order_by("pk").first()
    if known is None or known.person is None:
        return
    try:
        record = tvmaze.connect(is_bulk=True).person(int(known.value))
    except NotFoundError:
        Person.objects.filter(pk=person_id).update(detailed_at=timezone.now())
    else:
        refresh.apply_person(known.person, record, known.source, at=timezone.now())


def request_person(person: Person, *, now: datetime) -> None:
    """Ask for a person whose facts are old, at most once a minute."""
    known = ExternalId.objects.filter(person=person, source=Source.TVMAZE)
    if person.is_stale(now) and known.exists() and _first_to_ask(f"person:{person.pk}"):
        refresh_person.delay(person.pk)


@job("default", timeout=300, retry=AGAIN)
def refresh_stale() -> None:
    """Ask for the titles that are due, the wanted ones first; as bulk work, one job each."""
    due = refresh.due(Source.TVMAZE, now=timezone.now(), limit=STALE_AT_ONCE)
    queue = django_rq.get_queue("bulk")
    for title_id in due:
        if _first_to_ask(f"title:{title_id}"):
            queue.enqueue(refresh_title, title_id, job_timeout=180, retry=AGAIN)
    logger.info("Asked for %s titles that are due", len(due))


@job("default", timeout=300, retry=AGAIN)
def update_search() -> None:
    """Bring the search index in line with what changed just now."""
    search.apply_changes(limit=SEARCH_AT_ONCE)


@job("default", timeout=300, retry=AGAIN)
def sweep_search() -> None:
    """The same for all that is left, in case a hint was lost."""
    while search.apply_changes(limit=SEARCH_AT_ONCE):
        pass


def hint_search() -> None:
    """Ask for `update_search`; a lost hint only makes it later."""
    with suppress(RedisError):
        update_search.delay()


@job("bulk", timeout=A_WEEK, retry=IMPORT_AGAIN)
def import_index(run_id: int) -> None:
    """Do what is left of an import run. Raises when it was not done, so that it is tried again later."""
    with runs.reopened(run_id) as run:
        if run is None:
            return
        stop = threading.Event()
        try:
            imports.carry_out(run, tvmaze.connect(is_bulk=True, stop=stop), clock=timezone.now, watch=_nobody_watches)
        finally:
            stop.set()
            hint_search()
        logger.info("Import run %s: %s", run_id, run.state)
        if run.state == ImportRun.State.FAILED:
            raise imports.UnfinishedError(f"Import run {run_id} left {run.counts['failed']} behind.")


@job("bulk", timeout=3600, retry=AGAIN)
def clean_import_runs() -> None:
    logger.info("Deleted %s old import runs", runs.forget_old(now=timezone.now()))


def _first_to_ask(what: str) -> bool:
    """Whether nobody asked within the last minute. Without Redis nobody can be asked either."""
    try:
        return bool(live.redis().set(f"asked:{what}", "1", nx=True, ex=AT_MOST_EVERY))
    except RedisError:
        logger.warning("Nothing can be asked for: Redis is gone")
        return False


def _nobody_watches(run: ImportRun) -> None:
    pass
