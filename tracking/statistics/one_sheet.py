"""A year as one sheet to be shared: a PNG of 1080 by 1350, set in the house's own faces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from django.utils.dates import MONTHS_3
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image, ImageDraw, ImageFont
from slugify import slugify

from .figures import hours

WIDTH, HEIGHT, MARGIN = 1080, 1350, 72
INK, PAPER, SECOND, FOLD, BULB = "#0d111b", "#f0ebe0", "#b9b5ac", "#252b3a", "#f6b02f"
RIGHT = WIDTH - MARGIN

BOLD, PLAIN = (800, 62), (500, 100)
"""Weight and width of Archivo: signs and small print."""

Place = tuple[float, float]


@dataclass(frozen=True)
class Facts:
    """What the picture shows, and nothing else: as long as it stays the same, so does the picture."""

    year: int
    name: str
    language: str
    minutes: int
    films: int
    episodes: int
    months: tuple[int, ...]
    series: tuple[tuple[str, int], ...]
    film: str
    genre: str
    person: str
    streak: int


def draw(facts: Facts) -> bytes:
    """In the language that is active."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), INK)
    pen = ImageDraw.Draw(sheet)
    _masthead(pen, facts)
    _sums(pen, facts)
    _months(pen, facts.months)
    _series(pen, facts.series)
    _asides(pen, facts)
    _foot(pen)
    out = BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


# -- parts, from top to bottom -----------------------------------------------------------------------------------------


def _masthead(pen: ImageDraw.ImageDraw, facts: Facts) -> None:
    year = str(facts.year)
    write(pen, (MARGIN - 6, 232), year, 230, BOLD)
    left = MARGIN + length(year, 230, BOLD) + 26
    words = _("in review")
    size = fitted(words, 150, BOLD, RIGHT - left - 36)
    wide = length(words, size, BOLD)
    pen.rectangle([left, 232 - size * 0.98, left + wide + 36, 232 + size * 0.24], fill=BULB)
    write(pen, (left + 18, 232), words, size, BOLD, fill=INK)
    write(pen, (MARGIN, 296), cut(facts.name, 34, PLAIN, RIGHT - MARGIN), 34, PLAIN, fill=SECOND)
    pen.rectangle([MARGIN, 324, RIGHT, 331], fill=PAPER)


def _sums(pen: ImageDraw.ImageDraw, facts: Facts) -> None:
    spent = hours(facts.minutes)
    figures = [
        (said(spent), ngettext("hour", "hours", 1 if spent == 1 else 2)),
        (said(facts.films), ngettext("film", "films", facts.films)),
        (said(facts.episodes), ngettext("episode", "episodes", facts.episodes)),
    ]
    if facts.streak > 1:
        figures.append((said(facts.streak), _("days in a row")))
    room = (RIGHT - MARGIN) / len(figures)
    for at, (figure, label) in enumerate(figures):
        left = MARGIN + room * at
        write(pen, (left - 3, 462), figure, fitted(figure, 124, BOLD, room - 24), BOLD)
        write(pen, (left, 506), label, fitted(label, 28, PLAIN, room - 16), PLAIN, fill=SECOND)


def _months(pen: ImageDraw.ImageDraw, months: Sequence[int]) -> None:
    highest = max(months, default=0)
    room, floor, tall = (RIGHT - MARGIN) / 12, 716, 140
    pen.rectangle([MARGIN, floor, RIGHT, floor + 1], fill=SECOND)
    for at, minutes in enumerate(months):
        left = MARGIN + room * at
        high = max(tall * minutes / highest, 3) if minutes else 0
        if high:
            first_best = minutes == highest and highest not in months[:at]
            pen.rectangle([left + 8, floor - high, left + room - 8, floor], fill=BULB if first_best else PAPER)
        label = str(MONTHS_3[at + 1]).capitalize()
        size = fitted(label, 24, PLAIN, room)
        write(pen, (left + (room - length(label, size, PLAIN)) / 2, floor + 34), label, size, PLAIN, fill=SECOND)


