"""Rings, strips and contour lines around one point."""

import math

from catalog.posters.emblems import emblem
from catalog.posters.inks import Inks
from catalog.posters.shapes import disc, number, rect, screen, turned
from catalog.posters.sheet import Sheet, Zone, foot_zone

OVERLAP = 3
"""Strips that only touch would let a hair of paper through; this hides it down to a third of the size."""


def iris(sheet: Sheet) -> Zone:
    """The iris-out of a silent film: rings that close on one point."""
    dice, inks = sheet.dice, sheet.inks
    x, y, reach = _iris_place(sheet)
    rings = dice.whole(4, 6)
    far_x, far_y = dice.either_way(0.16) * reach, dice.real(-0.16, 0.1) * reach
    tones = _iris_tones(inks, paper_second=dice.flip())
    for ring in range(rings):
        share = ring / rings
        tone = tones[ring % len(tones)]
        sheet.add(disc(x + far_x * share, y + far_y * share, reach * (1 - share * 0.86), tone))
    radius = reach * 0.21
    sheet.add(disc(x + far_x, y + far_y, radius * 1.02, inks.first))
    sign = dice.pick(sheet.mood.emblems)
    sheet.add(emblem(sign, x + far_x, y + far_y, radius * 0.6, inks.sign_on(inks.first), inks.first))
    if not sheet.is_wide:
        sheet.cover(sheet.height * 0.69)
    return foot_zone(sheet, 0.205, "narrow", "serif", "plain")


def _iris_place(sheet: Sheet) -> tuple[float, float, float]:
    dice, width, height = sheet.dice, sheet.width, sheet.height
    if sheet.is_wide:
        return width * dice.real(0.56, 0.72), height * dice.real(0.4, 0.56), height * 0.64
    x, y = width * dice.pick((0.5, 0.62, 0.38)), height * dice.real(0.33, 0.4)
    return (x, y + height * 0.14, width * 0.8) if sheet.is_open else (x, y, width * 0.66)


def _iris_tones(inks: Inks, *, paper_second: bool) -> tuple[str, ...]:
    if paper_second:
        return inks.second, inks.paper, inks.third, inks.paper
    return inks.third, inks.second, inks.paper, inks.third


def slices(sheet: Sheet) -> Zone:
    """A disc cut into strips that have slipped."""
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    radius = height * 0.4 if sheet.is_wide else width * 0.4
    x = width * (dice.real(0.42, 0.64) if sheet.is_wide else 0.5)
    y = height * (0.5 if sheet.is_open else 0.37)
    strips, shift, phase = dice.whole(9, 15), dice.real(0.14, 0.34) * radius, dice.real(0, math.tau)
    wild = dice.flip(0.45)
    sign = emblem(dice.pick(sheet.mood.emblems), x, y, radius * 0.66, inks.sign_on(inks.first), inks.first)
    whole = sheet.define(disc(x, y, radius, inks.first) + sign)
    if dice.flip(0.6):
        deep = height if sheet.is_open else height * 0.66
        sheet.add(screen(0, 0, width, deep, inks.second, bars=22, start=0.75, end=0.05))
    step = 2 * radius / strips
    for strip in range(strips):
        slip = (dice.either_way(1) if wild else math.sin(phase + strip * math.tau / strips * 1.4)) * shift
        window = rect(0, y - radius + strip * step, width, step + OVERLAP, "#000")
        sheet.add(sheet.clip(window, f'<use href="#{whole}" x="{number(slip)}"/>'))
    return foot_zone(sheet, 0.25, "narrow", "plain", "wide")


def contour(sheet: Sheet) -> Zone:
    """Lines around two centres, like a fingerprint or a sound."""
    dice, inks, width, height = sheet.dice, sheet.inks, sheet.width, sheet.height
    x = width * dice.real(0.34, 0.66)
    y = height * (0.5 if sheet.is_wide else dice.real(0.3, 0.4))
    lines, gap = dice.whole(15, 20), (height if sheet.is_wide else width) * 0.034
    if sheet.is_open and not sheet.is_wide:
        y, gap = y + height * 0.14, gap * 1.3
    squash, lean = dice.real(0.62, 0.95), dice.either_way(32)
    step_x, step_y = dice.either_way(0.24) * gap, dice.real(-0.42, 0.1) * gap
    rings = (
        _contour_line(inks, line, x + step_x * (lines - line), y + step_y * (lines - line), squash, gap)
        for line in range(lines, 0, -1)
    )
    point = disc(x + step_x * (lines - 1), y + step_y * (lines - 1), gap * 0.6, inks.first)
    sheet.add(turned(lean, x, y, f'<g fill="none">{"".join(rings)}</g>{point}'))
    if not sheet.is_wide:
        sheet.cover(height * 0.7)
    return foot_zone(sheet, 0.19, "serif", "narrow", "plain")


def _contour_line(inks: Inks, line: int, x: float, y: float, squash: float, gap: float) -> str:
    """The line is counted from the centre; the three innermost are the point of it all."""
    tone = inks.first if line <= 3 else inks.third if line % 4 == 0 else inks.second
    size = f'rx="{number(line * gap * squash)}" ry="{number(line * gap)}"'
    stroke = f'stroke="{tone}" stroke-width="{number(gap * (0.62 if line > 3 else 0.5))}"'
    return f'<ellipse cx="{number(x)}" cy="{number(y)}" {size} {stroke}/>'
