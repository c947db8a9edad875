from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog.models import Title
from catalog.models.titles import TitleQuerySet
from config import http
from tracking.models import LibraryEntry, Watch

SHELF = 12
HANGINGS = 6
SLIPS = 6
LATELY = 4


@login_not_required
@require_safe
def home(request: ViewerRequest) -> HttpResponse:
    """The programme: what to go on with for those who are signed in, what there is for everybody."""
    popular = Title.objects.visible_to(request.viewer).best_known().for_cards()
    if request.profile is None:
        return http.render_part(request, "tracking/front.html", {"popular": popular[:SHELF], **_hangings(popular)})
    mine = LibraryEntry.objects.of(request.profile).visible_to(request.viewer)
    upcoming = list(mine.up_next(timezone.now()).for_slips()[: SLIPS + 1])
    context = {
        "today": timezone.localdate(),
        "up_next": upcoming[:SLIPS],
        "more_next": len(upcoming) > SLIPS,
        "planned": mine.in_state(LibraryEntry.State.PLANNED).for_cards().order_by("-updated_at", "-pk")[:SHELF],
        "lately": Watch.objects.of(request.profile).visible_to(request.viewer).for_diary().newest_first()[:LATELY],
        "popular": popular[:SHELF],
        "key": http.new_key(),
    }
    return http.render_part(request, "tracking/home.html", context)


def _hangings(popular: TitleQuerySet) -> dict[str, Any]:
    """Six posters for the wall, if there are enough others than those on the shelf."""
    others = list(popular[SHELF : SHELF + HANGINGS])
    return {"hangings": others if len(others) == HANGINGS else popular[:HANGINGS]}
