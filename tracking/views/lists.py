from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import ProfileRequest
from config import http, paging
from tracking.models import LibraryEntry

WALL = 42
SLIPS = 30


@require_safe
def library(request: ProfileRequest) -> HttpResponse:
    """The titles the viewer has an opinion on, one state a tab; the watchlist is the tab of what is planned."""
    entries = LibraryEntry.objects.of(request.profile).visible_to(request.viewer)
    asked = request.GET.get("state", "")
    state = asked if asked in LibraryEntry.State.values else LibraryEntry.State.WATCHING
    page = paging.newest(
        entries.in_state(state).for_cards(), "updated_at", after=request.GET.get("after", ""), size=WALL
    )
    counts = entries.count_by_state()
    context = {
        "tabs": [{"state": each, "count": counts[each]} for each in LibraryEntry.State],
        "state": LibraryEntry.State(state),
        "page": page,
        "next_page": f"?{urlencode({'state': state, 'after': page.after})}",
    }
    return http.render_part(request, "tracking/library.html", context)


@require_safe
def up_next(request: ProfileRequest) -> HttpResponse:
    """The next episode of everything in progress that was shown already."""
    entries = LibraryEntry.objects.of(request.profile).visible_to(request.viewer).up_next(timezone.now())
    page = paging.newest(entries.for_slips(), "last_watched_at", after=request.GET.get("after", ""), size=SLIPS)
    return http.render_part(request, "tracking/up_next.html", {"page": page, "key": http.new_key()})
