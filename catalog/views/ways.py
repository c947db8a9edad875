"""Where the viewer is, as far as ways to watch go: kept by the browser, since it is the device that travels."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from catalog.locales import is_country
from config import http

COOKIE = "region"
YEAR = 60 * 60 * 24 * 365


def region_of(request: HttpRequest) -> str:
    """The region that was chosen, else the one of the installation; empty where neither is known."""
    chosen = request.COOKIES.get(COOKIE, "") or settings.RATING_COUNTRY
    return chosen if is_country(chosen) else ""


@login_not_required
@require_POST
def choose_region(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("region", "")
    if getattr(request, "htmx", None):
        response = trigger_client_event(HttpResponse(status=204), "region-changed")
    else:
        response = redirect(http.back(request, reverse("home")))
    if is_country(chosen):
        response.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response
