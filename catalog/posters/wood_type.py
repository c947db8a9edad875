"""Wood type: every line fills the measure, and the widths of the letters are mixed until the block fills the box."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from catalog.posters.glyphs import FaceName, faces
from catalog.posters.lettering import TALL_ACCENT, Box, breaks, title_path

WIDTHS: Sequence[FaceName] = ("narrow", "plain", "wide")
GAP = 9
PIECES = 8
MOST_SQUEEZE = 1.35


@dataclass(frozen=True, slots=True)
class Line:
    """One line in one width of letters: its type size, its height above the baseline, and what hangs below that."""

    text: str
    face: FaceName
    size: float
    height: float
    tail: float


def title_in_wood_type(text: str, box: Box, ink: str) -> tuple[str, float]:
    """The title in capitals from the top of the box, and the height it takes."""
    lines = _best_lines(text.upper(), box.width, box.height)
    total = sum(line.height + line.tail for line in lines) + GAP * (len(lines) - 1)
    squeeze = min(MOST_SQUEEZE, box.height / total)
    out, y = [], box.y
    for line in lines:
        face = faces()[line.face]
        baseline = y + line.height * squeeze
        out.append(face.outline(line.text, line.size * squeeze, box.x, baseline, stretch=1 / squeeze))
        y = baseline + (line.tail + GAP) * squeeze
    return title_path("".join(out), ink), total * squeeze


def _best_lines(text: str, width: float, height: float) -> Sequence[Line]:
    settings: dict[str, list[Line]] = {}
    best_score: float = -math.inf
    best: Sequence[Line] = ()
    for lines in breaks(text, PIECES):
        for line in lines:
            if line not in settings:
                settings[line] = [_set(line, face, width) for face in WIDTHS]
        score, mixed = _mixed([settings[line] for line in lines], height, best_score)
        if score > best_score:
            best_score, best = score, mixed
    return best


def _set(text: str, name: FaceName, width: float) -> Line:
    face = faces()[name]
    size = width * 1000 / face.advance(text)
    below, above = face.extent(text)
    top = above if above > face.cap + TALL_ACCENT else face.cap
    return Line(text, name, size, top * size / 1000, max(0.0, below * size / 1000 - GAP / 2))


def _mixed(rows: Sequence[Sequence[Line]], height: float, to_beat: float) -> tuple[float, Sequence[Line]]:
    """The best choice of one setting per row, with its score; mixtures that cannot beat the score are never built."""
    mixtures: list[tuple[float, float, tuple[Line, ...]]] = [(GAP * (len(rows) - 1), math.inf, ())]
    for at, row in enumerate(rows):
        later = [[line.height for line in other] for other in rows[at + 1 :]]
        least, most = sum(map(min, later)), sum(map(max, later))
        mixtures = [
            (total, smallest, (*chosen, line))
            for before, smallest_before, chosen in mixtures
            for line in row
            for total, smallest in [(before + line.height, min(smallest_before, line.height))]
            if _score(min(max(height, total + least), total + most), smallest, len(rows), height) > to_beat
        ]
    scored = ((_score(total, smallest, len(rows), height), chosen) for total, smallest, chosen in mixtures)
    return max(scored, key=itemgetter(0), default=(to_beat, ()))


def _score(total: float, smallest: float, lines: int, height: float) -> float:
    """Fill the box, rather too little than too much, with few lines and none of them tiny."""
    return smallest * 0.5 - abs(height - total) - max(0.0, total - height * 1.04) * 6 - lines * 2
