"""What of a name can be lettered, and how it is cut to the size of a poster."""

import re
import unicodedata
from collections.abc import Sequence

from catalog.posters.glyphs import drawable_characters

LONGEST_NAME = 500
"""What follows is not looked at: no name is as long, and a picture has to be drawn in milliseconds."""

LONGEST = 72
"""More characters than this would be too small to read on a card."""

LONGEST_WORD = 42
WHOLE_WORD = 20
"""Longer words may be cut into pieces of at most PIECE characters."""

PIECE = 16

SOFT = "\u00ad"
"""Ends a piece of a word that was cut; a hyphen is drawn only where the line ends there."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u007f-\u009f]")
_SUBTITLE = re.compile(r"(?<=\w)(?:: | [-–—] |; | \(| / )")
_AFTER_A_VOWEL = re.compile(r"(?<=[aeiouyAEIOUY])(?=[^\W_aeiouyAEIOUY])")
_SPELLED = {
    "…": "...", "„": "“", "«": "“", "»": "”", "‹": "‘", "›": "’", "‚": "‘", "`": "‘", "´": "’", "ʻ": "‘", "ʼ": "’",
    "ʽ": "‘", "ʾ": "’", "ʿ": "‘", "‐": "-", "‑": "-", "‒": "–", "―": "—", "−": "–", "⁄": "/", "∕": "/", "|": "/",
    "•": "·", "∙": "·", "⋅": "·", "・": "·", "[": "(", "]": ")", "{": "(", "}": ")", "_": "-", "~": "–", "″": "”",
    "ẞ": "SS", "ſ": "s", "ƒ": "f", "™": "", "®": "", "©": "", "℠": "", "¡": "", "¿": "",
}  # fmt: skip


def tidy(name: str) -> str:
    """The name as XML may hold it: composed, without control characters, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", _NOT_XML.sub(" ", name[:LONGEST_NAME])).split())


def letterable(name: str) -> str:
    """The name in characters that the faces hold, or nothing when too little of it would be left.

    Signs that cannot be drawn are dropped, words in another script too, unless they make up half of the name.
    """
    words = [_spelled_word(word) for word in name.split()]
    kept = " ".join(" ".join(words).split())
    return kept if 2 * _letters(kept) >= _letters(name) else ""


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _spelled_word(word: str) -> str:
    opened = re.sub(r'(?<!\w)"(?=\w)', "“", word).replace('"', "”")
    spelled = [_spelled(character) for character in opened]
    return "" if None in spelled else "".join(part for part in spelled if part)


def _spelled(character: str) -> str | None:
    """The character in drawable ones: nothing for a sign without a stand-in, None for a letter without one."""
    drawable = drawable_characters()
    if character in drawable or character in _SPELLED:
        return _SPELLED.get(character, character)
    plain = "".join(_SPELLED.get(part, part) for part in unicodedata.normalize("NFKC", character))
    if drawable.issuperset(plain):
        return f" {plain}" if "/" in plain else plain
    base = unicodedata.normalize("NFD", character)
    while len(base) > 1:
        base = base[:-1]
        if drawable.issuperset(composed := unicodedata.normalize("NFC", base)):
            return composed
    return None if character.isalnum() else ""


def shortened(text: str) -> str:
    """At most about LONGEST characters: the main title alone where a subtitle follows, else cut after a word."""
    if len(text) > LONGEST:
        text = _SUBTITLE.split(text, maxsplit=1)[0]
    if len(text) <= LONGEST:
        return text
    cut = text[: LONGEST - 3]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(",.:;-–— ") + "..."


def pieces(text: str, most: int) -> list[str]:
    """Between one and `most` pieces that a line may end after; `joined` makes lines of them."""
    out = [piece for word in text.split() for piece in _cut(word)]
    while len(out) > most:
        pairs = range(len(out) - 1)
        at = min(pairs, key=lambda first: len(out[first]) + len(out[first + 1]))
        out[at : at + 2] = [_glued(out[at : at + 2])]
    return out


def joined(some: Sequence[str]) -> str:
    """The pieces as one line."""
    line = _glued(some)
    if not line.endswith(SOFT):
        return line
    return line.rstrip(SOFT).removesuffix("-") + "-"


def _glued(some: Sequence[str]) -> str:
    return " ".join(some).replace(f"{SOFT} ", "")


def _cut(word: str) -> list[str]:
    """An enormous word in pieces of about equal length, each cut after a vowel where one is near."""
    if len(word) > LONGEST_WORD:
        word = word[: LONGEST_WORD - 3] + "..."
    parts = -(-len(word) // PIECE) if len(word) > WHOLE_WORD else 1
    cuts = [0]
    for part in range(1, parts):
        ideal = len(word) * part // parts
        after_vowels = [match.start() for match in _AFTER_A_VOWEL.finditer(word) if abs(match.start() - ideal) <= 3]
        cuts.append(min(after_vowels, key=lambda at: abs(at - ideal), default=ideal))
    ends = [*cuts[1:], len(word)]
    return [word[begin:end] + (SOFT if end < len(word) else "") for begin, end in zip(cuts, ends, strict=True)]
