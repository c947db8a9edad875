"""Beyond the catalogue: having the sources asked, and taking in what one of them knows."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import ProfileRequest
from catalog import further, jobs
from catalog.search import tidy
from config import http

from .search import beyond


@require_POST
def search_further(request: ProfileRequest) -> HttpResponse:
    query = tidy(request.POST.get("q", ""))
    if not beyond(request, query):
        raise Http404
    if not jobs.request_search(request.profile, query, now=timezone.now()):
        http.toast(request, _("You have only just asked. Try again in a few seconds."))
    if not request.htmx:
        return redirect(f"{reverse('catalog:search')}?{urlencode({'q': query})}#further")
    return http.render_part(request, "catalog/search.html", {"query": query, **beyond(request, query)})


@require_POST
def take_in(request: ProfileRequest, source: str, kind: str, number: int) -> HttpResponse:
    """Nobody rated it yet, so it is only for those who may see such titles."""
    if not request.viewer.sees_unrated:
        raise Http404
    title = further.take_in(source, kind, str(number), at=timezone.now())
    if title is None:
        http.toast(request, _("That answer is too old to go by. Ask once more."))
        return redirect(http.back(request, reverse("catalog:search")))
    jobs.hint_search()
    return redirect(title)
