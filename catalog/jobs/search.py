"""The search index, kept in line with the catalogue."""

from contextlib import suppress

from django_rq import job
from redis import RedisError

from catalog import search

from .asking import AGAIN

SEARCH_AT_ONCE = 1000


@job("default", timeout=300, retry=AGAIN)
def update_search() -> None:
    """Bring the search index in line with what changed just now."""
    search.apply_changes(limit=SEARCH_AT_ONCE)


@job("default", timeout=300, retry=AGAIN)
def sweep_search() -> None:
    """The same for all that is left, in case a hint was lost."""
    while search.apply_changes(limit=SEARCH_AT_ONCE):
        pass


def hint_search() -> None:
    """Ask for `update_search`; a lost hint only makes it later."""
    with suppress(RedisError):
        update_search.delay()
