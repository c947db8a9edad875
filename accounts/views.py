from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from redis import RedisError

from accounts.requests import ProfileRequest
from config import http
from config.sessions import SessionStore

from . import leaving
from .forms import LeavingForm, ProfileForm
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


def password_first(view: Callable[[ProfileRequest], HttpResponse]) -> Callable[[ProfileRequest], HttpResponse]:
    """Ask for the password before the page. A form that was sent too late comes back as the page: allauth would resume
    it without what our middleware adds."""
    guarded = reauthentication_required(view)

    @wraps(view)
    def ask(request: ProfileRequest) -> HttpResponse:
        try:
            response: HttpResponse = guarded(request)
        except ReauthenticationRequired:
            if request.method == "POST":
                return redirect(request.path)
            raise
        return response

    return ask


@require_http_methods(["GET", "HEAD", "POST"])
@password_first
def account_delete(request: ProfileRequest) -> HttpResponse:
    """Say what goes and what stays, and offer to take the log along first; then delete all of it."""
    form = LeavingForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            leaving.leave(request.user, request.profile, at=timezone.now())
        except leaving.LastAdminError as refused:
            form.add_error(None, str(refused))
        else:
            _sign_out(request)
            http.toast(request, _("Your account is deleted, and everything that belonged to it."))
            return redirect("home")
    context = {"form": form, "plan": leaving.plan(request.user, request.profile)}
    return render(request, "accounts/account_delete.html", context, status=422 if form.is_bound else 200)


def _sign_out(request: HttpRequest) -> None:
    """Also where Redis is away, which holds the session: one of nobody signs nobody in, and a sweep deletes it."""
    try:
        logout(request)
    except RedisError:
        request.session, request.user = SessionStore(), AnonymousUser()
