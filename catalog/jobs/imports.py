"""Long imports, and the clean-up behind them."""

import logging
import threading
from datetime import datetime

import django_rq
from django.utils import timezone
from django_rq import job
from rq import Retry
from rq.job import JobStatus

from catalog import imports, runs
from catalog.models import ImportRun, Source
from catalog.sources import providers

from .asking import AGAIN
from .search import hint_search

logger = logging.getLogger(__name__)

IMPORT_AGAIN = Retry(max=5, interval=[30, 120, 600, 3600, 3600])
A_WEEK = 7 * 24 * 60 * 60


@job("bulk", timeout=A_WEEK, retry=IMPORT_AGAIN)
def import_index(run_id: int) -> None:
    """Do what is left of an import run. Raises when it was not done, so that it is tried again later."""
    with runs.reopened(run_id) as run:
        if run is None:
            return
        stop = threading.Event()
        source = providers.connect(run.source, stop=stop)
        try:
            imports.carry_out(run, source, clock=timezone.now, watch=_nobody_watches)
        finally:
            stop.set()
            hint_search()
        logger.info("Import run %s: %s", run_id, run.state)
        if run.state == ImportRun.State.FAILED:
            raise imports.UnfinishedError(f"Import run {run_id} left {run.counts['failed']} behind.")


def enqueue_import(run: ImportRun) -> None:
    """Let a worker do what is left of a run. Raises AlreadyRunningError when its job waits or works already."""
    queue = django_rq.get_queue("bulk")
    name = f"import-run-{run.pk}"
    if (last := queue.fetch_job(name)) is not None:
        if last.get_status() in (JobStatus.QUEUED, JobStatus.STARTED):
            raise runs.AlreadyRunningError(run)
        last.delete()  # also from those that are tried again later
    queue.enqueue(import_index, run.pk, job_id=name, job_timeout=A_WEEK, retry=IMPORT_AGAIN)


def start_pipeline(*, at: datetime, fresh: bool = False) -> ImportRun:
    """Ask a worker for the shows pipeline, or to go on with one that stopped. Raises AlreadyRunningError."""
    run = runs.queue(Source.TVMAZE, imports.PIPELINE, {}, at=at, fresh=fresh)
    enqueue_import(run)
    return run


@job("bulk", timeout=3600, retry=AGAIN)
def clean_import_runs() -> None:
    logger.info("Deleted %s old import runs", runs.forget_old(now=timezone.now()))


def _nobody_watches(run: ImportRun) -> None:
    pass
