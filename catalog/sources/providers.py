"""The sources that can be asked, and the rank of what each of them says."""

from . import tvmaze
from .provider import Provider

ALL: tuple[Provider, ...] = (tvmaze.PROVIDER,)

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


def outranks(kind: str, one: str, other: str) -> bool:
    """Whether the first source's word on such a thing counts more than the other's."""
    ranks = RANKS[kind]
    return one in ranks and (other not in ranks or ranks.index(one) < ranks.index(other))
