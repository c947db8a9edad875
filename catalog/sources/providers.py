"""The sources that can be asked, and the rank of what each of them says."""

import threading

from . import tmdb, tvdb, tvmaze
from .errors import UnavailableError
from .provider import Client, Provider

ALL: tuple[Provider, ...] = (tvmaze.PROVIDER, tvdb.PROVIDER, tmdb.PROVIDER)

RANKS = {
    "series": ("tvmaze", "tvdb", "tmdb"),
    "movie": ("tmdb", "tvdb"),
    "person": ("tvmaze", "tmdb", "tvdb"),
}
"""By kind, the sources whose word counts most first; any other counts less than all of these."""


def configured() -> list[Provider]:
    return [provider for provider in ALL if provider.is_configured()]


def of(source: str) -> Provider | None:
    """The provider behind a source, if it can be asked."""
    return next((provider for provider in configured() if provider.source == source), None)


def connect(source: str, *, stop: threading.Event) -> Client:
    """For bulk work, which `stop` calls off. Raises UnavailableError, with what to do, where the source has no key."""
    provider = next(provider for provider in ALL if provider.source == source)
    if not provider.is_configured():
        raise UnavailableError(f"{provider.name} cannot be asked yet. {provider.advice}")
    return provider.connect(is_bulk=True, stop=stop)


def outranks(kind: str, one: str, other: str) -> bool:
    """Whether the first source's word on such a thing counts more than the other's."""
    ranks = RANKS[kind]
    return one in ranks and (other not in ranks or ranks.index(one) < ranks.index(other))
