"""TheTVDB (https://thetvdb.github.io/v4-api/): series, films and people. It needs a key.

`client` asks, `login` has the key turned into a token, `reading`, `episodes` and `credited` make facts of the answers,
`updates` reads what changed.
"""

from typing import Any

from django.conf import settings

from catalog.sources.facts import TitleFacts
from catalog.sources.provider import Provider

from .client import LIMIT, TheTVDB, connect
from .reading import read_whole_title
from .updates import Update, UpdatesPage
from .words import FEEDS, NAME, SOURCE

__all__ = ["FEEDS", "NAME", "PROVIDER", "SOURCE", "TheTVDB", "Update", "UpdatesPage", "connect"]

ADVICE = (
    "Make an account at https://thetvdb.com, ask for a key at https://thetvdb.com/dashboard/account/apikey and set "
    "TVDB_API_KEY to it. To a key of the kind that users pay for belongs the PIN of a subscriber, in TVDB_PIN."
)


def read_stored(kind: str, answer: dict[str, Any]) -> TitleFacts:
    """What a stored answer says. Raises UnusableError when it says no name."""
    return read_whole_title(kind, answer)


PROVIDER = Provider(
    source=SOURCE,
    name=NAME,
    kinds=frozenset({"series", "movie"}),
    calls_per_title=3,  # the series, its episodes, and some have a second order or are not in English
    limit=lambda: LIMIT,
    connect=connect,
    read_stored=read_stored,
    is_configured=lambda: bool(settings.TVDB_API_KEY),
    advice=ADVICE,
    find=TheTVDB.find,
)
