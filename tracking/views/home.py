from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog.models import Title
from catalog.models.titles import TitleQuerySet
from config import http
from tracking import trending
from tracking.models import LibraryEntry, Recommendation, Watch
from tracking.players import positions

SHELF = 12
HANGINGS = 6
SLIPS = 6
LATELY = 4
RECOMMENDED = 8


@login_not_required
@require_safe
def home(request: ViewerRequest) -> HttpResponse:
    """The programme: what to go on with for those who are signed in, what there is for everybody."""
    moving = SimpleLazyObject(lambda: trending.shelf(request.viewer, SHELF))
    if request.profile is None:
        popular = Title.objects.visible_to(request.viewer).best_known().for_cards()
        return http.render_part(request, "tracking/front.html", {"trending": moving, **_hangings(popular)})
    mine = LibraryEntry.objects.of(request.profile).visible_to(request.viewer)
    upcoming = list(mine.up_next(timezone.now()).for_slips()[: SLIPS + 1])
    recommended = Recommendation.objects.of(request.profile).visible_to(request.viewer).unanswered()
    context = {
        "today": timezone.localdate(),
        "stage": positions.stage(request.profile, timezone.now()),
        "up_next": upcoming[:SLIPS],
        "more_next": len(upcoming) > SLIPS,
        "planned": mine.in_state(LibraryEntry.State.PLANNED).for_cards().order_by("-updated_at", "-pk")[:SHELF],
        "lately": Watch.objects.of(request.profile).visible_to(request.viewer).for_diary().newest_first()[:LATELY],
        "for_you": recommended.for_cards().best_first()[:RECOMMENDED],
        "trending": moving,
        "key": http.new_key(),
    }
    return http.render_part(request, "tracking/home.html", context)


def _hangings(popular: TitleQuerySet) -> dict[str, Any]:
    """Six posters for the wall, if there are enough others than those on the shelf."""
    others = list(popular[SHELF : SHELF + HANGINGS])
    return {"hangings": others if len(others) == HANGINGS else popular[:HANGINGS]}