def _series(pen: ImageDraw.ImageDraw, series: Sequence[tuple[str, int]]) -> None:
    if not series:
        return
    pen.rectangle([MARGIN, 792, RIGHT, 799], fill=PAPER)
    write(pen, (MARGIN, 840), _("Series of the year"), 28, PLAIN, fill=SECOND)
    for at, (name, minutes) in enumerate(series):
        base = 906 + at * 58
        time = _("%(hours)s h") % {"hours": said(hours(minutes))}
        wide = length(time, 40, BOLD)
        size = 62 if at == 0 else 50
        write(pen, (MARGIN, base), cut(name, size, BOLD, RIGHT - MARGIN - wide - 40), size, BOLD)
        write(pen, (RIGHT - wide, base), time, 40, BOLD, fill=BULB if at == 0 else SECOND)


def _asides(pen: ImageDraw.ImageDraw, facts: Facts) -> None:
    all_three = [(_("Genre"), facts.genre), (_("Film"), facts.film), (_("Most often seen"), facts.person)]
    known = [(label, text) for label, text in all_three if text]
    if not known:
        return
    room = (RIGHT - MARGIN) / len(known)
    for at, (label, text) in enumerate(known):
        left = MARGIN + room * at
        write(pen, (left, 1186), label, 24, PLAIN, fill=SECOND)
        write(pen, (left, 1230), cut(text, 42, BOLD, room - 28), 42, BOLD)


def _foot(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle([MARGIN, 1262, RIGHT, 1263], fill=SECOND)
    write(pen, (MARGIN, 1309), "MARQUEE", 36, (800, 100))
    for at in range(22):
        left = MARGIN + 206 + at * 34
        pen.ellipse([left, 1290, left + 12, 1302], outline=BULB, width=2)


def said(figure: float) -> str:
    """As the active language writes numbers."""
    whole = round(figure)
    return number_format(whole if whole == figure else figure, use_l10n=True, force_grouping=True)


# -- setting type ------------------------------------------------------------------------------------------------------

FACES = ("archivo-latin", "archivo-latin-ext")


@lru_cache(maxsize=128)
def _font(face: str, size: int, axes: tuple[int, int]) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(settings.BASE_DIR / "static" / "fonts" / f"{face}.woff2"), size)
    font.set_variation_by_axes(list(axes))
    return font


@lru_cache(maxsize=4096)
def _face_of(character: str) -> str | None:
    """The first of our faces that has it; what no face has is drawn as the box for what is missing."""
    if character.isspace():
        return FACES[0]
    for face in FACES:
        font = _font(face, 32, PLAIN)
        drawn, missing = font.getmask(character), font.getmask("\uffff")
        if drawn.size != missing.size or bytes(drawn) != bytes(missing):
            return face
    return None


@lru_cache(maxsize=512)
def settable(text: str) -> str:
    """As it is, or spelt in Latin letters where the house has none of its own."""
    if all(_face_of(character) for character in text):
        return text
    spelt: str = slugify(text, separator=" ", lowercase=False)
    return spelt


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces of one face each."""
    run, face = "", FACES[0]
    for character in settable(text):
        needed = _face_of(character) or FACES[0]
        if needed != face and run:
            yield run, face
            run = ""
        run, face = run + character, needed
    if run:
        yield run, face


def length(text: str, size: float, axes: tuple[int, int]) -> float:
    return sum(_font(face, round(size), axes).getlength(run) for run, face in _runs(text))


def write(
    pen: ImageDraw.ImageDraw, at: Place, text: str, size: float, axes: tuple[int, int], *, fill: str = PAPER
) -> None:
    """From the left end of the baseline."""
    left, base = at
    for run, face in _runs(text):
        font = _font(face, round(size), axes)
        pen.text((left, base), run, font=font, fill=fill, anchor="ls")
        left += font.getlength(run)


def fitted(text: str, size: float, axes: tuple[int, int], room: float) -> float:
    """The size, or the smaller one at which the text has room."""
    wide = length(text, size, axes)
    return size if wide <= room else max(12, size * room / wide)


def cut(text: str, size: float, axes: tuple[int, int], room: float) -> str:
    """The text, or as much of it as has room, and an ellipsis."""
    text = settable(text)
    if length(text, size, axes) <= room:
        return text
    while text and length(text + "…", size, axes) > room:
        text = text[:-1]
    return text.rstrip() + "…"
