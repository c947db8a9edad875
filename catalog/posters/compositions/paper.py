"""Cut paper: slabs, frames and tiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.posters.emblems import emblem
from catalog.posters.shapes import Point, disc, path, polygon, rect, trace, turned
from catalog.posters.sheet import Sheet, Zone, foot_zone


def cutout(sheet: Sheet) -> Zone:
    """Leaning slabs and one sign."""
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    slabs = dice.whole(3, 4)
    tones = dice.shuffled((inks.second, inks.third, inks.first))
    for slab in range(slabs):
        sheet.add(polygon(_slab(sheet, slab, width * 0.88 / slabs), tones[slab % 3]))
    radius = (height if sheet.is_wide else width) * 0.3
    x, y = width * dice.real(0.44, 0.56), height * (0.5 if sheet.is_open else 0.35)
    patch = []
    for corner in range(9):
        angle, reach = corner * math.tau / 9 + dice.either_way(0.12), radius * dice.real(1.2, 1.46)
        patch.append((x + math.cos(angle) * reach, y + math.sin(angle) * reach))
    sheet.add(polygon(patch, inks.paper))
    sheet.add(emblem(dice.pick(sheet.mood.emblems), x, y, radius * 0.92, inks.ink, inks.paper))
    return foot_zone(sheet, 0.2, "plain", "narrow", "wide", align=dice.pick(("left", "left", "centre")))


def _slab(sheet: Sheet, slab: int, span: float) -> Sequence[Point]:
    dice, height = sheet.dice, sheet.height
    left = 0.06 * sheet.width + slab * span
    top = height * dice.real(-0.02, 0.16)
    foot = height * (1.02 if sheet.is_open else 0.66) + height * dice.real(-0.1, 0.02)
    return [
        (left - 8 + dice.either_way(9), top + dice.either_way(12)),
        (left + span * 1.04 + dice.either_way(9), top + dice.either_way(12)),
        (left + span * 1.01 + dice.either_way(12), foot + dice.either_way(10)),
        (left - 4 + dice.either_way(12), foot + dice.either_way(10)),
    ]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a strip; `time` runs from 0 in the first to 1 in the last, `across` from 0 to 1 in every row."""

    x: float
    y: float
    width: float
    height: float
    time: float
    across: float
    fore: str
    back: str
    floor: str

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def radius(self) -> float:
        return min(self.width, self.height) * 0.34


def frames(sheet: Sheet) -> Zone:
    """A strip of frames in which one shape moves."""
    dice, inks = sheet.dice, sheet.inks
    columns, rows = (5, 3) if sheet.is_wide else dice.pick(((3, 4), (4, 4), (3, 3)))
    act = dice.pick(("eclipse", "rise", "turn", "grow", "bounce"))
    count = columns * rows
    sign = dice.pick(sheet.mood.emblems)
    odd = dice.whole(count // 2, count - 1)
    gap, margin = sheet.width * 0.016, sheet.margin
    deep = sheet.height - 2 * margin if sheet.is_open else sheet.height * 0.64
    width = (sheet.width - 2 * margin - gap * (columns - 1)) / columns
    height = (deep - gap * (rows - 1)) / rows
    for at in range(count):
        row, column = divmod(at, columns)
        x, y = margin + column * (width + gap), margin + row * (height + gap)
        back = inks.first if at == odd else inks.second
        fore = inks.sign_on(inks.first) if at == odd else inks.first
        time, across = at / (count - 1), column / (columns - 1)
        frame = Frame(x, y, width, height, time, across, fore, back, inks.third)
        window = rect(x, y, width, height, "#000")
        sheet.add(sheet.clip(window, rect(x, y, width, height, back) + _acted(act, frame, sign)))
    return foot_zone(sheet, 0.2, "narrow", "plain", "serif")


def _acted(act: str, frame: Frame, sign: str) -> str:
    (x, y), radius, time = frame.centre, frame.radius, frame.time
    if act == "eclipse":
        shadow = disc(x + (time * 2.6 - 1.3) * radius * 1.7, y, radius * 0.98, frame.back)
        return disc(x, y, radius, frame.fore) + shadow
    if act == "turn":
        return turned(time * 360, x, y, emblem(sign, x, y, radius, frame.fore, frame.back))
    if act == "grow":
        return emblem(sign, x, y, radius * (0.25 + time * 1.3), frame.fore, frame.back)
    if act == "rise":
        ball = disc(x, frame.y + frame.height * (1.25 - time * 1.1), radius, frame.fore)
        return ball + _floor(frame, 0.2)
    height = frame.height * (0.8 - 0.56 * abs(math.sin(time * math.pi * 2.5)))
    ball = disc(frame.x + frame.width * (0.2 + 0.6 * frame.across), frame.y + height, radius * 0.55, frame.fore)
    return ball + _floor(frame, 0.08)


def _floor(frame: Frame, share: float) -> str:
    return rect(frame.x, frame.y + frame.height * (1 - share), frame.width, frame.height * share, frame.floor)


def tiles(sheet: Sheet) -> Zone:
    """Quarter circles and triangles on a grid."""
    dice, inks = sheet.dice, sheet.inks
    columns = 8 if sheet.is_wide else 4
    side = sheet.width / columns
    rows = math.ceil(sheet.height / side) if sheet.is_open else 4
    tones = (inks.first, inks.second, inks.third, inks.paper)
    for row in range(rows):
        for column in range(columns):
            x, y = column * side, row * side
            back, fore = dice.shuffled(tones)[:2]
            pattern = dice.whole(0, 6)
            sheet.add(rect(x, y, side + 0.5, side + 0.5, back), _tile(sheet, pattern, x, y, side, fore, back))
    sheet.cover(rows * side)
    return foot_zone(sheet, 0.2, "narrow", "plain", "wide")


def _tile(sheet: Sheet, pattern: int, x: float, y: float, side: float, fore: str, back: str) -> str:
    if pattern <= 2:
        return _quarter(sheet.dice.whole(0, 3), x, y, side, fore)
    if pattern == 3:
        return disc(x + side / 2, y + side / 2, side * 0.34, fore)
    if pattern == 4:
        return polygon([(x, y + side), (x + side / 2, y), (x + side, y + side)], fore)
    if pattern == 5:
        return "".join(rect(x, y + side * at, side, side * thick, fore) for at, thick in _STRIPES)
    return emblem(sheet.dice.pick(sheet.mood.emblems), x + side / 2, y + side / 2, side * 0.36, fore, back)


_STRIPES = ((0.17, 0.166), (0.5, 0.166), (0.83, 0.17))


def _quarter(corner: int, x: float, y: float, side: float, fore: str) -> str:
    """A quarter of a disc around one corner, counted from the upper left one by rows."""
    right, low = corner & 1, corner >> 1
    corner_x, corner_y = x + right * side, y + low * side
    sweep = 1 if corner in (0, 3) else 0
    arc = trace("A", side, side, 0, 0, sweep, corner_x, y + (1 - low) * side)
    return path(trace("M", corner_x, corner_y, "H", x + (1 - right) * side, arc, "Z"), fore)
