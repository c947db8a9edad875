"""Drawn pictures. Their addresses carry a version, so a browser asks for each only once."""

import hashlib
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog import posters
from catalog.models import Episode, Person, Title

DRAWN_FOR = 60 * 60 * 24
"""Seconds for which a drawing is kept for the next viewer; browsers keep theirs for a year."""

YEAR = 60 * 60 * 24 * 365


@login_not_required
@require_safe
def title_poster(request: ViewerRequest, title_id: int, version: int) -> HttpResponse:
    titles = Title.objects.visible_to(request.viewer).prefetch_related("genres")
    title = get_object_or_404(titles, pk=title_id)
    genres = sorted(genre.name for genre in title.genres.all())
    facts = (title.name, title.year, title.kind, genres, title.byline)

    def draw() -> str:
        return posters.poster(title.name, year=title.year, kind=title.kind, genres=genres, credit=title.byline)

    return _picture(request, title.poster_url, facts, draw)


@login_not_required
@require_safe
def episode_still(request: ViewerRequest, episode_id: int, version: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.viewer).select_related("title").prefetch_related("title__genres")
    episode = get_object_or_404(episodes, pk=episode_id)
    title, name = episode.title, str(episode)
    genres = sorted(genre.name for genre in title.genres.all())

    def draw() -> str:
        return posters.still(title.name, f"{name} {episode.pk}", genres=genres)

    return _picture(request, episode.still_url, (title.name, name, episode.pk, genres), draw)


@login_not_required
@require_safe
def person_portrait(request: ViewerRequest, person_id: int, version: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.viewer), pk=person_id)
    return _picture(request, person.portrait_url, (person.name,), lambda: posters.portrait(person.name))


def _picture(request: ViewerRequest, address: str, facts: tuple[object, ...], draw: Callable[[], str]) -> HttpResponse:
    """The drawing of these facts, at its present address; an older address leads there."""
    if request.path != address:
        moved = redirect(address)
        patch_cache_control(moved, private=True, max_age=60)
        return moved
    digest = hashlib.sha256(repr((address.split("/")[1], facts)).encode()).hexdigest()[:32]
    if request.headers.get("If-None-Match") == quote_etag(digest):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(cache.get_or_set(f"drawn:{digest}", draw, DRAWN_FOR), content_type="image/svg+xml")
    response.headers["ETag"] = quote_etag(digest)
    patch_cache_control(response, private=True, max_age=YEAR, immutable=True)
    return response
