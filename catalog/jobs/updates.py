"""Keeping up with the sources: what changed there, and what was not looked at for long."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from django_rq import job

from catalog import imports, runs
from catalog.models import ImportRun, Source
from catalog.sources import providers

from .asking import AGAIN
from .imports import enqueue_import

logger = logging.getLogger(__name__)

A_WEEKS_FEED = timedelta(days=6)


@job("default", timeout=300, retry=AGAIN)
def follow_tvmaze() -> None:
    """Bring in what changed at TVmaze since the last time, as an import run.

    Its feed of a day would miss what changed between two runs that are a little more than a day apart: hence the
    week's, of which only what we have not seen is fetched.
    """
    now = timezone.now()
    done = ImportRun.objects.filter(source=Source.TVMAZE, what=imports.UPDATES, state=ImportRun.State.DONE)
    last = done.order_by("-pk").values_list("started_at", flat=True).first()
    since = "week" if last and last > now - A_WEEKS_FEED else "month"
    with suppress(runs.AlreadyRunningError):
        enqueue_import(runs.queue(Source.TVMAZE, imports.UPDATES, {"since": since}, at=now))


@job("default", timeout=300, retry=AGAIN)
def follow_tvdb() -> None:
    """The same of TheTVDB, where it can be asked."""
    if providers.of(Source.TVDB):
        with suppress(runs.AlreadyRunningError):
            enqueue_import(runs.queue(Source.TVDB, imports.UPDATES, {}, at=timezone.now()))


@job("default", timeout=300, retry=AGAIN)
def follow_tmdb() -> None:
    """Bring in what changed at TMDB since the last time, where it can be asked, as an import run."""
    if providers.of(Source.TMDB):
        with suppress(runs.AlreadyRunningError):
            enqueue_import(runs.queue(Source.TMDB, imports.UPDATES, {}, at=timezone.now()))


@job("default", timeout=300, retry=AGAIN)
def refresh_all_stale() -> None:
    """The weekly sweep over everything that viewers care for, one import run for each source."""
    for provider in providers.configured():
        with suppress(runs.AlreadyRunningError):
            run = runs.queue(provider.source, imports.STALE, {}, at=timezone.now())
            enqueue_import(run)
            logger.info("Import run %s sweeps %s", run.pk, provider.name)
