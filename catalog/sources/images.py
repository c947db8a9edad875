"""Pictures on other people's servers: so many bytes, of which nothing is believed yet."""

import time
from urllib.parse import urlsplit

import requests
from django.conf import settings

from catalog import live

from . import http, outbound
from .errors import ForbiddenError, MalformedError, NotFoundError, UnavailableError

ACCEPT = "image/avif,image/webp,image/jpeg,image/png,image/gif"
LARGEST = 10 * 1024 * 1024
LONGEST = 30.0
"""Bytes of a file, and seconds from the request to its end."""

SILENCE = 60
"""Seconds for which a server that did not answer is not asked again: a wall has forty pictures, and each would wait."""


def fetch(url: str) -> bytes:
    """What lies at this address.

    Raises ForbiddenError where the server may not go, MalformedError for what is too long, NotFoundError, or
    UnavailableError when it makes sense to ask again.
    """
    try:
        silent = f"silent:{urlsplit(url).netloc}"
        if live.redis().exists(silent):
            raise UnavailableError("Its server did not answer a moment ago.")
        with outbound.Session(accept=ACCEPT) as session:
            return _read(session, url)
    except ValueError as error:  # as all are that requests and urllib raise at addresses
        raise ForbiddenError("It leads to something that is no address of the web.") from error
    except (requests.RequestException, OSError) as error:
        live.redis().set(silent, "1", ex=SILENCE)
        raise UnavailableError(f"There was no answer: {http.reason(error)}.") from error


def _read(session: requests.Session, url: str) -> bytes:
    started = time.monotonic()
    body = bytearray()
    with session.get(url, timeout=settings.SOURCE_TIMEOUT, stream=True) as response:
        if response.status_code in (404, 410):
            raise NotFoundError("There is no such picture any more.")
        if response.status_code != 200:
            raise UnavailableError(f"The answer had status {response.status_code}.")
        for chunk in outbound.chunks(response):
            body += chunk
            if len(body) > LARGEST:
                raise MalformedError(f"It has more than {LARGEST >> 20} MB.")
            if time.monotonic() - started > LONGEST:
                raise requests.Timeout(f"not at its end after {LONGEST:.0f} seconds")
    return bytes(body)
