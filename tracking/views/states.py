"""Saying in which state a title is, hiding it from up next, seeing it through again: of one title, or of several."""

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import ProfileRequest
from catalog.models import Title
from config import http
from tracking import diary
from tracking.models import LibraryEntry

from .lists import WALL
from .pressed import key_of, log_rewritten, numbers, offer_undo

LOG = "log"
"""The state that is left to the log."""


@require_POST
def set_state(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Put a title into a `state`; “log” leaves it to what was watched."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    state = _state(request)
    change = diary.set_state(request.profile, title, state, key=key_of(request), at=timezone.now())
    said = _("%(name)s: %(state)s.") % {"name": title.name, "state": state.label} if state else _("Left to the log.")
    offer_undo(request, change, said)
    return log_rewritten(request, title.get_absolute_url())


@require_POST
def hide(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Leave a title out of up next, or (`off=1`) offer it there again."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    is_hidden = not request.POST.get("off")
    change = diary.hide(request.profile, title, is_hidden=is_hidden, key=key_of(request), at=timezone.now())
    said = _("%(name)s is hidden from up next.") if is_hidden else _("%(name)s is offered in up next again.")
    offer_undo(request, change, said % {"name": title.name})
    return log_rewritten(request, title.get_absolute_url())


@require_POST
def begin_again(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Start to see a series through once more."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer).series(), pk=title_id)
    change = diary.begin_again(request.profile, title, key=key_of(request), at=timezone.now())
    offer_undo(request, change, _("%(name)s begins again.") % {"name": title.name})
    return log_rewritten(request, title.get_absolute_url())


@require_POST
def library_change(request: ProfileRequest) -> HttpResponse:
    """The same for the titles that were ticked in the library: a `state`, or `hidden` as 1 or 0."""
    held = LibraryEntry.objects.of(request.profile).visible_to(request.viewer)
    entries = held.filter(title__in=numbers(request, "title")).select_related("title")[:WALL]
    titles, key, now = [entry.title for entry in entries], key_of(request), timezone.now()
    if "hidden" in request.POST:
        is_hidden = request.POST["hidden"] == "1"
        changes = diary.hide_all(request.profile, titles, is_hidden=is_hidden, key=key, at=now)
    else:
        changes = diary.set_states(request.profile, titles, _state(request), key=key, at=now)
    if changes:
        changed = ngettext("%(count)s title changed.", "%(count)s titles changed.", len(changes))
        offer_undo(request, changes[0], changed % {"count": len(changes)})
    else:
        http.toast(request, _("No title was ticked."))
    return log_rewritten(request, reverse("tracking:library"))


def _state(request: ProfileRequest) -> LibraryEntry.State | None:
    said = request.POST.get("state", "")
    if said == LOG:
        return None
    if said not in LibraryEntry.State.values:
        raise BadRequest("There is no such state.")
    return LibraryEntry.State(said)
