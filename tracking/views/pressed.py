"""What every press has in common: its key, and the toast that takes it back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import trigger_client_event

from accounts.requests import ProfileRequest
from config import http
from tracking.models import LogChange


def key_of(request: ProfileRequest) -> str:
    """The key of the form that was pressed; one without it counts as new."""
    return request.POST.get("key", "")[:60].replace("\0", "") or http.new_key()


def offer_undo(request: ProfileRequest, change: LogChange, text: str) -> None:
    http.toast(request, text, undo=reverse("tracking:undo", args=[change.pk]))


def number(text: str) -> int:
    """An id as it was sent; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def numbers(request: ProfileRequest, name: str) -> list[int]:
    """The ids that were ticked; what is none is left out."""
    return [pk for text in request.POST.getlist(name) if (pk := number(text))]


def log_rewritten(request: ProfileRequest, default: str) -> HttpResponse:
    """Where more than the pressed button changed: htmx gets the toasts, and what listens with
    `hx-trigger="log-rewritten from:body"` fetches itself again; without htmx the page it was, else `default`."""
    if not request.htmx:
        return redirect(http.back(request, default))
    return trigger_client_event(http.log_changed(http.only_toasts(request)), "log-rewritten", after="settle")
