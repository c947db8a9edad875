from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Profile
from accounts.requests import ProfileRequest
from catalog.models import Episode, Title
from config import http, paging
from tracking import days, diary, library
from tracking.forms import WatchForm
from tracking.models import Watch

from .pressed import number

ENTRIES = 20
SORTS = [
    ("", _lazy("Everything")),
    ("films", _lazy("Films")),
    ("episodes", _lazy("Episodes")),
    ("again", _lazy("Seen again")),
]


@require_safe
def log(request: ProfileRequest) -> HttpResponse:
    """The diary by day, the newest first."""
    watches = Watch.objects.of(request.profile).visible_to(request.viewer)
    asked = request.GET.get("show", "")
    show = asked if asked in dict(SORTS) else ""
    page = paging.newest(watches.of_sort(show).for_diary(), "sort_at", after=request.GET.get("after", ""), size=ENTRIES)
    today = timezone.localdate()
    context = {
        "show": show,
        "sorts": SORTS,
        "days": days.by_day(page.rows, days.totals(watches, page.rows)),
        "page": page,
        "today": today,
        "month": days.month_total(Watch.objects.of(request.profile), today),
        "key": http.new_key(),
    }
    return http.render_part(request, "tracking/log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def watch_add(request: ProfileRequest) -> HttpResponse:
    """Log a viewing at another time: of `?episode=` or of the movie `?title=`."""
    title, episode = _subject(request)
    now = timezone.now()
    local = timezone.localtime(now)
    first = {"precision": Watch.Precision.MINUTE, "day": local.date(), "hour": local.time(), "key": http.new_key()}
    others = library.companions(request.profile, title)
    form = WatchForm(request.POST or None, initial=first, zone=request.profile.time_zone, now=now, others=others)
    if not form.is_valid():
        return _form_page(request, form, title, episode)
    change = diary.check_in_together(
        request.profile,
        form.ticked,
        title,
        episode,
        moment=form.moment,
        key=form.cleaned_data["key"],
        at=now,
        origin=Watch.Origin.FORM,
        details=form.details,
    )
    http.toast(request, _("Logged %(name)s.") % {"name": title.name}, undo=reverse("tracking:undo", args=[change.pk]))
    return redirect("tracking:log")


@require_http_methods(["GET", "HEAD", "POST"])
def watch_edit(request: ProfileRequest, watch_id: int) -> HttpResponse:
    watch = get_object_or_404(Watch.objects.of(request.profile).for_diary(), pk=watch_id)
    now = timezone.now()
    first = {**WatchForm.initial_of(watch), "key": http.new_key()}
    form = WatchForm(request.POST or None, initial=first, zone=watch.zone, now=now)
    if not form.is_valid():
        return _form_page(request, form, watch.title, watch.episode, watch)
    change = diary.edit(watch, moment=form.moment, details=form.details, key=form.cleaned_data["key"], at=now)
    http.toast(request, _("Saved."), undo=reverse("tracking:undo", args=[change.pk]))
    return redirect("tracking:log")


def _subject(request: ProfileRequest) -> tuple[Title, Episode | None]:
    """What is to be logged; 404 for what the viewer may not see."""
    if episode := request.GET.get("episode"):
        episodes = Episode.objects.visible_to(request.viewer).select_related("title", "season")
        found = get_object_or_404(episodes, pk=number(episode))
        return found.title, found
    movies = Title.objects.visible_to(request.viewer).movies()
    return get_object_or_404(movies, pk=number(request.GET.get("title", ""))), None


def _form_page(
    request: ProfileRequest, form: WatchForm, title: Title, episode: Episode | None, watch: Watch | None = None
) -> HttpResponse:
    household = Profile.objects.beside(request.profile).in_order()[: library.COMPANIONS]
    context = {"form": form, "title": title, "episode": episode, "watch": watch, "household": household}
    return http.render_part(request, "tracking/watch_form.html", context, status=422 if form.is_bound else 200)
