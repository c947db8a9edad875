from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import ProfileRequest
from catalog import jobs, runs
from catalog.models import ImportRun


@require_POST
def pipeline_start(request: ProfileRequest) -> HttpResponse:
    """Answers at once: 202 with the run, 409 with the one at work; a browser is led to its page either way."""
    if not (request.user.is_staff and request.user.has_perm("catalog.add_importrun")):
        raise Http404
    try:
        run = jobs.start_pipeline(at=timezone.now(), fresh="fresh" in request.POST)
    except runs.AlreadyRunningError as error:
        return _refused(request, error.run)
    if request.accepts("text/html"):
        return redirect(_page(run))
    return JsonResponse({"id": run.pk, "url": _page(run)}, status=202)


def _refused(request: ProfileRequest, running: ImportRun | None) -> HttpResponse:
    number = running.pk if running else "?"
    said = _("The pipeline runs already, as import run %(number)s.") % {"number": number}
    if request.accepts("text/html"):
        messages.warning(request, said)
        return redirect(_page(running))
    return JsonResponse({"error": said, "id": running and running.pk, "url": _page(running)}, status=409)


def _page(run: ImportRun | None) -> str:
    """The page of a run; of one that cannot be told, all of them."""
    return reverse("catalog:import_detail", args=[run.pk]) if run else reverse("catalog:import_list")
