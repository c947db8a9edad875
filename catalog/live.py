"""The Redis that all processes share, for what must be quick and may be lost: rate limits and progress."""

from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWERS_WITHIN = 5.0
"""Seconds after which Redis counts as gone."""


def redis() -> Redis:
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _client(url: str) -> Redis:
    """One for each address: safe between threads and across a fork."""
    return Redis.from_url(
        url,
        socket_timeout=ANSWERS_WITHIN,
        socket_connect_timeout=ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )
