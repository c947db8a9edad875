"""Collections, networks and genres: titles that stand together for a reason."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog import browse, shelves, ways
from catalog.models import Collection, Genre, Network, Title
from catalog.views import cards
from config import http
from tracking import services

ON_A_SHELF = 14


@login_not_required
@require_safe
def collection_list(request: ViewerRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    page = shelves.page(request.viewer, after)
    return http.render_part(request, "catalog/collection_list.html", {"page": page, "is_first": not after})


@login_not_required
@require_safe
def collection_detail(request: ViewerRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.viewer), slug=slug)
    after = request.GET.get("after", "")
    is_mine, only = _on_my_services(request, title="title")
    page = shelves.items(collection, request.viewer, after, only=only)
    notes = {item.title_id: item.note for item in page.items}
    context = {
        "collection": collection,
        "is_mine": is_mine,
        "cards": cards.of(request.profile, [item.title for item in page.items], notes),
        "next_key": page.next_key,
        "is_first": not after,
        "canonical": request.build_absolute_uri(collection.get_absolute_url()),
    }
    return http.render_part(request, "catalog/collection_detail.html", context)


@login_not_required
@require_safe
def network_detail(request: ViewerRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network, slug=slug)
    after = request.GET.get("after", "")
    page = browse.page(Title.objects.visible_to(request.viewer).filter(network=network), browse.POPULAR, after)
    context = {
        "network": network,
        "cards": cards.of(request.profile, page.titles),
        "next_key": page.next_key,
        "is_first": not after,
        "canonical": request.build_absolute_uri(network.get_absolute_url()),
    }
    return http.render_part(request, "catalog/network_detail.html", context)


@login_not_required
@require_safe
def genre_detail(request: ViewerRequest, slug: str) -> HttpResponse:
    genre = get_object_or_404(Genre, slug=slug)
    is_mine, only = _on_my_services(request)
    titles = Title.objects.visible_to(request.viewer).filter(only, genres=genre).best_known().for_cards()
    series, movies = list(titles.series()[:ON_A_SHELF]), list(titles.movies()[:ON_A_SHELF])
    shown = cards.of(request.profile, [*series, *movies])
    context = {
        "genre": genre,
        "is_mine": is_mine,
        "series": shown[: len(series)],
        "movies": shown[len(series) :],
        "canonical": request.build_absolute_uri(genre.get_absolute_url()),
    }
    return http.render_part(request, "catalog/genre_detail.html", context)


def _on_my_services(request: ViewerRequest, *, title: str = "pk") -> tuple[bool, Q]:
    """Whether `?mine=1` asks for what the viewer's own services offer, and the condition that it is."""
    if request.profile is None or request.GET.get("mine") != "1":
        return False, Q()
    return True, services.watchable(request.profile, ways.region_of(request), title=title)
