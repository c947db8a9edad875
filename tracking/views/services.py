"""Which services the viewer has."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import ProfileRequest
from catalog import ways
from catalog.locales import country_name
from config import http
from tracking import services
from tracking.forms import ServicesForm


@require_http_methods(["GET", "HEAD", "POST"])
def my_services(request: ProfileRequest) -> HttpResponse:
    """Of those that are offered where the viewer is, which the profile has."""
    region = ways.region_of(request)
    offered = services.of_region(region) if region else []
    mine = services.mine(request.profile)
    form = ServicesForm(request.POST or None, initial={"services": [str(pk) for pk in mine]}, offered=offered)
    if request.method == "POST" and form.is_valid():
        services.choose(request.profile, offered, form.chosen)
        http.toast(request, _("Your services are kept."))
        return redirect(http.back(request, request.path))
    context = {"form": form, "region": country_name(region) if region else "", "offered": offered}
    status = 422 if form.is_bound else 200
    return http.render_part(request, "tracking/my_services.html", context, status=status)
