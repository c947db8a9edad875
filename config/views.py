"""Pages of the house itself: the theme, the operator's probes, and what is shown when something is wrong."""

import sys

import psycopg
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from config import http

YEAR = 60 * 60 * 24 * 365
PROBE_SECONDS = 2
OUT_OF_REACH = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie, so that the first paint of every page is right."""
    chosen = request.POST.get("theme", "")
    htmx = getattr(request, "htmx", None)
    response = HttpResponse(status=204) if htmx else redirect(http.back(request, reverse("home")))
    if chosen in http.THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: 200, or 503 naming what cannot be reached."""
    answers = {"postgresql": _postgresql_answers(), "redis": _redis_answers()}
    ready = all(answers.values())
    said = {name: "ok" if answers[name] else "unreachable" for name in answers}
    return JsonResponse({"ready": ready, **said}, status=200 if ready else 503)


def _postgresql_answers() -> bool:
    # A connection of its own: the one of the thread may have waited longer than a probe may take.
    bounds = {"connect_timeout": PROBE_SECONDS, "options": f"-c statement_timeout={PROBE_SECONDS}s"}
    try:
        with psycopg.connect(**{**connection.get_connection_params(), **bounds}) as probe:
            probe.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _redis_answers() -> bool:
    once = Retry(NoBackoff(), 0)
    wait = {"socket_connect_timeout": PROBE_SECONDS, "socket_timeout": PROBE_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, retry=once, **wait) as probe:
            return bool(probe.ping())
    except RedisError:
        return False


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or 503 when the database or Redis is away: both pages need neither of them."""
    if not isinstance(sys.exc_info()[1], OUT_OF_REACH):
        return _plain(request, "500.html", 500)
    response = _plain(request, "503.html", 503)
    response["Retry-After"] = "30"
    return response


def _plain(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page without session, profile or query, which can be shown whatever is broken."""
    return HttpResponse(render_to_string(template, {"theme": request.COOKIES.get("theme")}), status=status)
