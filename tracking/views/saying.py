"""Rating a title, a season or an episode, and writing a note."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import ProfileRequest
from catalog.models import Episode, Season, Title
from config import http
from tracking import diary, opinions, ratings
from tracking.forms import NoteForm

from .pressed import key_of, offer_undo


@require_POST
def rate_title(request: ProfileRequest, title_id: int) -> HttpResponse:
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    return _rate(request, title)


@require_POST
def rate_season(request: ProfileRequest, season_id: int) -> HttpResponse:
    titles = Title.objects.visible_to(request.viewer)
    season = get_object_or_404(Season.objects.filter(title__in=titles).select_related("title"), pk=season_id)
    return _rate(request, season.title, season=season)


@require_POST
def rate_episode(request: ProfileRequest, episode_id: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.viewer).select_related("title", "season")
    episode = get_object_or_404(episodes, pk=episode_id)
    return _rate(request, episode.title, episode=episode)


def _rate(
    request: ProfileRequest, title: Title, *, season: Season | None = None, episode: Episode | None = None
) -> HttpResponse:
    """A rating that makes no sense changes nothing. One form may give several after another: each has its own key."""
    takes_away = bool(request.POST.get("off"))
    value = None if takes_away else ratings.understood(request.POST.get("value", ""))
    is_understood = takes_away or value is not None
    if is_understood:
        key = f"{key_of(request)}={value or ''}"
        change = diary.rate(request.profile, title, value, season=season, episode=episode, key=key, at=timezone.now())
        said = _("The rating of %(name)s is taken away.") if takes_away else _("Rated %(name)s.")
        offer_undo(request, change, said % {"name": _named(title, season, episode)})
    else:
        http.toast(request, _("Choose a rating first."))
    thing = season or episode or title
    if not request.htmx:
        return redirect(http.back(request, thing.get_absolute_url()))
    opinion = opinions.now_of(request.profile, thing)
    context = {"thing": thing, "kind": type(thing).__name__.lower(), "opinion": opinion, "key": http.new_key()}
    return http.render_part(request, "tracking/rating.html", context, status=200 if is_understood else 422)


def _named(title: Title, season: Season | None, episode: Episode | None) -> str:
    if episode:
        return f"{title.name} {episode.code}"
    return f"{title.name}, {season}" if season else title.name


@require_POST
def note(request: ProfileRequest, title_id: int) -> HttpResponse:
    """Write, change or take away the note about a title; an empty one is none."""
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = {"title": title, "text": request.POST.get("text", ""), "key": key_of(request), "form": form}
        return http.render_part(request, "tracking/note.html", context, status=422)
    text = form.cleaned_data["text"]
    change = diary.note(request.profile, title, text, key=key_of(request), at=timezone.now())
    said = _("Your note about %(name)s is kept.") if text else _("Your note about %(name)s is taken away.")
    offer_undo(request, change, said % {"name": title.name})
    if not request.htmx:
        return redirect(http.back(request, title.get_absolute_url()))
    return http.render_part(request, "tracking/note.html", {"title": title, "text": text, "key": http.new_key()})
