"""TheTVDB's words and numbers, and ours for them. Its own lists are fixed: it advises to look them up once a week."""

import re
from functools import lru_cache

from babel.core import get_global

from catalog.locales import is_country, is_language

SOURCE = "tvdb"
NAME = "TheTVDB"
ENGLISH = "eng"
ARTWORKS = "https://artworks.thetvdb.com"
NO_PICTURE = "/images/missing/"

STATUSES = {
    "series": {"continuing": "running", "ended": "ended", "upcoming": "planned"},
    "movie": {
        "announced": "planned",
        "pre-production": "planned",
        "filming / post-production": "planned",
        "completed": "planned",
        "released": "released",
    },
}
POSTERS = {"series": 2, "movie": 14}
"""Of /artwork/types."""

GENDERS = {1: "male", 2: "female", 3: "other"}
CAST = ("actor", "host", "musical guest", "guest star")
"""Of /people/types, those who are seen, in this order; the others are the crew."""

THEMSELVES = ("host", "musical guest")

ELSEWHERE = {
    "imdb": ("imdb", re.compile(r"(?:tt|nm)[0-9]{5,10}")),
    "themoviedb.com": ("tmdb", re.compile(r"[1-9][0-9]{0,8}")),
    "tv maze": ("tvmaze", re.compile(r"[1-9][0-9]{0,8}")),
    "wikidata": ("wikidata", re.compile(r"Q[1-9][0-9]{0,11}")),
}
TMDB_KINDS = {10: "movie", 12: "series", 15: "person"}
"""Of /sources/types, three with one name: TMDB numbers films, series and people each from 1 on."""

WORLDWIDE = {"Netflix", "Prime Video", "Disney+", "Apple TV", "Apple TV+", "YouTube"}
"""Services of the whole web: TheTVDB gives them the country of their owner and does not tell them from broadcasters."""

FEEDS = {"series": "series", "movies": "movie", "episodes": "episode"}
"""What /updates may be asked for, as far as we follow it, and what that is to us."""

_NO_LANGUAGE = {"und", "mul", "mis"}
_OTHER_LANGUAGES = {"zhtw": "zh"}


@lru_cache(maxsize=512)
def language_of(code: str) -> str:
    """ISO 639-1 where there is one, of three or four letters such as “eng”; empty for what we do not know."""
    code = code.casefold()
    ours: str = _OTHER_LANGUAGES.get(code) or get_global("language_aliases").get(code, code)
    ours = ours.partition("_")[0]
    return ours if is_language(ours) and ours not in _NO_LANGUAGE else ""


@lru_cache(maxsize=512)
def country_of(code: str) -> str:
    """ISO 3166-1, two letters, of three such as “usa”; empty for what is no one country that we know."""
    code = code.upper()
    ours = get_global("territory_aliases").get(code, [code])
    return ours[0] if len(ours) == 1 and is_country(ours[0]) else ""
