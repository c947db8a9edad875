"""Logging many episodes in one press."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap

from accounts.models import Profile
from accounts.requests import ProfileRequest
from catalog.models import Episode, Title
from config import http
from tracking import diary, library, moments
from tracking.forms import MarkForm
from tracking.models import Watch

from .pressed import key_of, log_rewritten, offer_undo


@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Log every episode of a series that was shown, those of `?season=`, or those up to `?through=` (an episode).

    A POST that says nothing more means “some time”; the page asks when it was, for whom and for specials.
    """
    title = get_object_or_404(Title.objects.visible_to(request.viewer).series(), pk=title_id)
    season, through = _reach(request, title)
    now = timezone.now()
    local = timezone.localtime(now)
    first = {"precision": Watch.Precision.UNKNOWN, "day": local.date(), "hour": local.time()}
    data = request.POST if request.method == "POST" else None
    others = library.companions(request.profile, title)
    form = MarkForm(data, initial=first, zone=request.profile.time_zone, now=now, others=others)
    if not form.is_valid():
        context = {"form": form, "title": title, "season": season, "through": through, "key": http.new_key()}
        return http.render_part(request, "tracking/mark_form.html", context, status=422 if form.is_bound else 200)
    reach = diary.Reach(season, through, form.cleaned_data["specials"])
    profile, key = request.profile, key_of(request)
    done = diary.mark_together(profile, form.ticked, title, reach, moment=form.said_moment, key=key, at=now)
    _say(request, done, form.ticked)
    return log_rewritten(request, title.get_absolute_url())


def mark_through(request: ProfileRequest, episode: Episode) -> HttpResponse:
    """The press beside a punch: this episode and all earlier ones, some time. The punch stays until its list is
    fetched again."""
    moment, now = moments.some_time(request.profile.time_zone), timezone.now()
    reach = diary.Reach(through=episode)
    _say(request, diary.mark(request.profile, episode.title, reach, moment=moment, key=key_of(request), at=now))
    return reswap(log_rewritten(request, episode.title.get_absolute_url()), "none")


def _reach(request: ProfileRequest, title: Title) -> tuple[int | None, Episode | None]:
    """The season and the episode that are named; 404 for what is no regular episode of the title."""
    season, through = request.GET.get("season", ""), request.GET.get("through", "")
    if through:
        regular = Episode.objects.regular().filter(title=title, number__isnull=False).select_related("season", "title")
        return None, get_object_or_404(regular, pk=_number(through))
    if season:
        return _number(season), None
    return None, None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)


def _say(request: ProfileRequest, marked: diary.Marked, others: Sequence[Profile] = ()) -> None:
    """Such as “With Attic: 12 viewings added, 3 were seen already.”"""
    if marked.change is None:
        none = _("Nothing to add: all of it was seen already.") if marked.present else _("Nothing of it was shown yet.")
        http.toast(request, none)
        return
    said = ngettext("%(count)s viewing added", "%(count)s viewings added", marked.added) % {"count": marked.added}
    if marked.present:
        were = ngettext("%(count)s was seen already", "%(count)s were seen already", marked.present)
        said = f"{said}, {were % {'count': marked.present}}"
    if others:
        names = ", ".join(other.name for other in others)
        said = _("With %(others)s: %(said)s") % {"others": names, "said": said}
    offer_undo(request, marked.change, f"{said}.")
