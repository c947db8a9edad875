from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import ProfileRequest
from config import http

from .forms import ProfileForm
from .middleware import SESSION_KEY
from .models import Profile


@require_safe
def profile_list(request: ProfileRequest) -> HttpResponse:
    profiles = Profile.objects.of(request.user).in_order()
    return render(request, "accounts/profile_list.html", {"profiles": profiles})


@require_http_methods(["GET", "HEAD", "POST"])
def profile_add(request: ProfileRequest) -> HttpResponse:
    profile = Profile(household=request.user.household, time_zone=request.profile.time_zone)
    return _profile_form(request, profile)


@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: ProfileRequest, profile_id: int) -> HttpResponse:
    profile = get_object_or_404(Profile.objects.of(request.user), pk=profile_id)
    return _profile_form(request, profile)


def _profile_form(request: HttpRequest, profile: Profile) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=profile)
    if form.is_valid():
        form.save()
        http.toast(request, _("%(name)s is saved.") % {"name": profile.name})
        return redirect("accounts:profile_list")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile_form.html", {"form": form, "profile": profile}, status=status)


@require_POST
def profile_switch(request: ProfileRequest, profile_id: int) -> HttpResponse:
    profile = get_object_or_404(Profile.objects.of(request.user), pk=profile_id)
    request.session[SESSION_KEY] = profile.pk
    return redirect("home")
