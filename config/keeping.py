"""What is dear to work out and cheap to lose is kept in Redis for a while; without Redis it is worked out each time."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from redis import RedisError

logger = logging.getLogger(__name__)

T = TypeVar("T")


def kept(key: str, make: Callable[[], T], *, seconds: int) -> T:
    """What was made under this key, be it by another process; never None."""
    try:
        found: T | None = cache.get(key)
        if found is None:
            found = make()
            cache.set(key, found, seconds)
        return found
    except RedisError:
        logger.warning("Nothing can be kept: Redis is gone")
        return make()
