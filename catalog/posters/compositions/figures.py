"""Somebody behind a blind, somebody on a stair."""

from catalog.posters.shapes import disc, halftone, path, polygon, rect, trace, turned
from catalog.posters.sheet import Sheet, Zone, foot_zone


def blinds(sheet: Sheet) -> Zone:
    """Light through a blind, falling on a head and shoulders; two of three wear a hat."""
    dice, inks, width = sheet.dice, sheet.inks, sheet.width
    deep = sheet.height if sheet.is_open else sheet.height * 0.68
    sheet.add(rect(0, 0, width, deep, inks.second))
    x, y = width * dice.real(0.4, 0.6), deep * 0.42
    head = min(deep * 0.24, width * 0.25)
    body, hat = _head_and_shoulders(x, y, head, deep), _hat(x, y, head)
    figure = [disc(x, y, head, "{}"), path(body, "{}")] + ([path(hat, "{}")] if dice.flip(0.7) else [])
    sheet.add(*(part.format(inks.paper) for part in figure))
    count, tilt = dice.whole(7, 10), dice.either_way(14)
    step = deep * 1.5 / count
    tops = [slat * step - deep * 0.25 for slat in range(count)]
    light = "".join(rect(-width, top, width * 3, step * dice.real(0.3, 0.42), inks.first) for top in tops)
    shade = "".join(rect(-width, top, width * 3, step * 0.36, inks.third) for top in tops)
    outline = "".join(part.format("#000") for part in figure)
    sheet.add(sheet.clip(outline, turned(tilt, width / 2, deep / 2, shade)))
    lit = sheet.clip(rect(0, 0, x - head * 0.1, deep, "#000"), turned(tilt, width / 2, deep / 2, light))
    sheet.add(f'<g opacity=".9">{lit}</g>')
    sheet.cover(deep)
    return foot_zone(sheet, 0.2, "narrow", "plain", "serif")


def _head_and_shoulders(x: float, y: float, head: float, deep: float) -> str:
    left = trace("M", x - head * 1.9, deep, "Q", x - head * 1.7, y + head * 1.25, x, y + head * 1.15)
    return left + trace("Q", x + head * 1.7, y + head * 1.25, x + head * 1.9, deep, "Z")


def _hat(x: float, y: float, head: float) -> str:
    brim, band, crown = y - head * 0.42, y - head * 0.62, y - head * 1.5
    under = trace("M", x - head * 1.6, brim, "Q", x, y - head * 0.1, x + head * 1.6, brim)
    right = trace("L", x + head * 0.86, band, "L", x + head * 0.7, crown)
    over = trace("Q", x, y - head * 1.15, x - head * 0.7, crown, "L", x - head * 0.86, band, "Z")
    return under + right + over


def stairs(sheet: Sheet) -> Zone:
    """A stair and a long shadow."""
    dice, inks, width = sheet.dice, sheet.inks, sheet.width
    deep = sheet.height if sheet.is_open else sheet.height * 0.68
    steps = dice.whole(6, 9)
    mirrored = dice.flip()
    sheet.add(halftone(width, deep * 0.8, inks.second, step=11, start=0.9, end=0.08))
    broad, high = width / steps, deep * 0.82 / steps
    tops = [(step * broad, deep - (step + 1) * high) for step in range(steps)]
    risers = "".join(trace("M", x, y, "H", width, "V", y + high, "H", x, "Z") for x, y in tops)
    treads = "".join(trace("M", x, y, "H", width, "V", y + high * 0.34, "H", x, "Z") for x, y in tops)
    x, y = steps * 0.42 * broad, tops[int(steps * 0.42)][1]
    tall = min(deep * 0.2, width * 0.21)
    flight = path(risers, inks.second) + path(treads, inks.first)
    scene = _shadow(x, y, tall, inks.third) + flight + _somebody(x, y, tall, inks.ink)
    sheet.add(f'<g transform="translate({width:.0f} 0) scale(-1 1)">{scene}</g>' if mirrored else scene)
    sheet.cover(deep)
    return foot_zone(sheet, 0.2, "serif", "narrow", "plain")


def _shadow(x: float, y: float, tall: float, ink: str) -> str:
    far = [(x + tall * 2.7, y - tall * 1.9), (x + tall * 2.2, y - tall * 2.25)]
    return polygon([(x - tall * 0.16, y), (x + tall * 0.16, y), *far], ink)


def _somebody(x: float, y: float, tall: float, ink: str) -> str:
    shoulders = y - tall * 0.62
    left = trace("M", x - tall * 0.16, y, "L", x - tall * 0.2, shoulders)
    right = trace("Q", x, y - tall * 0.82, x + tall * 0.2, shoulders, "L", x + tall * 0.16, y, "Z")
    return path(left + right, ink) + disc(x, y - tall * 0.86, tall * 0.14, ink)
