"""Carrying histories from their files into the log."""

import logging

import django_rq
from django.utils import timezone
from django_rq import job
from rq import Retry
from rq.job import JobStatus

from catalog.jobs import refresh_title
from catalog.refresh import RefusedError
from catalog.sources.errors import SourceError
from tracking.histories import asking, choosing, working
from tracking.models import LogImport

from .tastes import recommend

logger = logging.getLogger(__name__)

AN_HOUR = 3600
AGAIN = Retry(max=3, interval=[30, 120, 600])


def ask_for_history(log_import: LogImport) -> None:
    """Let a worker do what its state says, unless its job waits or works; the sweep of each minute does it should this
    be lost."""
    queue, name = django_rq.get_queue("default"), f"history-{log_import.pk}-{log_import.state}"
    last = queue.fetch_job(name)
    if last is None or last.get_status() not in (JobStatus.QUEUED, JobStatus.STARTED, JobStatus.SCHEDULED):
        queue.enqueue(work_on_history, log_import.pk, job_id=name, job_timeout=AN_HOUR, retry=AGAIN)


@job("default", timeout=AN_HOUR, retry=AGAIN)
def work_on_history(import_id: int) -> None:
    log_import = LogImport.objects.select_related("profile__household").filter(pk=import_id).first()
    if log_import is None:
        return
    working.carry_on(log_import, clock=timezone.now)
    logger.info("Import of history %s: %s", import_id, log_import.state)
    if log_import.state == LogImport.State.READY:
        django_rq.get_queue("bulk").enqueue(look_further, import_id, job_timeout=AN_HOUR, retry=AGAIN)
    elif log_import.state in (LogImport.State.APPLIED, LogImport.State.UNDONE):
        recommend.delay(log_import.profile_id)


@job("bulk", timeout=AN_HOUR, retry=AGAIN)
def look_further(import_id: int) -> None:
    """Have the episodes fetched of series that are known by name only; then look for what was not recognised, by names
    that are alike and at the sources."""
    log_import = LogImport.objects.select_related("profile__household").filter(pk=import_id).first()
    if log_import and log_import.state in choosing.OPEN:
        _fetch_episodes(log_import)
        asked = asking.look_further(log_import, clock=timezone.now)
        _fetch_episodes(log_import)
        logger.info("Import of history %s: looked further for %s works", import_id, asked)


def _fetch_episodes(log_import: LogImport) -> None:
    for title_id in asking.bare_series(log_import):
        try:
            refresh_title(title_id)
        except (SourceError, RefusedError) as error:
            logger.warning("Title %s of import %s was not fetched: %s", title_id, log_import.pk, error)
        else:
            asking.look_into(log_import, title_id)


def request_look(log_import: LogImport) -> None:
    """After a choice: the series that was chosen may be known by name only."""
    if asking.bare_series(log_import):
        django_rq.get_queue("default").enqueue(look_further, log_import.pk, job_timeout=AN_HOUR, retry=AGAIN)


@job("default", timeout=300, retry=AGAIN)
def resume_histories() -> None:
    """Go on with the imports whose jobs were lost or whose workers were killed."""
    for log_import in working.abandoned(timezone.now()):
        ask_for_history(log_import)


@job("bulk", timeout=AN_HOUR, retry=AGAIN)
def look_for_unknown() -> None:
    """Look again, some weeks long, for what was not recognised: the catalogue has grown since."""
    for import_id in asking.due(timezone.now()):
        django_rq.get_queue("bulk").enqueue(look_further, import_id, job_timeout=AN_HOUR, retry=AGAIN)
