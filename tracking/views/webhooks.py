"""Where players tell what they play: no session, the token in the address is all they have."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tracking import jobs
from tracking.models import Play
from tracking.players import connecting, programs, scrobbling

MOST_BYTES = 1024 * 1024
"""Plex sends a small picture with every message."""

FORM_FIELDS = ("payload", "data")
"""Of Plex, and of older Embys."""


class NonsenseError(ValueError):
    """The message is not one of this kind."""


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest, program: str, token: str) -> JsonResponse:
    """One message of a player. Whatever it says, the answer is short; what was not recognised is looked for later."""
    now = timezone.now()
    player = connecting.find(program, token, at=now)
    if player is None:
        return _refused("There is nothing at this address.", 404)
    if not connecting.may_tell(player, at=now):
        return _refused("Too many messages: wait a minute.", 429)
    if _length(request) > MOST_BYTES:
        return _refused("The message is too large.", 413)
    try:
        said = programs.read(program, _payload(request))
    except NonsenseError:
        return _refused("The message cannot be read.", 400)
    if said is None:
        return JsonResponse({"outcome": "ignored", "reason": "Nothing about a film or an episode that is played."})
    with timezone.override(player.profile.zone), translation.override(player.profile.language):
        verdict = scrobbling.tell(player, said, now=now)
    if verdict.play and verdict.outcome == Play.Outcome.UNKNOWN:
        jobs.ask_for_play(verdict.play)
    return JsonResponse({"outcome": verdict.outcome, "reason": verdict.reason})


def _refused(reason: str, status: int) -> JsonResponse:
    return JsonResponse({"error": reason}, status=status)


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else MOST_BYTES + 1


def _payload(request: HttpRequest) -> Mapping[str, Any]:
    """The message: the body itself, whatever type it says it is of, or a field of a form."""
    try:
        text = _field(request) if request.content_type == "multipart/form-data" else request.body.decode()
        if text.startswith(tuple(f"{name}=" for name in FORM_FIELDS)):
            text = next(iter(parse_qs(text).values()))[0]
        payload = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError, OSError, StopIteration, MultiPartParserError, SuspiciousOperation) as error:
        raise NonsenseError from error
    if not isinstance(payload, dict):
        raise NonsenseError
    return payload


def _field(request: HttpRequest) -> str:
    return next(request.POST[name] for name in FORM_FIELDS if name in request.POST)


def _refuse(word: str) -> Any:
    """JSON has no NaN and no Infinity."""
    raise ValueError(word)
