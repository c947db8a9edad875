"""The search index, kept in line with the catalogue, and what lies beyond it at the sources."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django_rq import job
from redis import RedisError
from rq.timeouts import JobTimeoutException

from accounts.models import Profile
from catalog import further, search
from catalog.sources import providers
from catalog.sources.errors import SourceError

from .asking import AGAIN, is_first

logger = logging.getLogger(__name__)

SEARCH_AT_ONCE = 1000

BREATH = timedelta(seconds=5)
"""Between two names for which one profile has the sources asked."""


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


@job("high", timeout=25)
def search_source(source: str, words: str) -> None:
    """Ask one source for titles of a name. It is not tried again: nobody waits any more by then."""
    provider = providers.of(source)
    if provider is None:
        return
    try:
        titles = provider.connect(is_bulk=False).search(words)
    except (SourceError, JobTimeoutException) as error:
        logger.warning("Search for %r at %s: %s", words, provider.name, error)
        further.keep_failure(source, words)
    else:
        further.keep(source, words, titles)


def request_search(profile: Profile, words: str, *, now: datetime) -> bool:
    """Have the sources asked that did not answer for these words lately, each at most once a minute.

    False, and nothing is asked, when the profile asked for others only a moment ago.
    """
    unanswered = further.unanswered(words)
    if unanswered and not is_first(f"further:{profile.pk}", every=BREATH):
        return False
    further.note_asked(profile, words, at=now)
    for provider in unanswered:
        if is_first(f"further:{provider.source}:{further.digest(words)}"):
            further.forget_failure(provider.source, words)
            search_source.delay(provider.source, words)
    return True
