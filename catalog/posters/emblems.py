"""Cut-paper signs. Each is cut in the unit circle, y downwards, and placed on the sheet by `emblem`."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from catalog.posters.shapes import Point, disc, line, path, trace, turned

Tone = Literal["ink", "back"]

_TOKEN = re.compile(r"[A-Z]|-?(?:\d+\.?\d*|\.\d+)")
_ARC_RADII = (0, 1)
_ARC_END = (5, 6)


@dataclass(frozen=True, slots=True)
class Cut:
    """A filled path: M, L, H, V, Q, C, A and Z with absolute numbers, one command for each point."""

    data: str
    tone: Tone = "ink"


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    tone: Tone = "ink"


@dataclass(frozen=True, slots=True)
class Stroke:
    data: str
    width: float
    tone: Tone = "ink"


@dataclass(frozen=True, slots=True)
class Emblem:
    """Marks laid one over the other, turned together by some degrees."""

    marks: tuple[Cut | Dot | Stroke, ...]
    turn: float = 0


def emblem(name: str, x: float, y: float, radius: float, ink: str, back: str) -> str:
    """The sign in the circle (x, y, radius); `back` is the colour it lies on, for what is cut out of it."""
    sign = EMBLEMS[name]
    tones = {"ink": ink, "back": back}
    out = []
    for mark in sign.marks:
        tone = tones[mark.tone]
        if isinstance(mark, Dot):
            out.append(disc(x + mark.x * radius, y + mark.y * radius, mark.radius * radius, tone))
        elif isinstance(mark, Stroke):
            out.append(line(_placed(mark.data, x, y, radius), tone, mark.width * radius))
        else:
            out.append(path(_placed(mark.data, x, y, radius), tone))
    return turned(sign.turn, x, y, "".join(out)) if sign.turn else "".join(out)


@cache
def _commands(data: str) -> tuple[tuple[str, tuple[float, ...]], ...]:
    commands: list[tuple[str, list[float]]] = []
    for token in _TOKEN.findall(data):
        if token.isalpha():
            commands.append((token, []))
        else:
            commands[-1][1].append(float(token))
    return tuple((letter, tuple(numbers)) for letter, numbers in commands)


def _placed(data: str, x: float, y: float, radius: float) -> str:
    return "".join(
        trace(letter, *_placed_numbers(letter, numbers, x, y, radius)) for letter, numbers in _commands(data)
    )


def _placed_numbers(letter: str, numbers: tuple[float, ...], x: float, y: float, radius: float) -> Iterator[float]:
    for at, value in enumerate(numbers):
        if letter == "A" and at not in _ARC_END:
            yield value * radius if at in _ARC_RADII else value
        elif letter == "H" or (letter != "V" and at % 2 == (1 if letter == "A" else 0)):
            yield x + value * radius
        else:
            yield y + value * radius


def _round(radius: float, squash: float = 1.0) -> str:
    arc = f"A{radius} {radius * squash} 0 1 0"
    return f"M{-radius} 0{arc} {radius} 0{arc} {-radius} 0Z"


def _on_circle(radius: float, turn: float) -> Point:
    """A point at a share of the full turn, clockwise from the top."""
    angle = turn * math.tau - math.pi / 2
    return math.cos(angle) * radius, math.sin(angle) * radius


def _closed(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.4f} {y:.4f}" for x, y in points) + "Z"


def _star(radius: float = 1.0, y: float = 0.0) -> str:
    corners = (_on_circle(radius if at % 2 == 0 else radius * 0.42, at / 10) for at in range(10))
    return _closed([(corner[0], corner[1] + y) for corner in corners])


def _sunbeams() -> str:
    half = 0.09 / math.tau
    beams = ([(0.72, -half), (1.08, 0.0), (0.72, half)] for _ in range(16))
    return "".join(
        _closed([_on_circle(radius, at / 16 + turn) for radius, turn in beam]) for at, beam in enumerate(beams)
    )


def _seams() -> tuple[Stroke, ...]:
    """The seams of a football, from the corners of its middle patch to the edge."""
    ends = [(_on_circle(0.3, at / 5), _on_circle(0.9, at / 5)) for at in range(5)]
    return tuple(Stroke(f"M{a:.3f} {b:.3f}L{c:.3f} {d:.3f}", 0.08, "back") for (a, b), (c, d) in ends)


def _fields() -> tuple[Cut, ...]:
    """Every other field of a wheel of fortune."""
    corners = [(_on_circle(0.8, at / 10), _on_circle(0.8, (at + 1) / 10)) for at in range(0, 10, 2)]
    return tuple(Cut(f"M0 0L{a:.3f} {b:.3f}A.8 .8 0 0 1 {c:.3f} {d:.3f}Z", "back") for (a, b), (c, d) in corners)


EMBLEMS = {
    "arrow": Emblem(
        (
            Cut("M-1 -.09H.5V.09H-1Z"),
            Cut("M.3 -.42L1 0L.3 .42Z"),
            Cut("M-1 -.09L-1.15 -.34L-.78 -.34L-.55 -.09Z"),
            Cut("M-1 .09L-1.15 .34L-.78 .34L-.55 .09Z"),
        ),
        turn=-32,
    ),
    "ball": Emblem((Dot(0, 0, 0.9), Cut(_closed([_on_circle(0.34, at / 5) for at in range(5)]), "back"), *_seams())),
    "bird": Emblem((Cut("M-1 -.2Q-.45 -.66 0 -.02Q.45 -.66 1 -.2Q.5 -.3 .12 .3L0 .46L-.12 .3Q-.5 -.3 -1 -.2Z"),)),
    "bolt": Emblem((Cut("M.3 -1L-.62 .2L-.06 .2L-.3 1L.62 -.26L.06 -.26Z"),)),
    "bow": Emblem(
        (
            Cut("M-1 -.55L-.1 -.14L-.1 .14L-1 .55Z"),
            Cut("M1 -.55L.1 -.14L.1 .14L1 .55Z"),
            Dot(0, 0, 0.2),
        )
    ),
    "bowler": Emblem(
        (
            Cut(
                "M-.58 .22V-.1A.58 .58 0 0 1 .58 -.1V.22ZM-1 .28Q0 .5 1 .28Q.9 .62 0 .62Q-.9 .62 -1 .28Z",
            ),
        )
    ),
    "bubble": Emblem(
        (
            Cut(
                "M-.7 -.75H.7A.25 .25 0 0 1 .95 -.5V.2A.25 .25 0 0 1 .7 .45H.05L-.45 .95V.45H-.7"
                "A.25 .25 0 0 1 -.95 .2V-.5A.25 .25 0 0 1 -.7 -.75Z"
            ),
            Dot(-0.45, -0.15, 0.12, "back"),
            Dot(0, -0.15, 0.12, "back"),
            Dot(0.45, -0.15, 0.12, "back"),
        )
    ),
    "candle": Emblem(
        (
            Cut("M-.24 0H.24V.78H-.24Z"),
            Cut("M-.7 .78H.7L.52 1H-.52Z"),
            Cut("M0 -1Q.36 -.52 .2 -.3A.22 .22 0 0 1 -.2 -.3Q-.36 -.52 0 -1Z"),
            Stroke("M0 -.3V0", 0.07),
        )
    ),
    "coffin": Emblem(
        (
            Cut("M-.3 -1L.3 -1L.58 -.4L.34 1L-.34 1L-.58 -.4Z"),
            Cut("M-.05 -.72H.05V.08H-.05Z", "back"),
            Cut("M-.22 -.5H.22V-.4H-.22Z", "back"),
        )
    ),
    "column": Emblem(
        (
            Cut("M-.75 -1H.75V-.8H-.75ZM-.6 -.75H.6V-.63H-.6ZM-.46 -.58H.46V.66H-.46Z"),
            Cut("M-.6 .7H.6V.8H-.6ZM-.75 .84H.75V1H-.75Z"),
            Cut("M-.28 -.5H-.18V.58H-.28ZM-.05 -.5H.05V.58H-.05ZM.18 -.5H.28V.58H.18Z", "back"),
        )
    ),
    "compass": Emblem(
        (
            Dot(0, 0, 0.95),
            Dot(0, 0, 0.78, "back"),
            Cut("M.46 -.6L.16 .14L-.46 .6L-.16 -.14Z"),
            Dot(0, 0, 0.09, "back"),
        )
    ),
    "cross": Emblem((Cut("M-.3 -.9H.3V-.3H.9V.3H.3V.9H-.3V.3H-.9V-.3H-.3Z"),)),
    "crown": Emblem((Cut("M-1 .6L-1 -.4L-.5 .08L0 -.75L.5 .08L1 -.4L1 .6Z"),)),
    "cup": Emblem(
        (
            Cut("M-.75 -.15H.4V.25A.45 .45 0 0 1 -.05 .7H-.3A.45 .45 0 0 1 -.75 .25ZM-.9 .82H.6V.96H-.9Z"),
            Stroke("M.4 0H.6A.2 .2 0 0 1 .6 .4H.38", 0.13),
            Stroke("M-.42 -.32Q-.58 -.48 -.42 -.64Q-.26 -.8 -.42 -.96", 0.1),
            Stroke("M.06 -.32Q-.1 -.48 .06 -.64Q.22 -.8 .06 -.96", 0.1),
        )
    ),
    "die": Emblem(
        (
            Cut("M-.72 -.72H.72V.72H-.72Z"),
            *(Dot(x, y, 0.13, "back") for x, y in ((-0.4, -0.4), (0.4, -0.4), (0, 0), (-0.4, 0.4), (0.4, 0.4))),
        ),
        turn=14,
    ),
    "eye": Emblem(
        (
            Cut("M-1 0Q0 -1.15 1 0Q0 1.15 -1 0Z"),
            Dot(0, 0, 0.42, "back"),
            Dot(0, 0, 0.2),
            Dot(0.12, -0.13, 0.07, "back"),
        )
    ),
    "fir": Emblem(
        (Cut("M0 -1L.5 -.3H.26L.68 .25H.36L.8 .75H.12V1H-.12V.75H-.8L-.36 .25H-.68L-.26 -.3H-.5Z"),),
    ),
    "ghost": Emblem(
        (
            Cut("M-.65 .95V-.25A.65 .7 0 0 1 .65 -.25V.95L.33 .7L0 .95L-.33 .7Z"),
            Dot(-0.24, -0.25, 0.13, "back"),
            Dot(0.24, -0.25, 0.13, "back"),
        )
    ),
    "hammer": Emblem(
        (Cut("M-.11 -.34H.11V1H-.11Z"), Cut("M-.66 -.84H.3Q.66 -.8 .84 -.4Q.54 -.54 .3 -.36H-.66Z")),
        turn=-38,
    ),
    "hand": Emblem(
        (
            Cut("M-.5 .3V-.5A.11 .11 0 0 1 -.28 -.5V.3ZM-.25 .3V-.8A.11 .11 0 0 1 -.03 -.8V.3Z"),
            Cut("M0 .3V-.87A.11 .11 0 0 1 .22 -.87V.3ZM.25 .3V-.66A.11 .11 0 0 1 .47 -.66V.3Z"),
            Cut("M-.5 .2H.47L.72 -.14A.12 .12 0 0 1 .93 0L.52 .78Q.4 1 .16 1H-.16Q-.5 1 -.5 .6Z"),
        )
    ),
    "heart": Emblem((Cut("M0 .9L-.86 0A.52 .52 0 0 1 0 -.5A.52 .52 0 0 1 .86 0Z"),)),
    "helmet": Emblem(
        (
            Cut("M-1 .4Q-.82 .3 -.8 .08C-.78 -.52 -.45 -.8 0 -.8C.45 -.8 .78 -.52 .8 .08Q.82 .3 1 .4Z"),
            Stroke("M-.6 .36Q-.48 .86 0 .88Q.48 .86 .6 .36", 0.1),
        )
    ),
    "hourglass": Emblem(
        (
            Cut("M-.62 -1H.62V-.82H-.62ZM-.62 .82H.62V1H-.62Z"),
            Cut("M-.5 -.76H.5Q.48 -.26 .1 0Q.48 .26 .5 .76H-.5Q-.48 .26 -.1 0Q-.48 -.26 -.5 -.76Z"),
            Cut("M-.37 -.66H.37Q.35 -.5 .28 -.38H-.28Q-.35 -.5 -.37 -.66Z", "back"),
            Cut("M0 .1Q.3 .26 .36 .5L0 .32L-.36 .5Q-.3 .26 0 .1Z", "back"),
        )
    ),
    "house": Emblem((Cut("M0 -.9L.95 -.08H.7V.85H-.7V-.08H-.95Z"), Cut("M-.18 .2H.18V.85H-.18Z", "back"))),
    "keyhole": Emblem((Dot(0, -0.3, 0.5), Cut("M-.2 -.1L.2 -.1L.46 1L-.46 1Z"))),
    "kite": Emblem(
        (Cut("M-1 .08L1 -.76L.42 .78L.02 .28L-.26 .7L-.3 .18Z"), Stroke("M-.3 .18L1 -.76L.02 .28", 0.06, "back")),
    ),
    "leaf": Emblem(
        (
            Cut("M-.62 .62C-1 -.4 -.1 -.95 .85 -.9C.95 .1 .35 1 -.62 .62Z"),
            Stroke("M-.95 .95L-.6 .6", 0.13),
            Stroke("M-.62 .62L.45 -.5", 0.08, "back"),
        )
    ),
    "mask": Emblem(
        (
            Cut("M-1 -.34Q-.5 -.54 0 -.3Q.5 -.54 1 -.34Q1 .4 .52 .44Q.2 .44 0 .12Q-.2 .44 -.52 .44Q-1 .4 -1 -.34Z"),
            Cut("M-.76 -.02Q-.48 -.3 -.2 .02Q-.48 .2 -.76 -.02ZM.76 -.02Q.48 -.3 .2 .02Q.48 .2 .76 -.02Z", "back"),
        )
    ),
    "medal": Emblem(
        (
            Cut("M-.56 -1H-.14L.12 -.2H-.26ZM.56 -1H.14L-.12 -.2H.26Z"),
            Dot(0, 0.38, 0.6),
            Cut(_star(0.38, 0.38), "back"),
        )
    ),
    "microphone": Emblem(
        (
            Cut("M-.32 -.66A.32 .32 0 0 1 .32 -.66V-.1A.32 .32 0 0 1 -.32 -.1Z"),
            Stroke("M-.32 -.6H.06M-.32 -.4H.06M-.32 -.2H.06", 0.07, "back"),
            Stroke("M-.58 -.24V-.1A.58 .58 0 0 0 .58 -.1V-.24", 0.13),
            Cut("M-.08 .4H.08V.8H-.08ZM-.42 .8H.42V.97H-.42Z"),
        )
    ),
    "moon": Emblem((Cut("M.35 -.92A1 1 0 1 0 .35 .92A1.02 1.02 0 0 1 .35 -.92Z"),)),
    "note": Emblem(
        (
            Cut("M-.48 -.7L.77 -.95V.5H.58V-.42L-.29 -.25V.7H-.48Z"),
            Dot(-0.54, 0.7, 0.27),
            Dot(0.52, 0.5, 0.27),
        )
    ),
    "pear": Emblem(
        (
            Cut(
                "M-.06 -.62C.3 -.62 .26 -.2 .4 .02C.74 .5 .44 .96 0 .96"
                "C-.44 .96 -.74 .5 -.4 .02C-.26 -.2 -.4 -.62 -.06 -.62Z"
            ),
            Stroke("M-.02 -.58Q0 -.84 .14 -1", 0.1),
            Cut("M.1 -.72Q.3 -1.04 .72 -.88Q.48 -.56 .1 -.72Z"),
        )
    ),
    "pipe": Emblem(
        (
            Cut("M-.9 -.3H-.1V.2A.4 .45 0 0 1 -.9 .2Z"),
            Stroke("M-.2 .5C.5 .6 .3 -.55 1 -.55", 0.17),
        )
    ),
    "pulse": Emblem((Stroke("M-1 .1H-.52L-.26 -.72L.14 .8L.4 .1H1", 0.17),)),
    "record": Emblem(
        (
            Dot(0, 0, 0.95),
            Stroke(_round(0.76), 0.05, "back"),
            Stroke(_round(0.58), 0.05, "back"),
            Dot(0, 0, 0.34, "back"),
            Dot(0, 0, 0.09),
        )
    ),
    "rocket": Emblem(
        (
            Cut("M0 -1Q.5 -.3 .3 .5L-.3 .5Q-.5 -.3 0 -1Z"),
            Cut("M-.3 .1L-.66 .8L.66 .8L.3 .1Z"),
            Dot(0, -0.25, 0.16, "back"),
        ),
        turn=28,
    ),
    "saturn": Emblem(
        (
            Dot(0, 0, 0.58),
            Stroke(_round(1.05, 0.26 / 1.05), 0.2, "back"),
            Stroke(_round(1.05, 0.26 / 1.05), 0.09),
        ),
        turn=-24,
    ),
    "scales": Emblem(
        (
            Cut("M-.06 -.8H.06V.75H-.06ZM-.42 .75H.42V.92H-.42ZM-.8 -.64H.8V-.5H-.8Z"),
            Dot(0, -0.82, 0.13),
            Cut("M-1.02 .1H-.38A.32 .32 0 0 1 -1.02 .1ZM.38 .1H1.02A.32 .32 0 0 1 .38 .1Z"),
            Stroke("M-.96 .1L-.7 -.56L-.44 .1M.44 .1L.7 -.56L.96 .1", 0.06),
        )
    ),
    "star": Emblem((Cut(_star()),)),
    "sun": Emblem((Dot(0, 0, 0.58), Cut(_sunbeams()))),
    "trophy": Emblem(
        (
            Cut("M-.5 -.9H.5V-.35A.5 .5 0 0 1 -.5 -.35ZM-.1 .1H.1V.6H-.1ZM-.44 .58H.44V.85H-.44Z"),
            Stroke("M-.5 -.7H-.86V-.5A.4 .4 0 0 0 -.42 -.1M.5 -.7H.86V-.5A.4 .4 0 0 1 .42 -.1", 0.12),
        )
    ),
    "wheel": Emblem((Dot(0, 0, 0.95), *_fields(), Dot(0, 0, 0.2))),
}
