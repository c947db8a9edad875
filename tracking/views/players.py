"""The players of a profile: connecting one, what it told, and saying what was meant; what is playing now."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.requests import ProfileRequest
from catalog import search
from catalog.models import Title
from config import http, paging
from tracking import jobs
from tracking.forms import PlayerForm
from tracking.models import Play, Player, Position
from tracking.players import connecting, positions, scrobbling, tautulli
from tracking.players.facts import Thing

from .pressed import numbers, offer_undo

PLAYS = 30
HITS = 6


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def player_list(request: ProfileRequest) -> HttpResponse:
    """Connect a player, or look after one. A new address is shown in the answer itself: it is kept nowhere."""
    form = PlayerForm(request.POST or None)
    if form.is_valid():
        try:
            player, secret = connecting.connect(request.profile, **form.cleaned_data, at=timezone.now())
        except connecting.RefusedError as refused:
            form.add_error("account", str(refused))
        else:
            return _address(request, player, secret)
    mine = Player.objects.filter(profile=request.profile).select_related("token").order_by("created_at", "pk")
    context = {"form": form, "players": mine}
    return http.render_part(request, "tracking/players.html", context, status=422 if form.is_bound else 200)


@require_safe
def player_detail(request: ProfileRequest, player_id: int) -> HttpResponse:
    """What it told lately, and what became of it."""
    player = _mine(request, player_id)
    after = request.GET.get("after", "")
    plays = Play.objects.filter(player=player).prefetch_related("watches__title", "watches__episode__season")
    context = {"player": player, "page": paging.newest(plays, "updated_at", after=after, size=PLAYS)}
    return http.render_part(request, "tracking/player.html", context | {"is_first": not after})


@never_cache
@require_POST
def player_renew(request: ProfileRequest, player_id: int) -> HttpResponse:
    player = _mine(request, player_id)
    return _address(request, player, connecting.renew(player))


@require_http_methods(["GET", "HEAD", "POST"])
def player_remove(request: ProfileRequest, player_id: int) -> HttpResponse:
    """Asks first: an address that is gone cannot be brought back."""
    player = _mine(request, player_id)
    if request.method != "POST":
        return http.render_part(request, "tracking/player_remove.html", {"player": player})
    connecting.remove(player)
    http.toast(request, _("%(player)s is not connected any more.") % {"player": player})
    return redirect("tracking:player_list")


@require_http_methods(["GET", "HEAD", "POST"])
def play_match(request: ProfileRequest, play_id: int) -> HttpResponse:
    """Say which title was played: one found by name (`?q=`), or none."""
    plays = Play.objects.filter(player__profile=request.profile, outcome=Play.Outcome.UNKNOWN)
    play = get_object_or_404(plays.select_related("player__profile__household"), pk=play_id)
    if request.method == "POST" and _decide(request, play):
        return redirect("tracking:player_detail", play.player_id)
    query = search.tidy(request.GET.get("q", ""))
    thing = Thing.of(play.said["thing"])
    hits = _hits(request, query or thing.name, kind=thing.kind)
    context = {"play": play, "query": query, "hits": hits}
    status = 422 if request.method == "POST" else 200
    return http.render_part(request, "tracking/player_match.html", context, status=status)


@require_safe
def now_watching(request: ProfileRequest) -> HttpResponse:
    """The card of what is on; asked for again and again only while something is."""
    if not request.htmx:
        return redirect("home")
    stage = positions.stage(request.profile, timezone.now())
    response = http.render_part(request, "tracking/now_watching.html", {"stage": stage})
    return response if stage.on else http.log_changed(response)


@require_POST
def position_put_away(request: ProfileRequest, position_id: int) -> HttpResponse:
    """Somebody will not go on with it."""
    position = _position(request, position_id)
    positions.put_away(position, now=timezone.now())
    undo = reverse("tracking:position_take_out", args=[position.pk])
    http.toast(request, _("%(name)s is off this shelf.") % {"name": position.title.name}, undo=undo)
    if not request.htmx:
        return redirect(http.back(request, reverse("home")))
    stage = positions.stage(request.profile, timezone.now())
    return http.render_part(request, "tracking/now_watching.html", {"stage": stage})


@require_POST
def position_take_out(request: ProfileRequest, position_id: int) -> HttpResponse:
    positions.take_out(_position(request, position_id), now=timezone.now())
    http.toast(request, _("Taken back. Everything is as it was."))
    return HttpResponseClientRefresh() if request.htmx else redirect(http.back(request, reverse("home")))


def _position(request: ProfileRequest, position_id: int) -> Position:
    return get_object_or_404(Position.objects.select_related("title"), profile=request.profile, pk=position_id)


def _mine(request: ProfileRequest, player_id: int) -> Player:
    mine = Player.objects.filter(profile=request.profile).select_related("token", "profile__household")
    return get_object_or_404(mine, pk=player_id)


def _address(request: ProfileRequest, player: Player, secret: str) -> HttpResponse:
    path = reverse("tracking:webhook", args=[player.program, secret])
    context: dict[str, Any] = {"player": player, "address": request.build_absolute_uri(path)}
    return http.render_part(request, "tracking/player_address.html", context | {"template": tautulli.TEMPLATE})


def _decide(request: ProfileRequest, play: Play) -> bool:
    """Whether something was said that can be."""
    if request.POST.get("title") == "none":
        scrobbling.leave_out(play)
        http.toast(request, _("%(name)s is left out.") % {"name": play.said["name"]})
        return True
    pks = numbers(request, "title")
    title = get_object_or_404(Title.objects.visible_to(request.viewer), pk=pks[0] if pks else 0)
    changes = scrobbling.choose(play, title, now=timezone.now())
    if changes is None:
        http.toast(request, _("%(title)s has no such episode.") % {"title": title.name})
        return False
    if changes:
        offer_undo(request, changes[0], _("Logged %(name)s.") % {"name": title.name})
    jobs.try_others_again(play)
    return True


def _hits(request: ProfileRequest, query: str, *, kind: str) -> list[Title]:
    found = search.find(query, request.viewer, limit=HITS) if query else []
    pks = [hit.object_id for hit in found if hit.kind == kind]
    titles = Title.objects.visible_to(request.viewer).for_cards().in_bulk(pks)
    return [titles[pk] for pk in pks if pk in titles]
