"""Posters, as the trade's one-sheets: the picture, the title and one line of facts."""

from collections.abc import Sequence

from catalog.posters.compositions import COMPOSITIONS, HANGING, WITHOUT_LETTERING
from catalog.posters.dice import Dice
from catalog.posters.inks import INKS
from catalog.posters.lettering import Box, small_print, title_in_lines
from catalog.posters.moods import mood_for
from catalog.posters.shapes import number, rect
from catalog.posters.sheet import Sheet, Zone, key_for
from catalog.posters.wood_type import title_in_wood_type
from catalog.posters.wording import letterable, shortened, tidy

WIDTH, HEIGHT = 400, 600
SHORT_TITLE = 26
"""Characters of a title that a slope has room for in wood type."""


def poster(name: str, *, year: int | None, kind: str, genres: Sequence[str], credit: str = "") -> str:
    """A poster of 400 x 600 as SVG: the same arguments give the same picture for ever.

    `kind` is "movie" or "series", `genres` are slugs of which the first known one decides, `credit` is one short line.
    A name in a script that the faces lack gets a picture without lettering; the page beside it has to say the name.
    """
    name, credit = tidy(name), tidy(credit)
    dice, mood = Dice("poster", name, year, kind), mood_for(genres)
    inks, composition = INKS[dice.pick(mood.inks)], dice.pick(mood.compositions)
    title = shortened(letterable(name))
    key = key_for("poster", name, year, kind, *genres, credit)
    sheet = Sheet(WIDTH, HEIGHT, dice, inks, mood, key, title)
    sheet.add(rect(0, 0, WIDTH, HEIGHT, inks.paper))
    if not title:
        COMPOSITIONS[WITHOUT_LETTERING.get(composition, composition)](sheet)
        return sheet.svg(name)
    zone = COMPOSITIONS[composition](sheet)
    hung = zone is not None and _letter(sheet, zone, composition)
    facts = letterable(credit) or ("Series" if kind == "series" else "Film")
    _add_facts(sheet, facts, str(year or ""), zone, hung=hung)
    return sheet.svg(name)


def _letter(sheet: Sheet, zone: Zone, composition: str) -> bool:
    """Set the title where the composition left room, or above the picture; true for the latter."""
    dice, box, anchor = sheet.dice, zone.box, zone.anchor
    face = dice.pick(zone.faces)
    hung = composition in HANGING and dice.flip(0.42)
    if hung:
        hang = HANGING[composition]
        _hang(sheet, hang.drop)
        box, anchor = Box(box.x, sheet.margin * 2.02, box.width, min(box.height, hang.room)), "top"
    if anchor == "slope":
        sheet.add(_sloping_title(sheet.title, zone))
        return hung
    capitals = face == "narrow" and dice.flip(0.5)
    foot = anchor == "foot"
    sheet.add(title_in_lines(sheet.title, face, box, zone.ink, align=zone.align, foot=foot, capitals=capitals))
    return hung


def _hang(sheet: Sheet, drop: int) -> None:
    picture = f'<g transform="translate(0 {drop})">{"".join(sheet.parts)}</g>'
    paper = sheet.inks.paper
    sheet.parts = [rect(0, 0, WIDTH, HEIGHT, paper), picture, rect(0, 0, WIDTH, drop, paper)]


def _sloping_title(title: str, zone: Zone) -> str:
    if len(title) < SHORT_TITLE:
        lettering, _ = title_in_wood_type(title, zone.box, zone.ink)
    else:
        lettering = title_in_lines(title, "narrow", zone.box, zone.ink, foot=False, capitals=True)
    turn = f"rotate({number(zone.tilt)} {WIDTH // 2} {HEIGHT // 2}) translate(0 -14)"
    return f'<g transform="{turn}">{lettering}</g>'


def _add_facts(sheet: Sheet, left: str, right: str, zone: Zone | None, *, hung: bool) -> None:
    margin, measure = sheet.margin, WIDTH - 2 * sheet.margin
    ink = (zone and zone.small_ink) or sheet.inks.ink
    rule = margin * 1.34 if hung else HEIGHT - margin * 1.42 - 4
    baseline = margin * 1.02 + 1 if hung else HEIGHT - margin * 0.78 + 1
    if zone is None or zone.anchor != "slope":
        sheet.add(rect(margin, rule, measure, 1, ink))
    sheet.add(small_print(left, right, margin, baseline, measure, ink))
