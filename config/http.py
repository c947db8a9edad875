"""What every page shares: the page or its part, toasts, ways back, and what base.html is told."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event
from django_htmx.middleware import HtmxDetails

from config.paths import path_to

THEMES = ("system", "light", "dark")

# -- pages and their parts ---------------------------------------------------------------------------------------------


def render_part(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, or only the part of it that htmx is replacing: the partial whose name is the id of the target.

    A template without such a partial is answered whole. Waiting toasts ride along with a part.
    """
    response = _part(request, template, context, status) or render(request, template, context, status=status)
    add_toasts(request, response)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _part(request: HttpRequest, template: str, context: dict[str, Any] | None, status: int) -> HttpResponse | None:
    htmx = _htmx(request)
    if htmx is None or htmx.history_restore_request or not htmx.target:
        return None
    part = f"{template}#{htmx.target}"
    try:
        return render(request, part, context, status=status)
    except TemplateDoesNotExist as missing:
        if str(missing) != part:
            raise
    return None


def _htmx(request: HttpRequest) -> HtmxDetails | None:
    """What htmx said of its request; None when the browser itself asks for a page."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx if htmx and not htmx.boosted else None


# -- toasts ------------------------------------------------------------------------------------------------------------


def toast(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say what was done, on this answer or on the page that follows; `undo` is a path that takes a POST."""
    messages.success(request, text, extra_tags=undo)


def add_toasts(request: HttpRequest, response: HttpResponse) -> None:
    """Append the toasts that wait to a fragment, as its one out-of-band swap; a page has shown them itself."""
    htmx, waiting = _htmx(request), messages.get_messages(request)
    if htmx is None or not waiting or getattr(waiting, "used", False):
        return
    context = {"out_of_band": True, "next": htmx.current_url_abs_path}
    response.content += render_to_string("components/toasts.html", context, request).encode()


def only_toasts(request: HttpRequest) -> HttpResponse:
    """An answer that changes nothing but the toasts."""
    response = HttpResponse()
    add_toasts(request, response)
    return response


def log_changed(response: HttpResponse) -> HttpResponse:
    """Tell what listens with `hx-trigger="log-changed from:body"` to fetch itself again."""
    return trigger_client_event(response, "log-changed", after="settle")


# -- ways back ---------------------------------------------------------------------------------------------------------


def back(request: HttpRequest, default: str) -> str:
    """Where a form asked to return to in its `next` field, if that is a path here; otherwise `default`."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked.startswith("/") else default


def new_key() -> str:
    """For a form that changes the log: the same key sent twice is one change."""
    return secrets.token_urlsafe(12)


class HtmxRedirectMiddleware:
    """Answers htmx with HX-Redirect instead of a redirect, so that no page is ever painted into a fragment.

    Somebody whose session has ended returns, after signing in, to the page they were on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx = _htmx(request)
        if htmx is None or not 300 < response.status_code < 309 or "Location" not in response:
            return response
        answer = HttpResponseClientRedirect(_landing(htmx, response["Location"]))
        answer.cookies = response.cookies
        return answer


def _landing(htmx: HtmxDetails, location: str) -> str:
    login = resolve_url(settings.LOGIN_URL)
    if urlsplit(location).path != login or not htmx.current_url_abs_path:
        return location
    return f"{login}?{urlencode({'next': htmx.current_url_abs_path})}"


class InvalidFormMiddleware:
    """Answers 422 where allauth, whose views are classes, would answer 200 to a form with errors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response


# -- what base.html is told --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """A door in the bar and in the dock."""

    label: str | Promise
    view: str
    icon: str
    holds: frozenset[str]
    """The names of the views inside, with `view` itself."""

    @property
    def url(self) -> str:
        return path_to(self.view)


FILMS = Section(_("Films"), "catalog:movie_list", "film", frozenset({"catalog:movie_list", "catalog:movie_detail"}))
SERIES = Section(
    _("Series"),
    "catalog:series_list",
    "series",
    frozenset(
        f"catalog:{name}"
        for name in ("series_list", "series_detail", "season_detail", "episode_at", "episode_detail", "network_detail")
    ),
)
COLLECTIONS = Section(
    _("Collections"),
    "catalog:collection_list",
    "library",
    frozenset({"catalog:collection_list", "catalog:collection_detail"}),
)
HOME = Section(_("Home"), "home", "home", frozenset({"home", "tracking:for_you"}))
DIARY = Section(
    _("Diary"),
    "tracking:log",
    "diary",
    frozenset(f"tracking:{name}" for name in ("log", "watch_add", "watch_edit", "calendar", "stats", "stats_year")),
)
LIBRARY = Section(
    _("Library"),
    "tracking:library",
    "library",
    frozenset({"tracking:library", "tracking:up_next", "tracking:list_list"}),
)
SEARCH = Section(_("Search"), "catalog:search", "search", frozenset({"catalog:search"}))
SIGN_IN = Section(_("Sign in"), "account_login", "face", frozenset({"account_login", "account_signup"}))


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Theme, profile and doors. Runs no query: the profile came with the request."""
    profile = getattr(request, "profile", None)
    asked = request.COOKIES.get("theme")
    match = request.resolver_match
    return {
        "theme": asked if asked in THEMES else "system",
        "viewer": getattr(request, "viewer", None),
        "profile": profile,
        "doors": [HOME, FILMS, SERIES, COLLECTIONS, DIARY, LIBRARY] if profile else [FILMS, SERIES, COLLECTIONS],
        "dock": [HOME, FILMS, SERIES, DIARY, LIBRARY] if profile else [HOME, FILMS, SERIES, SEARCH, SIGN_IN],
        "here": match.view_name if match else "",
    }
