from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import ProfileRequest
from catalog import moves, ways
from catalog.models import Title
from config import http
from tracking import browsing, services
from tracking.models import LibraryEntry
from tracking.models.library import LibraryEntryQuerySet

WALL = 42
SLIPS = 18
AWAITED = 8


@require_safe
def library(request: ProfileRequest) -> HttpResponse:
    """The titles the viewer has an opinion on, one state a tab; the watchlist is the tab of what is planned.

    `?choose=1` puts a box on every card, so that the same can be said of several.
    """
    wanted = browsing.understood(request.GET)
    entries = LibraryEntry.objects.of(request.profile).visible_to(request.viewer)
    after = request.GET.get("after", "")
    is_choosing = "choose" in request.GET
    overview = browsing.overview(request.profile, request.viewer, wanted)
    shown = _on_my_services(request, wanted.narrow(entries), is_asked=wanted.filters.is_mine)
    page = wanted.sort.page(shown.for_cards(), after, size=WALL)
    context = {
        "tabs": [(state.value, state.label, overview.counts[state]) for state in LibraryEntry.State],
        "hidden_count": overview.counts["hidden"],
        "states": LibraryEntry.State.choices,
        "wanted": wanted,
        "kinds": Title.Kind.choices,
        "choices": overview.choices,
        "sorts": browsing.SORTS.values(),
        "page": page,
        "next_page": f"?{wanted.query}{'&choose=1' if is_choosing else ''}&after={page.after}",
        "is_first": not after,
        "is_choosing": is_choosing,
        "key": http.new_key(),
    }
    return http.render_part(request, "tracking/library.html", context)


@require_safe
def up_next(request: ProfileRequest) -> HttpResponse:
    """The next episode of everything in progress that was shown already, then what is still awaited."""
    now, after = timezone.now(), request.GET.get("after", "")
    is_mine = request.GET.get("mine") == "1"
    entries = LibraryEntry.objects.of(request.profile).visible_to(request.viewer)
    entries = _on_my_services(request, entries, is_asked=is_mine)
    page = browsing.SORTS["watched"].page(entries.up_next(now).for_slips(), after, size=SLIPS)
    awaited = [] if page.after else list(entries.awaited(now).for_slips()[:AWAITED])
    moves.tell((entry.next_episode for entry in awaited if entry.next_episode), now=now)
    context = {
        "page": page,
        "awaited": awaited,
        "has_hidden": entries.hidden().exists(),
        "is_mine": is_mine,
        "is_first": not after,
        "key": http.new_key(),
    }
    return http.render_part(request, "tracking/up_next.html", context)


def _on_my_services(request: ProfileRequest, entries: LibraryEntryQuerySet, *, is_asked: bool) -> LibraryEntryQuerySet:
    """Only what the viewer's own services offer, where that is asked for."""
    if not is_asked:
        return entries
    return entries.filter(services.watchable(request.profile, ways.region_of(request), title="title"))
