"""What is answered before anybody asks who is asking."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

PICTURES = "/pictures/"


class StoredPicturesMiddleware:
    """Stored pictures are the same for everybody: without session and profile they cost no query, and caches between
    us and the viewer may keep them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PICTURES):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        return match.func(request, *match.args, **match.kwargs)
