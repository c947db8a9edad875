"""Recent searches: the page's script keeps what led somewhere; to forget it can be undone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.requests import ProfileRequest
from catalog import recent
from catalog.models import RecentSearch
from catalog.models.search import RecentSearchQuerySet
from catalog.search import tidy
from config import http


@require_POST
def remember(request: ProfileRequest) -> HttpResponse:
    words = tidy(request.POST.get("q", ""))
    if words:
        recent.remember(request.profile, words, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def forget(request: ProfileRequest, search_id: int) -> HttpResponse:
    search = get_object_or_404(RecentSearch.objects.of(request.profile), pk=search_id)
    chosen = RecentSearch.objects.of(request.profile).filter(pk=search.pk)
    return _forgotten(request, chosen, _("“%(words)s” is forgotten.") % {"words": search.words})


@require_POST
def forget_all(request: ProfileRequest) -> HttpResponse:
    return _forgotten(request, RecentSearch.objects.of(request.profile), _("Your searches are forgotten."))


def _forgotten(request: ProfileRequest, chosen: RecentSearchQuerySet, said: str) -> HttpResponse:
    key = recent.forget(request.profile, chosen)
    http.toast(request, said, undo=reverse("catalog:bring_back_searches", args=[key]))
    if not request.htmx:
        return redirect("catalog:search")
    return http.render_part(request, "catalog/search.html", {"recent": recent.searches(request.profile)})


@require_POST
def bring_back(request: ProfileRequest, key: str) -> HttpResponse:
    is_back = recent.bring_back(request.profile, key)
    http.toast(request, _("Your searches are back.") if is_back else _("That was too long ago to be undone."))
    return HttpResponseClientRefresh() if request.htmx else redirect("catalog:search")
