"""What the viewer might like, each with the title of the own log that speaks for it, and “not interested”."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.requests import ProfileRequest
from catalog import arrivals, ways
from catalog.models import Title
from config import http
from tracking import jobs, services, trending
from tracking.models import LibraryEntry, Recommendation
from tracking.tastes import dismissing, recommending

SLIPS = 24
SHELF = 12

KINDS = {"": gettext_lazy("All"), Title.Kind.MOVIE: gettext_lazy("Films"), Title.Kind.SERIES: gettext_lazy("Series")}


@require_safe
def for_you(request: ProfileRequest) -> HttpResponse:
    """One page of recommendations, the best first; opening it lets them follow what was logged since."""
    kind, is_mine, after = _kind(request), request.GET.get("mine") == "1", request.GET.get("after", "")
    rows = Recommendation.objects.of(request.profile).visible_to(request.viewer).unanswered()
    if kind:
        rows = rows.filter(title__kind=kind)
    if is_mine:
        rows = rows.filter(services.watchable(request.profile, ways.region_of(request), title="title"))
    page = recommending.page(rows.for_cards(), after, size=SLIPS)
    if not after:
        jobs.request_recommendations(request.profile)
    has_log = bool(page.rows) or LibraryEntry.objects.of(request.profile).exists()
    is_awaited = has_log and not (page.rows or after or kind or is_mine)
    looks = _looks(request)
    context = {
        "page": page,
        "next_page": f"?{_query(kind, is_mine, page.after)}" if page.after else "",
        "kinds": [(value, label, _query(value, is_mine)) for value, label in KINDS.items()],
        "kind": kind,
        "is_mine": is_mine,
        "query": _query(kind, is_mine),
        "mine_query": _query(kind, not is_mine),
        "is_first": not after,
        "has_log": has_log,
        "delay": arrivals.delay(looks) if is_awaited else None,
        "looks": looks + 1,
        "trending": SimpleLazyObject(lambda: trending.shelf(request.viewer, SHELF)),
        "key": http.new_key(),
    }
    return http.render_part(request, "tracking/for_you.html", context)


def _looks(request: ProfileRequest) -> int:
    """How often an open page has looked for what is being worked out."""
    asked = request.GET.get("looks", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0


def _kind(request: ProfileRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in Title.Kind.values else ""


def _query(kind: str, is_mine: bool, after: str = "") -> str:
    said = {"kind": kind, "mine": "1" if is_mine else "", "after": after}
    return urlencode({name: value for name, value in said.items() if value})


@require_POST
def dismiss(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Not interested; htmx takes the row away."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    dismissing.dismiss(request.profile, title, at=timezone.now())
    said = _("%(name)s is not recommended to you again.") % {"name": title.name}
    http.toast(request, said, undo=reverse("tracking:take_back_dismissal", args=[title.pk]))
    return http.only_toasts(request) if request.htmx else redirect(http.back(request, reverse("tracking:for_you")))


@require_POST
def take_back_dismissal(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Where its row stood is not known here, so htmx shows the whole page anew."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    dismissing.take_back(request.profile, title)
    http.toast(request, _("Taken back. %(name)s may be recommended again.") % {"name": title.name})
    if not request.htmx:
        return redirect(http.back(request, reverse("tracking:for_you")))
    return HttpResponseClientRefresh()
