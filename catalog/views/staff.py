"""The first page of the administration: what is at work, what failed, what waits for staff, how the catalogue grows."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from redis import RedisError

from catalog import growth, jobs, upkeep
from catalog.models import ImportRun, Match, Person, SourceRecord, Title
from catalog.sources import providers
from config import charts, work

from .runs import LOOK, STOP, shown

START = "catalog.add_importrun"

RUNS = 10
FINISHED = 5
ROWS = 8
WORST = 10


@admin.site.admin_view
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == "work":
        return render(request, "admin/index.html#work", _at_work(request))
    return admin.site.index(request, _at_work(request) | _ailing(request) | _waiting(request) | _grown())


@admin.site.admin_view
@require_POST
def retry_job(request: HttpRequest, job_id: str) -> HttpResponse:
    _only(request.user.is_superuser)
    return _put_back(request, lambda: int(work.retry(job_id)))


@admin.site.admin_view
@require_POST
def retry_jobs(request: HttpRequest) -> HttpResponse:
    _only(request.user.is_superuser)
    return _put_back(request, work.retry_all)


@admin.site.admin_view
@require_POST
def try_record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Ask for what failed now, and not at its next try."""
    _only(request.user.has_perm("catalog.change_title"))
    record = get_object_or_404(SourceRecord.objects.defer("data"), pk=record_id)
    about = upkeep.about(record)
    if isinstance(about, Title):
        jobs.refresh_title.delay(about.pk)
    elif isinstance(about, Person):
        jobs.refresh_person.delay(about.pk)
    said = _("“%(name)s” is asked for again.") if about else _("No title or person of ours has this id.")
    messages.info(request, said % {"name": about})
    return redirect("admin:index")


def _only(may: bool) -> None:
    if not may:
        raise Http404


def _put_back(request: HttpRequest, retry: Callable[[], int]) -> HttpResponse:
    try:
        count = retry()
    except RedisError:
        messages.error(request, _("Redis cannot be reached."))
    else:
        messages.info(request, ngettext("%d job waits again.", "%d jobs wait again.", count) % count)
    return redirect("admin:index")


def _at_work(request: HttpRequest) -> dict[str, Any]:
    """What moves while somebody looks: runs, queues, workers and failed jobs."""
    context: dict[str, Any] = {"may_stop": request.user.has_perm(STOP), "may_start": request.user.has_perm(START)}
    if request.user.has_perm(LOOK):
        runs = ImportRun.objects.order_by("-started_at", "-pk").defer("cursor", "errors")
        context["active"] = shown(runs.active()[:RUNS])
        context["finished"] = runs.filter(finished_at__isnull=False)[:FINISHED]
    try:
        context |= {"queues": work.queues(), "workers": work.workers(), "has_scheduler": work.has_scheduler()}
        if request.user.is_superuser:  # what a job was called with may be private, such as a letter
            context["failed_jobs"] = work.failed_jobs(limit=ROWS)
    except RedisError:
        context["is_redis_gone"] = True
    return context


def _ailing(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perms(["catalog.view_sourcerecord", "catalog.view_title"]):
        return {}
    return {
        "providers": providers.ALL,
        "failing": upkeep.failing(limit=ROWS),
        "gone": upkeep.gone(limit=ROWS),
        "overdue": upkeep.overdue(now=timezone.now(), limit=WORST),
    }


def _waiting(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perm("catalog.view_match"):
        return {}
    pairs = Match.objects.open()
    return {"pairs": pairs.select_related("title", "other")[:ROWS], "pair_count": upkeep.counted(pairs)}


def _grown() -> dict[str, Any]:
    lately = [(grown, charts.columns([step.change for step in grown.steps])) for grown in growth.lately()]
    return {"sizes": growth.sizes(), "grown": lately}
