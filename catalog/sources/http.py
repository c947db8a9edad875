"""JSON over HTTP with manners: time-outs, three tries with back-off, a rate limit, an end to every answer.

The answers of other people's servers are not trusted: whatever comes back is either a JSON document that our database
can hold, or a SourceError.
"""

import email.utils
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import requests
import tenacity

from . import outbound
from .errors import MalformedError, NotFoundError, UnauthorizedError, UnavailableError
from .limits import RateLimit

logger = logging.getLogger(__name__)

TRIES = 3
BACK_OFF = 0.5
"""Seconds before the second try; doubled before the third, each with up to as much again by chance."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes. The longest series has about 16,000 episodes, which is 15 MB."""

LONGEST_ANSWER = 60.0
"""Seconds from the request to the end of its answer; the time-out of the caller is for each silence."""

PATIENCE = 10.0
"""Seconds to wait after a 429 that does not say how long."""

Params = Sequence[tuple[str, str | int]]
Headers = Mapping[str, str]


class _TryAgainError(Exception):
    """A try failed in a way that the next one may not; its cause is what to raise when it was the last."""


@dataclass(frozen=True)
class _Question:
    path: str
    params: Params = ()
    headers: Headers = field(default_factory=dict, repr=False)
    document: Any = field(default=None, repr=False)
    """What is posted, where anything is."""


@dataclass(frozen=True)
class JsonClient:
    """Asks one source. Threads may share it; `stop` calls off whoever waits for a turn."""

    name: str
    base_url: str
    limit: RateLimit
    timeout: float
    is_bulk: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    headers: Callable[[], Headers] | None = field(default=None, repr=False)
    """Such as our key; a source that needs one gets it nowhere else."""

    renew: Callable[[Headers], None] | None = field(default=None, repr=False)
    """Called when the source did not accept these headers: once for each question, which is then asked again."""

    _local: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    def get(self, path: str, params: Params = ()) -> Any:
        """The JSON document at a path such as “/shows/82”. Raises a SourceError that names what was asked."""
        sent = self.headers() if self.headers else {}
        try:
            return self._answer(_Question(path, params, sent))
        except UnauthorizedError:
            if self.renew is None or self.headers is None:
                raise
            self.renew(sent)
            return self._answer(_Question(path, params, self.headers()))

    def post(self, path: str, document: Mapping[str, str]) -> Any:
        """What is answered to a document, which stands in no error and follows no redirect."""
        return self._answer(_Question(path, document=document))

    def _answer(self, question: _Question) -> Any:
        tries = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(TRIES),
            wait=tenacity.wait_exponential_jitter(multiplier=BACK_OFF, max=10 * BACK_OFF, jitter=BACK_OFF),
            retry=tenacity.retry_if_exception_type(_TryAgainError),
            sleep=tenacity.sleep_using_event(self.stop),
            reraise=True,
        )
        try:
            return tries(self._try, question)
        except _TryAgainError as failed:
            logger.warning("%s", failed.__cause__)
            raise failed.__cause__ or failed from None

    def _try(self, question: _Question) -> Any:
        path = question.path
        try:
            with self.limit.turn(bulk=self.is_bulk, stop=self.stop):
                status, headers, body = self._fetch(question)
            return self._read(path, status, headers, body)
        except (requests.RequestException, OSError) as error:
            raise _TryAgainError from UnavailableError(f"{self.name} did not answer {path}: {reason(error)}.")
        except MalformedError as error:
            raise _TryAgainError from error

    def _fetch(self, question: _Question) -> tuple[int, Headers, bytes]:
        started = time.monotonic()
        body = bytearray()
        with self._session().request(
            "GET" if question.document is None else "POST",
            self.base_url + question.path,
            params=list(question.params),
            headers=dict(question.headers),
            json=question.document,
            timeout=self.timeout,
            stream=True,
            allow_redirects=question.document is None,
        ) as response:
            for chunk in outbound.chunks(response):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    most = LARGEST_ANSWER >> 20
                    raise MalformedError(f"{self.name} answered {question.path} with more than {most} MB.")
                if time.monotonic() - started > LONGEST_ANSWER:
                    raise requests.Timeout(f"not at its end after {LONGEST_ANSWER:.0f} seconds")
            return response.status_code, response.headers, bytes(body)

    def _read(self, path: str, status: int, headers: Headers, body: bytes) -> Any:
        if status == 200:
            return self._document(path, body)
        if status == 401:
            raise UnauthorizedError(f"{self.name} did not answer {path}: it does not accept our key.")
        if status in (404, 410):
            raise NotFoundError(f"{self.name} knows no {path}.")
        if status == 429:
            self.limit.pause(_patience(headers.get("Retry-After", "")))
        error = UnavailableError(f"{self.name} answered {path} with status {status}.")
        if status == 429 or status >= 500:
            raise _TryAgainError from error
        raise error

    def _document(self, path: str, body: bytes) -> Any:
        if not body.strip():
            raise MalformedError(f"{self.name} answered {path} with nothing.")
        try:
            return parse(body)
        except (ValueError, RecursionError) as error:
            raise MalformedError(f"{self.name} answered {path} with something that is not JSON: {error}.") from error

    def _session(self) -> requests.Session:
        """One for each thread: requests makes no promise about sharing them."""
        if not hasattr(self._local, "session"):
            self._local.session = outbound.Session(accept="application/json")
        session: requests.Session = self._local.session
        return session


def parse(body: bytes) -> Any:
    """A JSON document that PostgreSQL can keep: no NaN, no endless numbers, no NUL, no half of a character pair."""
    text = body.decode("utf-8-sig")
    document = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    return _clean(document) if "\\u0000" in text or "\\ud" in text.lower() or "\0" in text else document


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:20]} is too large")
    return number


def _clean(node: Any) -> Any:
    if isinstance(node, str):
        return node.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(node, list):
        return [_clean(item) for item in node]
    if isinstance(node, dict):
        return {_clean(key): _clean(value) for key, value in node.items()}
    return node


def _patience(retry_after: str) -> float:
    """Seconds, from a Retry-After header: a number, or a date (RFC 9110, section 10.2.3)."""
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return PATIENCE
    return until.replace(tzinfo=until.tzinfo or UTC).timestamp() - time.time()


def reason(error: Exception) -> str:
    """Why an answer was lost, as the end of a sentence."""
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "its answer was cut short"
    if isinstance(error, requests.ConnectionError):
        return "the connection was refused or broken"
    return type(error).__name__
