"""Where the viewer is, as far as ways to watch go: kept by the browser, since it is the device that travels."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.requests import ViewerRequest
from catalog.locales import is_country
from catalog.ways import REGION_COOKIE
from config import http

YEAR = 60 * 60 * 24 * 365


@login_not_required
@require_POST
def choose_region(request: ViewerRequest) -> HttpResponse:
    """For this browser; and for the profile, where that says where it is, since then the browser is not asked."""
    chosen = request.POST.get("region", "")
    if request.htmx:
        response = trigger_client_event(HttpResponse(status=204), "region-changed")
    else:
        response = redirect(http.back(request, reverse("home")))
    if is_country(chosen):
        if request.profile and request.profile.region:
            request.profile.region = chosen
            request.profile.save(update_fields=["region"])
        response.set_cookie(REGION_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response
