from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from accounts.requests import ViewerRequest
from catalog import browse, ways
from catalog.models import Title
from catalog.views import cards
from config import http
from tracking import services


@login_not_required
@require_safe
def movie_list(request: ViewerRequest) -> HttpResponse:
    return _wall(request, Title.Kind.MOVIE)


@login_not_required
@require_safe
def series_list(request: ViewerRequest) -> HttpResponse:
    return _wall(request, Title.Kind.SERIES)


def _wall(request: ViewerRequest, kind: Title.Kind) -> HttpResponse:
    filters = browse.understood(request.GET)
    after = request.GET.get("after", "")
    titles = filters.narrow(Title.objects.visible_to(request.viewer).filter(kind=kind))
    if request.profile is None:
        filters = replace(filters, is_mine=False)
    elif filters.is_mine:
        titles = titles.filter(services.watchable(request.profile, ways.region_of(request)))
    page = browse.page(titles, filters.sort, after)
    context = {
        "kind": kind,
        "filters": filters,
        "choices": browse.choices(kind, request.viewer, filters),
        "sorts": browse.SORTS.values(),
        "statuses": browse.STATUSES.items() if kind == Title.Kind.SERIES else (),
        "page": page,
        "cards": cards.of(request.profile, page.titles),
        "is_first": not after,
    }
    response = http.render_part(request, "catalog/browse.html", context)
    if request.htmx and not after:
        push_url(response, f"{request.path}?{filters.query}".rstrip("?"))
    return response
