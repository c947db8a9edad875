"""The requests that pages receive, as the middleware leaves them: for annotations only."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import Profile, User
from .viewers import Viewer


class ViewerRequest(HttpRequest):
    """Anyone's request; `profile` is None for those who are not signed in."""

    htmx: HtmxDetails
    viewer: Viewer
    profile: Profile | None


class ProfileRequest(ViewerRequest):
    """A signed-in request: behind LoginRequiredMiddleware there is always a user and a profile."""

    user: User
    profile: Profile
