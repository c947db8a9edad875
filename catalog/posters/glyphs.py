"""The frozen letters: a picture shown by `<img>` cannot load a font, so its lettering is drawn from outlines.

`faces/glyphs.json` maps the name of a face to

    {"cap": 686, "x": 526, "g": {"A": [500, "M0 0L146 688..."], ...}, "k": {"AV": -38, ...}}

in thousandths of the type size, y upwards from the baseline: the height of capitals and of small letters, then per
character its advance and outline (M, L, Q and Z with absolute numbers), then kerning by pair. `faces/README.md`
says which typefaces they come from.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypedDict, cast

from catalog.posters.shapes import number

FaceName = Literal["narrow", "plain", "wide", "serif"]

_POINT = re.compile(r"(-?\d+) (-?\d+)")


class _Stored(TypedDict):
    cap: int
    g: dict[str, tuple[int, str]]
    k: dict[str, int]


@dataclass(frozen=True)
class Face:
    """Lengths are in thousandths of the type size; text may hold only `characters`."""

    cap: int
    glyphs: Mapping[str, tuple[int, str]]
    kerning: Mapping[str, int]
    only_capitals: bool
    _extents: dict[str, tuple[int, int]] = field(default_factory=dict)

    def cased(self, text: str) -> str:
        return text.upper() if self.only_capitals else text

    def advance(self, text: str, tracking: int = 0) -> int:
        letters = sum(self.glyphs[character][0] for character in text)
        kerned = sum(self.kerning.get(first + second, 0) for first, second in pairwise(text))
        return letters + kerned + tracking * max(len(text) - 1, 0)

    def extent(self, text: str) -> tuple[int, int]:
        """How far the text reaches below and above its baseline."""
        extents = [self._extent(character) for character in text]
        return max(below for below, _ in extents), max(above for _, above in extents)

    def _extent(self, character: str) -> tuple[int, int]:
        if character not in self._extents:
            heights = [int(point[2]) for point in _POINT.finditer(self.glyphs[character][1])] or [0]
            self._extents[character] = -min(heights), max(heights)
        return self._extents[character]

    def outline(self, text: str, size: float, x: float, y: float, *, tracking: int = 0, stretch: float = 1.0) -> str:
        """Path data of a line of text whose baseline starts at (x, y); `stretch` widens it from there."""
        scale, pen, out = size / 1000, 0, []
        for at, character in enumerate(text):
            advance, data = self.glyphs[character]
            out.append(_moved(data, pen, x, y, scale * stretch, scale))
            pen += advance + tracking + self.kerning.get(text[at : at + 2], 0)
        return "".join(out)


def _moved(data: str, pen: int, x: float, y: float, across: float, up: float) -> str:
    def moved(point: re.Match[str]) -> str:
        return f"{number(x + (int(point[1]) + pen) * across)} {number(y - int(point[2]) * up)}"

    return _POINT.sub(moved, data)


@cache
def faces() -> Mapping[FaceName, Face]:
    """Read once, when the first picture is drawn."""
    text = (Path(__file__).parent / "faces" / "glyphs.json").read_text(encoding="utf-8")
    stored = cast(dict[FaceName, _Stored], json.loads(text))
    return {name: Face(face["cap"], face["g"], face["k"], "a" not in face["g"]) for name, face in stored.items()}


@cache
def drawable_characters() -> frozenset[str]:
    """What every face can draw, also where it draws capitals only."""
    available = [set(face.glyphs) for face in faces().values() if not face.only_capitals]
    common = set.intersection(*available)
    return frozenset(
        character
        for character in common
        if all(capital in face.glyphs for face in faces().values() for capital in character.upper())
    )
