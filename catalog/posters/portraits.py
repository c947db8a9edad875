"""Portraits: round initials for a person without a picture."""

import re

from catalog.posters.dice import Dice
from catalog.posters.glyphs import FaceName, faces
from catalog.posters.inks import INKS, Inks, contrast
from catalog.posters.shapes import disc, halftone, path, polygon, rect, ring, screen, trace
from catalog.posters.sheet import document, key_for
from catalog.posters.wording import letterable, tidy

SIDE = 160
INK_SETS = (
    "newsprint", "midnight", "amber", "bottle", "coral", "mint", "sky", "teal", "rose", "slate", "ochre", "cobalt",
)  # fmt: skip
TYPE_SIZES: dict[FaceName, int] = {"narrow": 92, "plain": 66, "serif": 80}
TRACKING = -10
CLEARING = 54
"""Radius of the paper that the last two patterns leave for the letters."""

ROUND_PATTERNS = 3
AFTER_A_NAME = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}


def portrait(name: str) -> str:
    """A portrait of 160 x 160 as SVG: initials, or a head and shoulders for a name in a script the faces lack."""
    name = tidy(name)
    dice = Dice("portrait", name)
    inks = INKS[dice.pick(INK_SETS)]
    pattern = dice.whole(0, 4)
    x, y = dice.real(30, 130), dice.real(20, 60)
    ground = _ground(dice, pattern, x, y, inks)
    face = dice.pick(tuple(TYPE_SIZES))
    letters = initials(name)
    width = CLEARING * 1.72 if pattern >= ROUND_PATTERNS else SIDE * 0.74
    front = _lettered(letters, face, width, inks.ink) if letters else _somebody(inks.ink)
    key = key_for("portrait", name)
    clip = f'<clipPath id="{key}"><circle cx="80" cy="80" r="80"/></clipPath>'
    drawing = rect(0, 0, SIDE, SIDE, inks.paper) + ground + front
    return document(SIDE, SIDE, name, f'{clip}<g clip-path="url(#{key})">{drawing}</g>')


def initials(name: str) -> str:
    """The first letters of the first and the last name; empty when the faces cannot draw them."""
    words = [word for word in re.split(r"[\s\-]+", name) if word and word[0].isalpha()]
    names = [word for word in words if word.lower() not in AFTER_A_NAME] or words
    letters = "".join(word[0].upper()[0] for word in (names[:1] + names[1:][-1:]))
    drawn = letterable(letters)
    return drawn if len(drawn) == len(letters) else ""


def _ground(dice: Dice, pattern: int, x: float, y: float, inks: Inks) -> str:
    """A pattern the letters stand on, or around a disc of paper."""
    clear = max((inks.third, inks.second, inks.first), key=lambda tone: min(contrast(tone, inks.ink), 4.5))
    if pattern == 0:
        return disc(x, y, 74, clear)
    if pattern == 1:
        return halftone(170, 120, clear, step=10, start=0.9, end=0.05)
    if pattern == 2:
        return polygon([(0, 0), (SIDE, 0), (SIDE, dice.real(20, 70)), (0, dice.real(90, 140))], clear)
    if pattern == 3:
        rings = "".join(ring(x, y, 20 + at * 22, inks.third, 9) for at in range(5))
    else:
        rings = screen(0, 0, SIDE, SIDE, inks.third, bars=12, start=0.8, end=0.1)
    return rings + disc(SIDE / 2, SIDE / 2, CLEARING, inks.paper)


def _lettered(letters: str, name: FaceName, width: float, ink: str) -> str:
    face = faces()[name]
    advance = face.advance(letters, TRACKING)
    size = min(TYPE_SIZES[name], width * 1000 / advance)
    left = SIDE / 2 - advance * size / 2000
    foot = SIDE / 2 + face.cap * size / 2000
    return path(face.outline(letters, size, left, foot, tracking=TRACKING), ink)


def _somebody(ink: str) -> str:
    shoulders = trace("M", 28, SIDE, "Q", 30, 104, 80, 104, "Q", 130, 104, 132, SIDE, "Z")
    return disc(80, 68, 27, ink) + path(shoulders, ink)
