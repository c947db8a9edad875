"""The log-in: a key, with a PIN where a subscriber owns it, becomes a token that is good for about a month.

The token is in Redis, so that all processes log in once. A key that was refused is not sent again for a while.
"""

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from redis import RedisError
from redis.exceptions import LockError

from catalog import live
from catalog.sources.errors import MalformedError, UnauthorizedError, UnavailableError
from catalog.sources.http import Headers, JsonClient

from .words import NAME

DAY = 24 * 60 * 60
GOOD_FOR = 28 * DAY
"""Seconds, of a token that does not say until when it is good; TheTVDB promises a month."""

EARLIER = 60 * 60
"""So many seconds before its end a token is not used any more."""

REFUSED_FOR = 300
LONGEST_LOGIN = 60
"""Seconds after which whoever logs in counts as dead."""

REFUSED = f"{NAME} does not accept the key in TVDB_API_KEY, or the PIN in TVDB_PIN that belongs to it."
_TOKEN = re.compile(r"[\w.~+/=-]{1,8192}", re.ASCII)


@dataclass(frozen=True)
class Login:
    client: JsonClient
    """Without these headers."""

    key: str = field(repr=False)
    pin: str = field(repr=False)

    def headers(self) -> Headers:
        return {"Authorization": f"Bearer {self._token(stale='')}"}

    def renew(self, refused: Headers) -> None:
        """Log in again, unless somebody has done so since these headers were made."""
        self._token(stale=refused["Authorization"].removeprefix("Bearer "))

    def _token(self, *, stale: str) -> str:
        """Any but the stale one."""
        with self._redis() as redis:
            if (kept := redis.get(self._place)) and kept != stale:
                return str(kept)
            with self._turn(redis):
                if (kept := redis.get(self._place)) and kept != stale:
                    return str(kept)
                return self._log_in(redis)

    def _log_in(self, redis: Any) -> str:
        if redis.exists(f"{self._place}:refused"):
            raise UnauthorizedError(REFUSED)
        try:
            answer = self.client.post("/login", {"apikey": self.key} | ({"pin": self.pin} if self.pin else {}))
        except UnauthorizedError:
            redis.set(f"{self._place}:refused", "1", ex=REFUSED_FOR)
            raise UnauthorizedError(REFUSED) from None
        token = _read(answer)
        redis.set(self._place, token, ex=_good_for(token, now=time.time()))
        return token

    @contextmanager
    def _turn(self, redis: Any) -> Iterator[None]:
        lock = redis.lock(f"{self._place}:lock", timeout=LONGEST_LOGIN, blocking_timeout=LONGEST_LOGIN)
        if not lock.acquire():
            raise UnavailableError(f"{NAME} was not asked: another process has been logging in for too long.")
        try:
            yield
        finally:
            with suppress(LockError):
                lock.release()

    @contextmanager
    def _redis(self) -> Iterator[Any]:
        try:
            yield live.redis()
        except RedisError as error:
            raise UnavailableError(f"{NAME} was not asked: Redis, which keeps its token, is gone.") from error

    @property
    def _place(self) -> str:
        """Another one for another key, so that a new key is used at once."""
        owner = hashlib.sha256("\n".join((self.client.base_url, self.key, self.pin)).encode()).hexdigest()
        return f"tvdb:token:{owner[:16]}"


def _read(answer: Any) -> str:
    data = answer.get("data") if isinstance(answer, dict) else None
    token = data.get("token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise MalformedError(f"{NAME} answered the log-in with something that holds no token.")
    return token


def _good_for(token: str, *, now: float) -> int:
    """Seconds, as the token itself says (RFC 7519, section 4.1.4) where it does, and not longer than we believe."""
    try:
        payload = token.split(".")[1]
        ends = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"]
        return max(1, min(int(ends - now) - EARLIER, GOOD_FOR))
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return GOOD_FOR
