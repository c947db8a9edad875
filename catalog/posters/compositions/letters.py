"""Sheets whose lettering is half of the picture."""

import re

from catalog.posters.emblems import emblem
from catalog.posters.glyphs import FaceName, faces
from catalog.posters.lettering import Box
from catalog.posters.shapes import disc, path, polygon, rect, ring, turned
from catalog.posters.sheet import Sheet, Zone, foot_zone
from catalog.posters.wood_type import title_in_wood_type

LETTER_HEIGHTS: dict[FaceName, float] = {"wide": 0.6, "narrow": 0.86, "serif": 0.72, "plain": 0.6}
"""Type sizes of the great letters, as shares of the sheet."""

SMALL_WORDS = {"the", "of", "a", "an", "and", "in"}


def overprint(sheet: Sheet) -> Zone:
    """Two great letters in two inks; where they cross, a third."""
    inks, width, height = sheet.inks, sheet.width, sheet.height
    name = sheet.dice.pick(tuple(LETTER_HEIGHTS))
    face, size = faces()[name], height * LETTER_HEIGHTS[name]
    one, two = _two_letters(sheet.title)
    top = sheet.margin + face.cap / 1000 * size
    left = face.outline(one, size, -width * 0.02, top)
    right = face.outline(two, size, width * 1.02 - face.advance(two) * size / 1000, height * 0.64)
    sheet.add(path(left, inks.second), path(right, inks.first))
    sheet.add(sheet.clip(f'<path d="{left}"/>', path(right, inks.third)))
    sheet.cover(height * 0.695)
    return foot_zone(sheet, 0.195, "plain", "serif", "narrow")


def _two_letters(title: str) -> tuple[str, str]:
    """The initials of the first two words that count, or the ends of the only one."""
    words = re.findall(r"[^\W_]+", title)
    words = [word for word in words if word.lower() not in SMALL_WORDS] or words or [title]
    other = words[1][0] if len(words) > 1 else words[0][-1]
    return words[0][0].upper(), other.upper()


def diagonal(sheet: Sheet) -> Zone:
    """A constructivist sheet: bars on a slope, one disc, lettering on the slope."""
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    tilt = dice.pick((-1, -1, 1)) * dice.real(14, 24)
    rising = tilt < 0
    radius = min(width, height) * dice.real(0.25, 0.34)
    x, y = width * (0.64 if rising else 0.36), height * 0.3
    bars = [
        rect(-width, height * 0.44, width * 3, height * 0.035, inks.second),
        rect(-width, height * 0.5, width * (1.35 if rising else 3), height * 0.085, inks.third),
        rect(
            width * 0.62 if rising else -width,
            height * 0.12,
            width * (2 if rising else 1.38),
            height * 0.05,
            inks.second,
        ),
        rect(width * 0.2, -height, width * 0.07, height * 1.44, inks.second),
        polygon([(width * 0.9, height * 0.28), (width * 1.3, height * 0.44), (width * 0.5, height * 0.44)], inks.third),
    ]
    sun = disc(x, y, radius, inks.first) + ring(x, y, radius * 0.62, inks.paper, radius * 0.1)
    sheet.add(turned(tilt, width / 2, height / 2, sun + "".join(bars)))
    box = Box(0 if rising else width * 0.2, height * 0.635, width * 0.78, height * 0.23)
    return Zone(box, inks.ink, ("wide", "narrow", "narrow"), "slope", tilt=tilt)


def broadside(sheet: Sheet) -> None:
    """Wood type and one ornament: every line fills the measure."""
    inks, width, height, margin = sheet.inks, sheet.width, sheet.height, sheet.margin
    measure = width - 2 * margin
    sheet.add(rect(margin, margin, measure, 7, inks.ink), rect(margin, margin + 11, measure, 1.5, inks.ink))
    box = Box(margin, margin + 26, measure, height * 0.6)
    title, tall = title_in_wood_type(sheet.title, box, inks.ink)
    top = box.y + tall + 18
    _ornament(sheet, Box(margin, top, measure, height - margin * 1.42 - 22 - top))
    sheet.add(title)


def _ornament(sheet: Sheet, band: Box) -> None:
    """One great sign in rings, or five small ones in a row where the title left little room."""
    inks, x, y = sheet.inks, band.x + band.width / 2, band.y + band.height / 2
    sign = sheet.dice.pick(sheet.mood.emblems)
    cut = inks.sign_on(inks.first)
    window = rect(band.x, band.y, band.width, band.height, "#000")
    sheet.add(rect(band.x, band.y, band.width, band.height, inks.first))
    if band.height > sheet.height * 0.2:
        radius = min(band.height, band.width) * 0.36
        rings = "".join(ring(x, y, radius * (1.5 + at * 0.42), cut, 3) for at in range(6))
        sheet.add(sheet.clip(window, rings), emblem(sign, x, y, radius, cut, inks.first))
        return
    for at, name in enumerate(("star", "star", sign, "star", "star")):
        size = band.height * (0.36 if at == 2 else 0.2)
        sheet.add(emblem(name, band.x + band.width * (at + 0.5) / 5, y, size, cut, inks.first))
