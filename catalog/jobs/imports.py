"""Long imports, and the clean-up behind them."""

import logging
import threading

from django.utils import timezone
from django_rq import job
from rq import Retry

from catalog import imports, runs
from catalog.models import ImportRun
from catalog.sources import tvmaze

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


def _nobody_watches(run: ImportRun) -> None:
    pass
