from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from accounts.models import Profile
from accounts.requests import ViewerRequest
from catalog import browse
from catalog.models import Title
from config import http
from tracking import library
from tracking.models import LibraryEntry

FIRST_ROW = 7


@dataclass(frozen=True)
class Card:
    """What components/title_card.html shows of a title and of where the viewer is with it."""

    title: Title
    state: str = ""
    done: int = 0
    total: int = 0
    is_early: bool = False
    """Whether its poster is loaded before anybody scrolls."""


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
    page = browse.page(titles, filters.sort, after)
    context = {
        "kind": kind,
        "filters": filters,
        "choices": browse.choices(kind, request.viewer, filters),
        "sorts": browse.SORTS.values(),
        "page": page,
        "cards": _cards(request.profile, page.titles),
        "is_first": not after,
    }
    response = http.render_part(request, "catalog/browse.html", context)
    if request.htmx and not after:
        push_url(response, f"{request.path}?{filters.query}".rstrip("?"))
    return response


def _cards(profile: Profile | None, titles: list[Title]) -> list[Card]:
    entries = library.entries(profile, titles)
    return [_card(title, entries.get(title.pk), is_early=at < FIRST_ROW) for at, title in enumerate(titles)]


def _card(title: Title, entry: LibraryEntry | None, *, is_early: bool) -> Card:
    states = LibraryEntry.State
    if entry is None:
        return Card(title, is_early=is_early)
    if entry.state == states.COMPLETED:
        return Card(title, "seen", is_early=is_early)
    total = title.episode_count if title.is_series and entry.seen_count else 0
    state = "dropped" if entry.state == states.DROPPED else ""
    return Card(title, state, done=entry.seen_count, total=total, is_early=is_early)
