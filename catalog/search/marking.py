"""Which part of a name was asked for, in the name's own spelling."""

import unicodedata

DROPPED = frozenset("’‘`´·'.")
"""Signs without which names are searched, as `search_fold` does it in the database."""

SPELT = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "þ": "th",
}


def pieces(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is the beginning of a word that the query asks for.

    Accents and case do not matter: ("Amélie Poulain", "ame pou") gives Amé, lie, Pou, lain.
    """
    words = sorted(_fold(query)[0].split(), key=len, reverse=True)
    folded, places = _fold(text)
    marked = [False] * len(text)
    for start in _word_starts(folded):
        word = next((word for word in words if folded.startswith(word, start)), "")
        if word:
            end = _end_of_letter(text, places[start + len(word) - 1])
            marked[places[start] : end] = [True] * (end - places[start])
    return _joined(text, marked)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text as it is searched, and for each of its letters where in the text it comes from."""
    folded, places = [], []
    for place, letter in enumerate(text):
        for sign in _folded_letter(letter):
            folded.append(sign)
            places.append(place)
    return "".join(folded), places


def _folded_letter(letter: str) -> str:
    if letter in DROPPED or unicodedata.combining(letter):
        return ""
    lower = letter.lower()
    plain = SPELT.get(lower) or "".join(
        sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign)
    )
    return "".join(sign if sign.isalnum() else " " for sign in plain)


def _word_starts(folded: str) -> list[int]:
    return [i for i, sign in enumerate(folded) if sign != " " and (i == 0 or folded[i - 1] == " ")]


def _end_of_letter(text: str, place: int) -> int:
    """Behind the letter at this place and the accents that follow it."""
    end = place + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _joined(text: str, marked: list[bool]) -> list[tuple[str, bool]]:
    joined: list[tuple[str, bool]] = []
    for letter, is_marked in zip(text, marked, strict=True):
        if joined and joined[-1][1] == is_marked:
            joined[-1] = (joined[-1][0] + letter, is_marked)
        else:
            joined.append((letter, is_marked))
    return joined
