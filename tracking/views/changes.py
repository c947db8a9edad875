"""What is pressed: check in, plan, remove, undo. Each answers with the changed piece and a toast that takes it back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.models import Profile
from accounts.requests import ProfileRequest
from catalog.models import Episode, Title
from config import http
from tracking import diary, library, moments
from tracking.models import LogChange, Watch

from .marks import mark_through
from .pressed import key_of, numbers, offer_undo


@require_POST
def check_in_episode(request: ProfileRequest, episode_id: int) -> HttpResponse:
    """Log a viewing now; with `reach` this episode and all earlier ones, some time."""
    episodes = Episode.objects.visible_to(request.viewer).select_related("title", "season")
    episode = get_object_or_404(episodes, pk=episode_id)
    if "reach" in request.POST:
        return mark_through(request, episode)
    return _check_in(request, episode.title, episode)


@require_POST
def check_in_movie(request: ProfileRequest, title_id: int) -> HttpResponse:
    return _check_in(request, get_object_or_404(Title.objects.visible_to(request.viewer).movies(), pk=title_id), None)


def _check_in(request: ProfileRequest, title: Title, episode: Episode | None) -> HttpResponse:
    now = timezone.now()
    moment = moments.minute(now, request.profile.time_zone)
    others = _others(request, title)
    key = key_of(request)
    change = diary.check_in_together(request.profile, others, title, episode, moment=moment, key=key, at=now)
    said = {"name": f"{title.name} {episode.code}" if episode else title.name}
    if others:
        said["others"] = ", ".join(other.name for other in others)
    offer_undo(request, change, (_("Logged %(name)s, with %(others)s.") if others else _("Logged %(name)s.")) % said)
    return _punch(request, title, episode)


def _others(request: ProfileRequest, title: Title) -> list[Profile]:
    """Those of the household who were ticked and may see it."""
    ticked = set(numbers(request, "together"))
    return [each for each in library.companions(request.profile, title) if each.pk in ticked] if ticked else []


def _punch(request: ProfileRequest, title: Title, episode: Episode | None) -> HttpResponse:
    """The pressed button as it is now; without htmx the page it is on."""
    if not request.htmx:
        return redirect(http.back(request, title.get_absolute_url()))
    if episode:
        seen = library.seen_episodes(request.profile, [episode]).get(episode.pk)
    else:
        seen = library.seen_titles(request.profile, [title]).get(title.pk)
    is_bare, in_row = bool(request.POST.get("bare")), bool(request.POST.get("in_row"))
    others = () if is_bare or in_row else library.companions(request.profile, title)
    context = {"title": title, "episode": episode, "seen": seen, "others": others, "is_bare": is_bare, "in_row": in_row}
    context["unveils"] = in_row and request.profile.has_spoiler_shield and seen is not None and seen.count == 1
    return http.log_changed(http.render_part(request, "tracking/check_in.html", {**context, "key": http.new_key()}))


@require_POST
def plan(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Put a title on the watchlist, or take it off (`off=1`)."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    now = timezone.now()
    if request.POST.get("off"):
        change = diary.unplan(request.profile, title, key=key_of(request), at=now)
        said = _("%(name)s is off the watchlist.")
    else:
        change = diary.plan(request.profile, title, key=key_of(request), at=now)
        said = _("%(name)s is on the watchlist.")
    offer_undo(request, change, said % {"name": title.name})
    if not request.htmx:
        return redirect(http.back(request, title.get_absolute_url()))
    entry = library.entries(request.profile, [title]).get(title.pk)
    context = {"title": title, "entry": entry, "key": http.new_key()}
    return http.log_changed(http.render_part(request, "tracking/plan.html", context))


@require_POST
def watch_delete(request: ProfileRequest, watch_id: int) -> HttpResponse:
    watch = get_object_or_404(Watch.objects.of(request.profile).for_diary(), pk=watch_id)
    change = diary.delete(watch, key=key_of(request), at=timezone.now())
    offer_undo(request, change, _("Removed a viewing of %(name)s.") % {"name": watch.title.name})
    if not request.htmx:
        return redirect("tracking:log")
    return http.log_changed(http.only_toasts(request))


@require_POST
def undo(request: ProfileRequest, change_id: int) -> HttpResponse:
    """Take back a change, with all that was part of the same press; one that was logged for others of the household may
    be none of one's own. What of the page showed it is not known here, so htmx shows the whole page anew."""
    household = LogChange.objects.filter(profile__household=request.profile.household_id)
    changes = household.select_related("title", "profile")
    change = get_object_or_404(changes, pk=change_id)
    diary.undo_press(change, at=timezone.now())
    http.toast(request, _("Taken back. Everything is as it was."))
    if not request.htmx:
        return redirect(http.back(request, change.title.get_absolute_url()))
    return HttpResponseClientRefresh()
