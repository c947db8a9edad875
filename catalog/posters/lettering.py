"""Titles and small print, set from the frozen letters into boxes of the sheet."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from catalog.posters.glyphs import Face, FaceName, faces
from catalog.posters.shapes import path
from catalog.posters.wording import joined, pieces

Align = Literal["left", "centre"]

MOST_LINES = 5
RAGGED_PIECES = 9

BIGGEST = 150
"""A title of one or two letters would otherwise grow as high as its box."""

SMALLEST = 30
"""Below this type size a title is set narrow, whatever face was chosen."""

TALL_ACCENT = 100
"""Thousandths of the type size above the capitals that the usual leading does not hide."""

RULE_CLEARANCE = 5
"""How far the last line may descend below the foot of its box."""

SMALL_PRINT = 12.5
SMALL_PRINT_TRACKING = 14


@dataclass(frozen=True, slots=True)
class Box:
    """Where a title may stand."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lines of one size: the type size, and the distance of the baselines as a share of it."""

    size: float
    lines: Sequence[str]
    leading: float

    @property
    def drop(self) -> float:
        """From the first baseline to the last."""
        return self.leading * self.size * (len(self.lines) - 1)


def breaks(text: str, most_pieces: int) -> Iterator[list[str]]:
    """Every way to set the text in at most MOST_LINES lines; few pieces keep the ways countable."""
    words = pieces(text, most_pieces)
    spans = combinations(range(len(words) + 1), 2)
    lines = {(begin, end): joined(words[begin:end]) for begin, end in spans}
    for count in range(min(MOST_LINES, len(words))):
        for cuts in combinations(range(1, len(words)), count):
            yield [lines[span] for span in zip((0, *cuts), (*cuts, len(words)), strict=True)]


def ragged(text: str, face: Face, width: float, height: float) -> Ragged:
    """The largest setting in lines of one size that fits; long texts get small, never cut."""
    capitals = text == text.upper()
    leading = _leading(face, text, capitals=capitals)
    beyond = (0 if capitals else 0.2) + (0.15 if face.extent(text)[1] > face.cap + TALL_ACCENT else 0)
    advances: dict[str, int] = {}
    best_score, best = -math.inf, Ragged(0, (), leading)
    for lines in breaks(text, RAGGED_PIECES):
        widest = max(_remembered_advance(face, line, advances) for line in lines)
        tall = face.cap / 1000 + leading * (len(lines) - 1) + beyond
        size = min(width * 1000 / widest, height / tall, BIGGEST)
        evenness = min(map(len, lines)) / max(map(len, lines))
        score = size * (1 + 0.02 * evenness) - len(lines) * 0.4
        if score > best_score:
            best_score, best = score, Ragged(size, lines, leading)
    return best


def _leading(face: Face, text: str, *, capitals: bool) -> float:
    """As tight as signs and accents of neighbouring lines allow."""
    below, above = face.extent(text)
    if capitals:
        return max(0.80, (face.cap + max(below, above - face.cap) + 40) / 1000)
    return 1.04 if above > face.cap + TALL_ACCENT else 0.93


def _remembered_advance(face: Face, line: str, advances: dict[str, int]) -> int:
    if line not in advances:
        advances[line] = face.advance(line)
    return advances[line]


def title_in_lines(
    text: str, name: FaceName, box: Box, ink: str, *, align: Align = "left", foot: bool = True, capitals: bool = False
) -> str:
    """The title in ragged lines; the y of the box is the last baseline (`foot`) or the top of the first line."""
    face = faces()[name]
    text = text.upper() if capitals else face.cased(text)
    setting = ragged(text, face, box.width, box.height)
    if setting.size < SMALLEST and name != "narrow":
        return title_in_lines(text, "narrow", box, ink, align=align, foot=foot)
    if foot:
        setting = ragged(text, face, box.width, box.height - _lift(face, setting))
        baseline = box.y - setting.drop - _lift(face, setting)
    else:
        _, above = face.extent(setting.lines[0])
        baseline = box.y + max(face.cap, above - 90) * setting.size / 1000
    out = []
    for line in setting.lines:
        spare = box.width - face.advance(line) * setting.size / 1000
        out.append(face.outline(line, setting.size, box.x + (spare / 2 if align == "centre" else 0), baseline))
        baseline += setting.leading * setting.size
    return title_path("".join(out), ink)


def _lift(face: Face, setting: Ragged) -> float:
    """What descends from the last line has to stay off the rule below."""
    below, _ = face.extent(setting.lines[-1])
    return max(0.0, below * setting.size / 1000 - RULE_CLEARANCE)


def title_path(data: str, ink: str) -> str:
    return f'<path data-part="title" fill="{ink}" d="{data}"/>'


def small_print(left: str, right: str, x: float, y: float, width: float, ink: str) -> str:
    """Two facts on one baseline, one at either end; the left one loses words until it clears the right one."""
    room = width - _small_width(right) - 16
    words = left.split()
    while words and _small_width(" ".join(words)) > room:
        words.pop()
    facts = [(" ".join(words).rstrip(",&;"), x), (right, x + width - _small_width(right))]
    return "".join(path(_small(text, at, y), ink) for text, at in facts if text)


def _small(text: str, x: float, y: float) -> str:
    return faces()["plain"].outline(text, SMALL_PRINT, x, y, tracking=SMALL_PRINT_TRACKING)


def _small_width(text: str) -> float:
    return faces()["plain"].advance(text, SMALL_PRINT_TRACKING) * SMALL_PRINT / 1000
