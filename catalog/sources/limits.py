"""One rate limit for a source, kept by all processes together through Redis.

The window slides: at no moment have more than `calls` calls arrived at the source within `seconds`. A call holds its
place from the moment it is let go until `seconds` after it came back, for nobody knows when in between it arrived.
What a killed process held is free again after `LONGEST_CALL`.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from redis import Redis, RedisError

from .errors import StoppedError, UnavailableError

LONGEST_CALL = 180.0
LONGEST_PAUSE = 300.0
"""Seconds; a source that asks for more patience is asked again after this."""

SHORTEST_NAP, LONGEST_NAP = 0.02, 1.0

# Places are scored with the moment until which they are in use (microseconds of Redis' own clock). Answers 0: go;
# else the microseconds after which asking again makes sense.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause * 1000 end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / 1000))
  return 0
end
return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] - now
"""
_GIVE_BACK = """
local clock = redis.call('TIME')
redis.call('ZADD', KEYS[1], 'XX', clock[1] * 1000000 + clock[2] + ARGV[1], ARGV[2])
return 0
"""


@dataclass(frozen=True)
class RateLimit:
    """At most `calls` in any `seconds`. Bulk work leaves `reserved` of them to whoever waits at a page."""

    name: str
    calls: int
    seconds: float
    redis: Callable[[], Redis]
    reserved: int = 0

    @contextmanager
    def turn(self, *, bulk: bool = False, stop: threading.Event | None = None) -> Iterator[None]:
        """Wait for a place and hold it. Raises StoppedError when `stop` is set, UnavailableError when Redis is gone."""
        place = secrets.token_hex(8)
        stop = stop or threading.Event()
        nap = 0.0
        while True:
            if stop.wait(nap):
                raise StoppedError("The work was called off.")
            wait = self._take(place, self.calls - self.reserved * bulk)
            if not wait:
                break
            nap = min(max(wait, SHORTEST_NAP), LONGEST_NAP)
        try:
            yield
        finally:
            self._give_back(place)

    def pause(self, seconds: float) -> None:
        """The source asked for patience: nobody calls it for so long, at most LONGEST_PAUSE."""
        milliseconds = int(min(max(seconds, 1.0), LONGEST_PAUSE) * 1000)
        self._ask(lambda redis: redis.set(self._pause_key, "1", px=milliseconds))

    def _take(self, place: str, calls: int) -> float:
        held = int((LONGEST_CALL + self.seconds) * 1_000_000)
        wait = self._ask(lambda redis: redis.eval(_TAKE, 2, self._key, self._pause_key, calls, held, place))
        return float(wait) / 1_000_000

    def _give_back(self, place: str) -> None:
        used = int(self.seconds * 1_000_000)
        self._ask(lambda redis: redis.eval(_GIVE_BACK, 1, self._key, used, place))

    def _ask(self, question: Callable[[Redis], Any]) -> Any:
        try:
            return question(self.redis())
        except RedisError as error:
            raise UnavailableError(f"{self.name} was not asked: Redis, which keeps its rate limit, is gone.") from error

    @property
    def _key(self) -> str:
        return f"limit:{self.name}"

    @property
    def _pause_key(self) -> str:
        return f"limit:{self.name}:pause"
