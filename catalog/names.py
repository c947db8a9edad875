"""Names as they are sorted: in lower case, without accents, and without the article at their start."""

import re
import unicodedata

SORT_NAME_LENGTH = 300
ARTICLES = {
    "da": ("den", "det", "de", "en", "et"),
    "de": ("der", "die", "das", "ein", "eine"),
    "en": ("the", "a", "an"),
    "es": ("el", "la", "los", "las", "un", "una"),
    "fr": ("le", "la", "les", "l'", "un", "une", "des"),
    "it": ("il", "lo", "la", "i", "gli", "le", "l'", "un", "uno", "una", "un'"),
    "nl": ("de", "het", "een"),
    "no": ("den", "det", "de", "en", "et", "ei"),
    "pt": ("o", "a", "os", "as", "um", "uma"),
    "sv": ("den", "det", "de", "en", "ett"),
}
# Letters that Unicode does not take apart.
_WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "’": "'"}
)


def sort_name(name: str, language: str = "en") -> str:
    """“The Café Mystery” is “cafe mystery”. Articles are those of the language (ISO 639-1); unknown: English."""
    folded = fold(name)
    for article in ARTICLES.get(language, ARTICLES["en"] if not language else ()):
        rest = folded.removeprefix(article if article.endswith("'") else f"{article} ")
        if rest != folded and rest.strip():
            folded = rest
            break
    return (re.sub(r"^[^\w]+", "", folded) or folded)[:SORT_NAME_LENGTH].strip() or name[:SORT_NAME_LENGTH]


def fold(name: str) -> str:
    """Lower case, no accents, single spaces; scripts other than Latin stay as they are."""
    apart = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(sign for sign in apart if not ("\u0300" <= sign <= "\u036f"))
    return " ".join(unicodedata.normalize("NFC", bare).translate(_WHOLE_LETTERS).split())
