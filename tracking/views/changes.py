"""What is pressed: check in, plan, remove, undo. Each answers with the changed piece and a toast that takes it back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.requests import ProfileRequest
from catalog.models import Episode, Title
from config import http
from tracking import diary, library, moments
from tracking.models import LogChange, Watch


@require_POST
def check_in_episode(request: ProfileRequest, episode_id: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.viewer).select_related("title", "season")
    episode = get_object_or_404(episodes, pk=episode_id)
    return _check_in(request, episode.title, episode)


@require_POST
def check_in_movie(request: ProfileRequest, title_id: int) -> HttpResponse:
    return _check_in(request, get_object_or_404(Title.objects.visible_to(request.viewer).movies(), pk=title_id), None)


def _check_in(request: ProfileRequest, title: Title, episode: Episode | None) -> HttpResponse:
    now = timezone.now()
    moment = moments.minute(now, request.profile.time_zone)
    change = diary.check_in(request.profile, title, episode, moment=moment, key=_key(request), at=now)
    name = f"{title.name} {episode.code}" if episode else title.name
    _offer_undo(request, change, _("Logged %(name)s.") % {"name": name})
    return _punch(request, title, episode)


def _punch(request: ProfileRequest, title: Title, episode: Episode | None) -> HttpResponse:
    """The pressed button as it is now; without htmx the page it is on."""
    if not request.htmx:
        return redirect(http.back(request, title.get_absolute_url()))
    if episode:
        seen = library.seen_episodes(request.profile, [episode]).get(episode.pk)
    else:
        seen = library.seen_titles(request.profile, [title]).get(title.pk)
    context = {"title": title, "episode": episode, "seen": seen, "key": http.new_key(), "is_bare": _is_bare(request)}
    return http.log_changed(http.render_part(request, "tracking/check_in.html", context))


@require_POST
def plan(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Put a title on the watchlist, or take it off (`off=1`)."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    now = timezone.now()
    if request.POST.get("off"):
        change = diary.unplan(request.profile, title, key=_key(request), at=now)
        said = _("%(name)s is off the watchlist.")
    else:
        change = diary.plan(request.profile, title, key=_key(request), at=now)
        said = _("%(name)s is on the watchlist.")
    _offer_undo(request, change, said % {"name": title.name})
    if not request.htmx:
        return redirect(http.back(request, title.get_absolute_url()))
    entry = library.entries(request.profile, [title]).get(title.pk)
    context = {"title": title, "entry": entry, "key": http.new_key()}
    return http.log_changed(http.render_part(request, "tracking/plan.html", context))


@require_POST
def watch_delete(request: ProfileRequest, watch_id: int) -> HttpResponse:
    watch = get_object_or_404(Watch.objects.of(request.profile).for_diary(), pk=watch_id)
    change = diary.delete(watch, key=_key(request), at=timezone.now())
    _offer_undo(request, change, _("Removed a viewing of %(name)s.") % {"name": watch.title.name})
    if not request.htmx:
        return redirect("tracking:log")
    return http.log_changed(http.only_toasts(request))


@require_POST
def undo(request: ProfileRequest, change_id: int) -> HttpResponse:
    """Take a change back. What of the page showed it is not known here, so htmx shows the whole page anew."""
    change = get_object_or_404(LogChange.objects.of(request.profile).select_related("title"), pk=change_id)
    diary.undo(change, at=timezone.now())
    http.toast(request, _("Taken back. Everything is as it was."))
    if not request.htmx:
        return redirect(http.back(request, change.title.get_absolute_url()))
    return HttpResponseClientRefresh()


def _key(request: ProfileRequest) -> str:
    """The key of the form that was pressed; one without it counts as new."""
    return request.POST.get("key", "")[:100] or http.new_key()


def _is_bare(request: ProfileRequest) -> bool:
    return bool(request.POST.get("bare"))


def _offer_undo(request: ProfileRequest, change: LogChange, text: str) -> None:
    http.toast(request, text, undo=reverse("tracking:undo", args=[change.pk]))
