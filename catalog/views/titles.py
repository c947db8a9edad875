"""A title, its seasons and its episodes: the pages gather what the floors below know about one thing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from accounts.requests import ViewerRequest
from catalog import addresses, arrivals, billing, jobs, outside, seasons, ways
from catalog.models import Episode, ExternalId, Season, Title
from config import http
from tracking import library, opinions, services, shield
from tracking.players import positions
from tracking.tastes import also_watched

LONG_SEASON = 48
"""A season of more episodes is shown as lines, without stills and overviews."""


@dataclass(frozen=True)
class Room:
    """How many episodes stand on a page, with stills or as lines: what keeps it light."""

    stills: int
    lines: int


ON_TITLE = Room(stills=12, lines=24)
ON_SEASON = Room(stills=24, lines=34)


@dataclass(frozen=True)
class Row:
    """A line in the list of episodes."""

    episode: Episode
    seen: library.Seen
    has_aired: bool
    is_next: bool = False
    is_veiled: bool = False
    """By the spoiler shield: the still is the drawn one, the overview is closed."""

    is_focused: bool = False
    """The first of those that “Show more” brought: the keyboard goes on from there."""

    @property
    def is_unaired(self) -> bool:
        """Known to be still to come; what has no date may well have been seen."""
        return not self.has_aired and self.episode.air_date is not None

    @property
    def reaches(self) -> bool:
        """Whether it is unseen, and something comes before it that may be marked as seen with it."""
        episode = self.episode
        if not self.has_aired or self.seen.in_run or self.is_next or episode.is_special:
            return False
        return episode.number is not None and (episode.number, episode.season.number) != (1, 1)


@login_not_required
@require_safe
def movie_detail(request: ViewerRequest, slug: str) -> HttpResponse:
    return _title_page(request, Title.Kind.MOVIE, slug)


@login_not_required
@require_safe
def series_detail(request: ViewerRequest, slug: str) -> HttpResponse:
    return _title_page(request, Title.Kind.SERIES, slug)


def _title_page(request: ViewerRequest, kind: Title.Kind, slug: str) -> HttpResponse:
    now = timezone.now()
    title = _title(kind, slug, request)
    if (title.kind, title.slug) != (kind, slug):
        return redirect(title, permanent=True)
    ids = list(title.external_ids.order_by("pk"))
    arrival = arrivals.of(title, ids, now=now)
    is_awaited = arrival is not None and arrival.is_awaited
    is_look = bool(request.htmx) and request.htmx.target == "whole"
    if title.is_stale(now) and not is_look:
        jobs.request_refresh(title, now=now, waiting=title.detailed_at is None)
    waiting = {"title": title, "arrival": arrival, **_looks(request)}
    if is_awaited and is_look:
        unchanged = render(request, "catalog/title.html#waiting", waiting, status=202)
        return reswap(retarget(unchanged, "#waiting"), "outerHTML")
    context = {**waiting, **_about(request, title, ids), **_log(request, title)}
    if title.is_series and not (is_awaited or context["is_whole_cast"]):
        context |= _inline_season(request, title, context["log"], now)
    return http.render_part(request, "catalog/title.html", context, status=202 if is_awaited else 200)


def _title(kind: Title.Kind, slug: str, request: ViewerRequest) -> Title:
    title = addresses.title_at(
        kind, slug, request.viewer, {**opinions.facts(request.profile, Title), **positions.facts(request.profile)}
    )
    if title is None:
        raise Http404
    return title


def _looks(request: ViewerRequest) -> dict[str, int | None]:
    """How often an open page has looked for what is missing, counting the look to come, and in how many seconds."""
    asked = request.GET.get("looks", "")
    looks = min(int(asked), arrivals.MOST_LOOKS) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return {"looks": looks + 1, "delay": arrivals.delay(looks)}


def _about(request: ViewerRequest, title: Title, ids: list[ExternalId]) -> dict[str, Any]:
    billed = billing.of_title(title)
    return {
        "outside_pages": outside.pages(ids, title.field_sources),
        "rated_by": outside.source_of(title, "source_rating"),
        "billing": billed,
        "changes": [(parse_datetime(change["at"]), change["text"]) for change in title.news],  # type: ignore[attr-defined]
        "alike": also_watched.near(title, billed, request.viewer),
        "ways": ways.of_title(title, ways.region_of(request), services.owned_by(request.profile)),
        "is_whole_cast": request.GET.get("cast") == "all",
        "canonical": request.build_absolute_uri(title.get_absolute_url()),
    }


def _log(request: ViewerRequest, title: Title) -> dict[str, Any]:
    """The viewer's own history with a title; a movie can be checked in to, and lists its viewings."""
    log: dict[str, Any] = {"key": http.new_key(), "log": None}
    if request.profile:
        log["log"] = library.title_log(request.profile, title, now=timezone.now())
        log["opinion"] = opinions.of(request.profile, title)
        log["playing"] = positions.of_title(request.profile, title, timezone.now())
        if not title.is_series:
            log["viewings"], log["seen"] = library.viewings(request.profile, title)
            log["others"] = library.companions(request.profile, title)
    return log


