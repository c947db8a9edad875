"""Which part of a name was asked for, in the name's own spelling."""

import unicodedata
from dataclasses import dataclass
from itertools import combinations

from .query import MOST_JOINED

DROPPED = frozenset("’‘`´·'.")
"""Signs without which names are searched, as `search_fold` does it in the database."""

SPACE, SIGN = " -"
"""What divides words of a folded text: a sign is passed over where the query has a word as one."""

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

    Accents and case do not matter: ("Amélie Poulain", "ame pou") gives Amé, lie, Pou, lain. Nor do signs inside a word:
    all of Spider-Man is asked for by “spiderman”, as is all of a name that differs by nothing but spaces.
    """
    (folded, places), words = _fold(text), _words(query)
    marked = [False] * len(text)
    for start in _word_starts(folded):
        if end := max((_end_of(word, folded, start) for word in words), default=0):
            behind = _end_of_letter(text, places[end - 1])
            marked[places[start] : behind] = [True] * (behind - places[start])
    if words and not any(marked) and _letters(folded) == _letters(_fold(query)[0]):
        marked = [True] * len(text)
    return _joined(text, marked)


@dataclass(frozen=True)
class Word:
    letters: str
    is_joined: bool
    """Whether it was made of several; such a one counts only whole."""


def _words(query: str) -> list[Word]:
    """The words of a query, and those that follow each other as one."""
    words = _fold(query)[0].replace(SIGN, SPACE).split()
    runs = combinations(range(len(words) + 1), 2) if len(words) <= MOST_JOINED else []
    joined = [Word("".join(words[start:end]), is_joined=True) for start, end in runs if end - start > 1]
    return [Word(word, is_joined=False) for word in words] + joined


def _end_of(word: Word, folded: str, start: int) -> int:
    """Behind the last letter of the word, if it is here, signs between its letters apart; otherwise 0."""
    place = start
    for letter in word.letters:
        while folded[place : place + 1] == SIGN:
            place += 1
        if folded[place : place + 1] != letter:
            return 0
        place += 1
    is_whole = folded[place : place + 1] in ("", SPACE, SIGN)
    return place if is_whole or not word.is_joined else 0


def _letters(folded: str) -> str:
    return folded.replace(SPACE, "").replace(SIGN, "")


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
    return "".join(sign if sign.isalnum() else SPACE if letter.isspace() else SIGN for sign in plain)


def _word_starts(folded: str) -> list[int]:
    dividers = (SPACE, SIGN)
    return [i for i, sign in enumerate(folded) if sign not in dividers and (i == 0 or folded[i - 1] in dividers)]


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
