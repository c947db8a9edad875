"""Pictures: copies of what sources have, and drawings of what nobody has a picture of, or none yet.

The address of a copy is that of its content, the address of a drawing carries a version: a browser asks for each once.
"""

import hashlib
import logging
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog import jobs, picture_keys, posters
from catalog.models import Episode, Person, Title

logger = logging.getLogger(__name__)

DRAWN_FOR = 60 * 60 * 24
"""Seconds for which a drawing is kept for the next viewer; browsers keep theirs for a year."""

YEAR = 60 * 60 * 24 * 365
MINUTE = 60
"""For so long a drawing is kept whose picture is being fetched, and every way that leads elsewhere."""

DRAWINGS = {"title": "catalog:title_poster", "episode": "catalog:episode_still", "person": "catalog:person_portrait"}


@login_not_required
@require_safe
def stored_picture(request: HttpRequest, pk: int, key: str, width: int, extension: str) -> HttpResponseBase:
    """A copy; without one, whatever is wrong with the store, the way to the drawing of what it shows.

    `StoredPicturesMiddleware` asks for it before there is a session: nobody is known here.
    """
    if width not in picture_keys.widths(key) or extension not in picture_keys.FORMATS:
        raise Http404
    name = picture_keys.file_name(key, width, extension)
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == quote_etag(name):
        response = HttpResponse(status=304)
    else:
        try:
            response = FileResponse(default_storage.open(name), content_type=f"image/{extension}")
        except FileNotFoundError:
            return _lost(pk, key)
        except Exception:  # a bucket may be away in as many ways as there are kinds of buckets
            logger.exception("The store did not give %s", name)
            return _drawing(pk, key)
    response.headers["ETag"] = quote_etag(name)
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response


def _lost(pk: int, key: str) -> HttpResponse:
    jobs.report_lost(picture_keys.THINGS[key[0]], pk, key)
    return _drawing(pk, key)


def _drawing(pk: int, key: str) -> HttpResponse:
    """The way to the drawing, which knows its version and asks who looks."""
    moved = redirect(DRAWINGS[picture_keys.THINGS[key[0]]], pk, 0)
    patch_cache_control(moved, public=True, max_age=MINUTE)
    return moved


@login_not_required
@require_safe
def title_poster(request: ViewerRequest, title_id: int, version: int) -> HttpResponse:
    titles = Title.objects.visible_to(request.viewer).prefetch_related("genres")
    title = get_object_or_404(titles, pk=title_id)
    genres = sorted(genre.name for genre in title.genres.all())
    facts = (title.name, title.year, title.kind, genres, title.byline)

    def draw() -> str:
        return posters.poster(title.name, year=title.year, kind=title.kind, genres=genres, credit=title.byline)

    return _drawn(request, title, title.poster_url, facts, draw)


@login_not_required
@require_safe
def episode_still(request: ViewerRequest, episode_id: int, version: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.viewer).select_related("title").prefetch_related("title__genres")
    episode = get_object_or_404(episodes, pk=episode_id)
    title, name = episode.title, str(episode)
    genres = sorted(genre.name for genre in title.genres.all())

    def draw() -> str:
        return posters.still(title.name, f"{name} {episode.pk}", genres=genres)

    return _drawn(request, episode, episode.still_url, (title.name, name, episode.pk, genres), draw)


@login_not_required
@require_safe
def person_portrait(request: ViewerRequest, person_id: int, version: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.viewer), pk=person_id)
    return _drawn(request, person, person.portrait_url, (person.name,), lambda: posters.portrait(person.name))


def _drawn(
    request: ViewerRequest,
    row: Title | Episode | Person,
    address: str,
    facts: tuple[object, ...],
    draw: Callable[[], str],
) -> HttpResponse:
    """The drawing of these facts, at its present address; an older address leads there. To look at it is to ask for the
    picture in whose place it stands."""
    if request.path != address:
        moved = redirect(address)
        patch_cache_control(moved, private=True, max_age=MINUTE)
        return moved
    thing = type(row).__name__.lower()
    is_passing = not row.picture and jobs.request_picture(thing, row.pk, now=timezone.now())
    digest = hashlib.sha256(repr((address.split("/")[1], facts)).encode()).hexdigest()[:32]
    if request.headers.get("If-None-Match") == quote_etag(digest):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(cache.get_or_set(f"drawn:{digest}", draw, DRAWN_FOR), content_type="image/svg+xml")
    response.headers["ETag"] = quote_etag(digest)
    if is_passing:
        patch_cache_control(response, private=True, max_age=MINUTE)
    else:
        patch_cache_control(response, private=True, max_age=YEAR, immutable=True)
    return response