def _inline_season(request: ViewerRequest, title: Title, log: library.TitleLog | None, now: datetime) -> dict[str, Any]:
    """The season in which the viewer is, from a little before the next episode; else the first one."""
    tabs = seasons.tabs(title)
    upcoming = log.entry.next_episode if log and log.entry else None
    number = upcoming.season.number if upcoming else tabs[0].number if tabs else None
    tab = next((tab for tab in tabs if tab.number == number), None)
    if tab is None:
        return {"tabs": tabs}
    return {"tabs": tabs, "is_inline": True, **_episodes(request, title, tab, now, room=ON_TITLE, around=upcoming)}


def _episodes(
    request: ViewerRequest, title: Title, tab: seasons.Tab, now: datetime, *, room: Room, around: Episode | None = None
) -> dict[str, Any]:
    after = request.GET.get("after", "") or seasons.key_before(around)
    has_stills = tab.episodes <= LONG_SEASON
    size = room.stills if has_stills else room.lines
    page = seasons.page(seasons.episodes_of(title, tab.number), after, size=size)
    for episode in page.episodes:
        episode.title = title  # known already: no query for it
    seen = library.seen_episodes(request.profile, page.episodes)
    is_more = bool(request.htmx) and request.htmx.target == "more"
    rows = [
        Row(
            episode,
            seen.get(episode.pk, library.NEVER),
            has_aired=episode.has_aired(now),
            is_next=episode == around,
            is_veiled=shield.veils(request.profile, seen.get(episode.pk)),
            is_focused=is_more and at == 0,
        )
        for at, episode in enumerate(page.episodes)
    ]
    return {
        "tab": tab,
        "rows": rows,
        "next_key": page.next_key,
        "is_first": not after,
        "has_stills": has_stills,
        "can_mark": bool(after or page.next_key) or any(row.has_aired and not row.seen.in_run for row in rows),
        "key": http.new_key(),
    }


def _is_elsewhere(request: ViewerRequest) -> bool:
    """Whether a part is asked for by another page than the one it belongs to: a season within its title."""
    return bool(request.htmx) and urlsplit(request.htmx.current_url or "").path != request.path


@login_not_required
@require_safe
def season_detail(request: ViewerRequest, slug: str, season: int) -> HttpResponse:
    title = _title(Title.Kind.SERIES, slug, request)
    if title.slug != slug:
        return redirect("catalog:season_detail", title.slug, season, permanent=True)
    tabs = seasons.tabs(title)
    tab = next((tab for tab in tabs if tab.number == season), None)
    if tab is None and title.detailed_at is None:
        return redirect(title)
    if tab is None:
        raise Http404
    at = tabs.index(tab)
    row = title.seasons.filter(number=season).annotate(**opinions.facts(request.profile, Season)).first()
    context = {
        "title": title,
        "season": row,
        "is_veiled": shield.veils_season(request.profile, row),
        "opinion": opinions.of(request.profile, row),
        "tabs": tabs,
        "earlier": tabs[at - 1] if at else None,
        "later": tabs[at + 1] if at + 1 < len(tabs) else None,
        "is_inline": _is_elsewhere(request),
        "outside_pages": outside.pages(title.external_ids.all(), title.field_sources),
        "canonical": request.build_absolute_uri(request.path),
        **_episodes(request, title, tab, timezone.now(), room=ON_SEASON),
    }
    return http.render_part(request, "catalog/season.html", context)


@login_not_required
@require_safe
def episode_at(request: ViewerRequest, slug: str, season: int, number: int) -> HttpResponse:
    """The episode that has this place at present; its own address is the one with its id."""
    title = _title(Title.Kind.SERIES, slug, request)
    if title.slug != slug:
        return redirect("catalog:episode_at", title.slug, season, number, permanent=True)
    return _episode_page(request, title=title, season__number=season, number=number)


@login_not_required
@require_safe
def episode_detail(request: ViewerRequest, episode_id: int) -> HttpResponse:
    try:
        return _episode_page(request, pk=episode_id)
    except Http404:
        now = addresses.episode_now(episode_id, request.viewer)
        if now is None:
            raise
        return redirect(now, permanent=True)


def _episode_page(request: ViewerRequest, **which: Any) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.viewer).select_related("title__network", "season")
    told = episodes.annotate(**opinions.facts(request.profile, Episode))
    episode = get_object_or_404(told.prefetch_related("external_ids"), **which)
    row = Row(episode, library.NEVER, episode.has_aired(timezone.now()))
    earlier, later = seasons.before_and_after(episode)
    context = {
        "title": episode.title,
        "episode": episode,
        "is_unaired": row.is_unaired,
        "earlier": earlier,
        "later": later,
        "billing": billing.of_episode(episode),
        "outside_pages": outside.pages(episode.external_ids.all(), episode.field_sources),
        "canonical": request.build_absolute_uri(episode.get_absolute_url()),
        "key": http.new_key(),
    }
    if request.profile:
        viewings, seen = library.viewings(request.profile, episode.title, episode)
        is_lifted = "lift" in request.GET
        is_veiled = shield.veils(request.profile, seen) and not is_lifted
        context |= {"viewings": viewings, "seen": seen, "is_veiled": is_veiled, "is_lifted": is_lifted}
        context["is_unveiling"] = bool(request.htmx) and request.htmx.target == "plot" and not is_veiled
        context["others"] = library.companions(request.profile, episode.title)
        context["opinion"] = opinions.of(request.profile, episode)
    return http.render_part(request, "catalog/episode.html", context)
