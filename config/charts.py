"""Pictures of numbers, as shapes that a template draws in SVG and the style sheet colours."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 170
LEFT, TOP, BOTTOM = 64, 14, 14
GAP = 0.3
THINNEST = 1.5
"""Of a bar that stands for something: less than this could not be seen."""


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    is_top: bool


@dataclass(frozen=True)
class Tick:
    y: float
    value: int

    @property
    def base(self) -> float:
        """Where its figure stands."""
        return self.y + 5


@dataclass(frozen=True)
class Columns:
    """Bars on a line at zero, those below it for what is negative; all in the units of the `viewBox`."""

    width: int
    height: int
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    left: int = LEFT


def columns(values: Sequence[int]) -> Columns:
    """One bar for each value; the first of the highest is marked."""
    highest, lowest = max(0, *values, 0), min(0, *values, 0)
    scale = (HEIGHT - TOP - BOTTOM) / ((highest - lowest) or 1)
    zero = TOP + highest * scale
    step = (WIDTH - LEFT) / max(1, len(values))
    top = values.index(highest) if highest in values and highest else None
    bars = [
        Bar(
            x=round(LEFT + step * (at + GAP / 2), 1),
            y=round(zero - max(value, 0) * scale - (THINNEST if 0 < value * scale < THINNEST else 0), 1),
            width=round(step * (1 - GAP), 1),
            height=round(max(abs(value) * scale, THINNEST), 1),
            is_top=at == top,
        )
        for at, value in enumerate(values)
        if value
    ]
    ticks = [Tick(round(zero - value * scale, 1), value) for value in sorted({highest, 0, lowest}, reverse=True)]
    return Columns(WIDTH, HEIGHT, bars, ticks)
