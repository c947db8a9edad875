"""Who is watching: sets `request.profile` and `request.viewer`, and the profile's time zone and language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from .models import Profile
from .viewers import anonymous

SESSION_KEY = "profile"
PROBES = ("/healthz", "/readyz")
"""They must answer also when session and database are away."""


def active_profile(request: HttpRequest) -> Profile | None:
    """The profile chosen in this session, else the household's first; None when signed out."""
    if not request.user.is_authenticated:
        return None
    profiles = Profile.objects.of(request.user).in_order()
    chosen = request.session.get(SESSION_KEY)
    return (profiles.filter(pk=chosen).first() if chosen else None) or profiles.first()


class ProfileMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        profile = None if request.path in PROBES else active_profile(request)
        request.profile = profile  # type: ignore[attr-defined]
        request.viewer = profile or anonymous()  # type: ignore[attr-defined]
        if profile is None:
            return self.get_response(request)
        with timezone.override(profile.zone), translation.override(profile.language):
            return self.get_response(request)
