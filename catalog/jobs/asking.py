"""What keeps many who look at one thing from asking for it as often, and how failed work is tried again."""

import logging
from datetime import timedelta

from redis import RedisError
from rq import Retry

from catalog import live

logger = logging.getLogger(__name__)

AGAIN = Retry(max=3, interval=[30, 120, 600])
AT_MOST_EVERY = timedelta(minutes=1)
"""One thing is asked for at most so often, however many look at its page."""


def is_first(what: str, *, every: timedelta = AT_MOST_EVERY) -> bool:
    """Whether nobody asked lately. Without Redis nobody can be asked either."""
    try:
        return bool(live.redis().set(f"asked:{what}", "1", nx=True, ex=every))
    except RedisError:
        logger.warning("Nothing can be asked for: Redis is gone")
        return False
