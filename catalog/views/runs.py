"""Import runs as staff watch them: how far they are, what went wrong, and the way to stop one."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import ProfileRequest
from catalog import runs
from catalog.models import ImportRun
from config import http, keys, paging

ON_A_PAGE = 30
ERRORS = 20
LONGEST_WAIT = 25.0
LONGEST_WAIT_OF_A_PAGE = 10.0
"""Seconds. The page asks again more often, to learn of a run whose process was killed."""

ASK_AGAIN_AFTER = 2
"""Seconds, for those who would wait and cannot."""

LOOK = "catalog.view_importrun"
STOP = "catalog.change_importrun"

_seats = BoundedSemaphore(settings.LONG_POLLS)


@dataclass(frozen=True)
class Shown:
    """A run and its counters of this moment."""

    run: ImportRun
    live: runs.Live


def shown(several: Iterable[ImportRun]) -> list[Shown]:
    rows = list(several)
    live = runs.live_by_id(rows)
    return [Shown(run, live[run.pk]) for run in rows]


@require_safe
@never_cache
def import_list(request: ProfileRequest) -> HttpResponse:
    _guard(request, LOOK)
    after = request.GET.get("after", "")
    page = paging.newest(ImportRun.objects.all(), "started_at", after=after, size=ON_A_PAGE)
    context = {
        "rows": shown(page.rows),
        "next": page.after and f"?after={page.after}",
        "first": after and request.path,
    }
    return http.render_part(request, "catalog/import_list.html", context)


@require_safe
@never_cache
def import_detail(request: ProfileRequest, run_id: int) -> HttpResponse:
    """A page, or JSON for those who prefer it. With `?since=` and a version it waits until there is another one."""
    _guard(request, LOOK)
    run = get_object_or_404(ImportRun, pk=run_id)
    is_late = not _await_change(request, run)
    run = get_object_or_404(ImportRun, pk=run_id)
    if request.htmx and not run.is_active:
        http.toast(request, f"{_name(run)}: {run.get_state_display()}")
    response = JsonResponse(_facts(run)) if _wants_json(request) else _as_page(request, run)
    if is_late:
        response["Retry-After"] = str(ASK_AGAIN_AFTER)
    patch_vary_headers(response, ["Accept"])
    return response


@require_POST
def import_cancel(request: ProfileRequest, run_id: int) -> HttpResponse:
    """It stops at once, or before its next piece of work; the same import can be gone on with."""
    _guard(request, STOP)
    run = get_object_or_404(ImportRun, pk=run_id)
    runs.stop(run, at=timezone.now())
    run.refresh_from_db()
    if _wants_json(request):
        return JsonResponse(_facts(run), status=202)
    said = _("It stops before its next piece of work.") if run.is_active else run.get_state_display()
    messages.success(request, f"{_name(run)}: {said}")
    return redirect(http.back(request, reverse("catalog:import_detail", args=[run.pk])))


def _guard(request: ProfileRequest, permission: str) -> None:
    if not (request.user.is_staff and request.user.has_perm(permission)):
        raise Http404


def _wants_json(request: ProfileRequest) -> bool:
    asked = request.GET.get("format") or request.get_preferred_type(["text/html", "application/json"])
    return asked in ("json", "application/json")


def _await_change(request: ProfileRequest, run: ImportRun) -> bool:
    """Wait if that was asked for and anything may still change. False: not as long as it should have been."""
    try:
        since = keys.whole(request.GET.get("since", ""))
    except ValueError:
        return True
    if not run.is_active or runs.live(run).version != since:
        return True
    if not _seats.acquire(blocking=False):
        return False
    try:
        connection.close()  # whoever waits needs none, and there are only so many
        return runs.wait(run, since, seconds=LONGEST_WAIT if _wants_json(request) else LONGEST_WAIT_OF_A_PAGE)
    finally:
        _seats.release()


def _as_page(request: ProfileRequest, run: ImportRun) -> HttpResponse:
    context = {
        "run": run,
        "live": runs.live(run),
        "errors": run.errors[:ERRORS],
        "may_stop": run.is_active and request.user.has_perm(STOP),
    }
    return http.render_part(request, "catalog/import_detail.html", context)


def _facts(run: ImportRun) -> dict[str, Any]:
    live = runs.live(run)
    return {
        "id": run.pk,
        "source": run.source,
        "what": run.what,
        "state": run.state,
        "is_interrupted": live.is_interrupted,
        "is_cancelling": run.is_active and run.is_cancelling,
        "step": live.step,
        "step_number": live.number,
        "steps": live.of,
        "percent": live.percent,
        "done": live.done,
        "total": live.total,
        "counts": live.counts,
        "errors": run.errors[:ERRORS],
        "problems": live.errors,
        "version": live.version,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "cancel_url": reverse("catalog:import_cancel", args=[run.pk]),
    }


def _name(run: ImportRun) -> str:
    return _("Import run %(number)s") % {"number": run.pk}
