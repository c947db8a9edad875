"""A horizon, and light from behind it."""

import math
from collections.abc import Sequence

from catalog.posters.dice import Dice
from catalog.posters.emblems import emblem
from catalog.posters.lettering import Box
from catalog.posters.shapes import Point, disc, halftone, outline, path, polygon, rect, ring, screen
from catalog.posters.sheet import Sheet, Zone, foot_zone


def horizon(sheet: Sheet) -> Zone:
    """Land or town in layers under a screened disc; the title stands in the sky or below the ground."""
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    in_the_sky = dice.flip(0.55) and not sheet.is_wide
    low = in_the_sky or (sheet.is_open and not sheet.is_wide)
    base = height * (0.98 if low else 0.94 if sheet.is_wide else 0.7)
    _heavens(sheet, base)
    town = sheet.mood.land in ("roofs", "spires") or dice.flip(0.2)
    front = inks.second if low or inks.ink == inks.first else inks.ink
    for layer, tone in enumerate((inks.third, inks.second, front)):
        ground = base - height * (0.2 - layer * 0.075)
        sheet.add(polygon(_skyline(sheet, layer, ground) if town else _ridge(sheet, layer, ground), tone))
    if not low and not sheet.is_wide:
        sheet.cover(base)
    if in_the_sky:
        box = Box(sheet.margin, sheet.margin * 1.7, width - 2 * sheet.margin, height * 0.24)
        return Zone(box, inks.ink, ("narrow", "serif", "wide"), "top", small_ink=inks.clearest_on(front))
    return foot_zone(sheet, 0.19, "narrow", "plain", "serif")


def _heavens(sheet: Sheet, base: float) -> None:
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    radius = min(width, height) * dice.real(0.2, 0.31)
    x = width * dice.real(0.3, 0.72)
    y = base - height * (dice.real(0.42, 0.5) if sheet.is_wide else dice.real(0.3, 0.4))
    sheet.add(halftone(width, base - height * 0.12, inks.second, step=10, start=0.06, end=0.92, curve=1.3))
    sheet.add(disc(x, y, radius, inks.first))
    if dice.flip(0.5):
        bars = screen(x - radius, y - radius * 0.1, 2 * radius, radius * 1.3, inks.paper, bars=9, start=0.1, end=0.8)
        sheet.add(sheet.clip(disc(x, y, radius, "#000"), bars))
    else:
        sheet.add(ring(x, y, radius * 1.14, inks.first, 2), ring(x, y, radius * 1.28, inks.first, 1))


def _skyline(sheet: Sheet, layer: int, ground: float) -> Sequence[Point]:
    dice, width, height = sheet.dice, sheet.width, sheet.height
    spires = sheet.mood.land == "spires"
    points: list[Point] = [(0, height), (0, ground)]
    x = 0.0
    while x < width:
        broad = width * (dice.real(0.035, 0.085) if spires else dice.real(0.05, 0.13))
        tall = height * dice.real(0.02, 0.36 - layer * 0.09 if spires else 0.2 - layer * 0.035)
        points += [(x + dx, ground - tall - up) for dx, up in _roof(dice, broad, width, height, spires=spires)]
        x += broad
    return [*points, (width, height)]


def _roof(dice: Dice, broad: float, width: float, height: float, *, spires: bool) -> Sequence[Point]:
    """One roof from its left eave to its right one, as distances across and up."""
    middle, mast = broad * 0.5, width * 0.004
    if spires and dice.flip(0.3):
        step, top = height * 0.035, height * 0.12
        left: list[Point] = [(0, 0), (broad * 0.22, 0), (broad * 0.22, step), (middle - mast, step)]
        right: list[Point] = [(middle + mast, step), (broad * 0.78, step), (broad * 0.78, 0), (broad, 0)]
        return [*left, (middle, top), *right]
    if dice.flip(0.25) and not spires:
        return [(0, 0), (middle, height * 0.05), (broad, 0)]
    if dice.flip(0.3):
        step = height * 0.025
        return [(0, 0), (broad * 0.3, 0), (broad * 0.3, step), (broad * 0.7, step), (broad * 0.7, 0), (broad, 0)]
    return [(0, 0), (broad, 0)]


def _ridge(sheet: Sheet, layer: int, ground: float) -> Sequence[Point]:
    """Mountains with sharp tops, or rolling hills."""
    dice, width, height = sheet.dice, sheet.width, sheet.height
    swell, phase = height * dice.real(0.04, 0.09), dice.real(0, math.tau)
    jagged = sheet.mood.land == "peaks" or dice.flip(0.3)
    step = width / (dice.whole(5, 8) if jagged else 24)
    points: list[Point] = [(0, height)]
    for at in range(int(width / step) + 2):
        if jagged:
            up = swell * (1.5 if at % 2 else 0.1) * dice.real(0.6, 1.1)
        else:
            up = swell * (1 + math.sin(phase + at * step / width * math.tau * (1 + layer * 0.4)))
        points.append((at * step, ground - up))
    return [*points, (width + step, height)]


def rays(sheet: Sheet) -> Zone:
    """Light from one point, as from a projector or a rising sun; it rises only where the sheet has a ground."""
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    rising = sheet.is_wide or not sheet.is_open
    x = width * dice.pick((0.5, 0.5, 0.3, 0.7)) if rising else width / 2
    y = height * (0.8 if sheet.is_wide else 0.62 if rising else 0.5)
    sheet.add(path(_beams(x, y, dice.whole(9, 14), dice.real(), math.hypot(width, height)), inks.second))
    radius = min(width, height) * 0.33
    sheet.add(disc(x, y, radius, inks.paper), disc(x, y, radius * 0.9, inks.first))
    sign, cut = dice.pick(sheet.mood.emblems), inks.sign_on(inks.first)
    sheet.add(emblem(sign, x, y - radius * (0.22 if rising else 0), radius * 0.5, cut, inks.first))
    if sheet.is_wide:
        sheet.add(rect(0, y + height * 0.06, width, height, inks.third))
    elif rising:
        sheet.cover(y)
        sheet.add(rect(0, y, width, height * 0.018, inks.first))
    return foot_zone(sheet, 0.25, "narrow", "wide", "plain")


def _beams(x: float, y: float, count: int, spin: float, reach: float) -> str:
    out = []
    for beam in range(count):
        begin = (beam + spin) * math.tau / count
        ends = [(x + math.cos(at) * reach, y + math.sin(at) * reach) for at in (begin, begin + math.pi / count)]
        out.append(outline([(x, y), *ends]))
    return "".join(out)
