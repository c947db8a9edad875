"""Names of languages and countries in the language of the page, from Unicode's tables."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

NO_COUNTRIES = frozenset(("AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
"""What stands in Unicode's table besides: unions, parts of countries, and what is only for tests."""


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


def countries() -> list[tuple[str, str]]:
    """Codes and names of all countries, by name."""
    names = _locale(get_language()).territories.items()
    named = [(code, name) for code, name in names if len(code) == 2 and code not in NO_COUNTRIES]
    return sorted(named, key=lambda country: country[1].casefold())


@lru_cache(maxsize=300)
def first_weekday(language: str, country: str) -> int:
    """With which day weeks begin in a country, or where none is known for a language; 0 is Monday."""
    try:
        return Locale.parse(f"und_{country}" if country else language, sep="_").first_week_day
    except (ValueError, UnknownLocaleError):
        return _locale(language).first_week_day


@lru_cache(maxsize=32)
def _locale(language: str | None) -> Locale:
    try:
        return Locale.parse(language or "en", sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
