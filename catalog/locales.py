"""Names of languages and countries in the language of the page, from Unicode's tables."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language


def language_name(code: str) -> str:
    """The name of an ISO 639 language, as a title of its own: “French”; the code where it has no name."""
    name = _locale(get_language()).languages.get(code.lower(), code)
    return name[:1].upper() + name[1:]


def is_language(code: str) -> bool:
    """Whether this is the code of a language that has a name."""
    return code in _locale(None).languages


def is_country(code: str) -> bool:
    """Whether this is the code of a country, in capitals, that has a name."""
    return len(code) == 2 and code in _locale(None).territories


def country_name(code: str) -> str:
    """The name of an ISO 3166-1 country; the code where it has no name."""
    return _locale(get_language()).territories.get(code.upper(), code)


@lru_cache(maxsize=32)
def _locale(language: str | None) -> Locale:
    try:
        return Locale.parse(language or "en", sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
