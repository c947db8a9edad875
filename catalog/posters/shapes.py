"""Single shapes as SVG text. Lengths are in units of the view box, y grows downwards, angles are degrees clockwise."""

from collections.abc import Iterable

Point = tuple[float, float]


def number(value: float) -> str:
    """At most one decimal: a tenth of a unit is finer than any screen shows these pictures."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def trace(*parts: str | float) -> str:
    """Path data from commands and their numbers: `trace("M", 0, 1.5, "H", 9)` is `M0 1.5H9`."""
    out = []
    follows_number = False
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        else:
            out.append(" " + number(part) if follows_number else number(part))
        follows_number = not isinstance(part, str)
    return "".join(out)


def path(data: str, fill: str) -> str:
    return f'<path fill="{fill}" d="{data}"/>'


def line(data: str, ink: str, width: float) -> str:
    return f'<path fill="none" stroke="{ink}" stroke-width="{number(width)}" d="{data}"/>'


def outline(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def polygon(points: Iterable[Point], fill: str) -> str:
    return path(outline(points), fill)


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    size = f'width="{number(width)}" height="{number(height)}"'
    return f'<rect x="{number(x)}" y="{number(y)}" {size} fill="{fill}"/>'


def disc(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, ink: str, width: float) -> str:
    circle = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    return f'<circle {circle} fill="none" stroke="{ink}" stroke-width="{number(width)}"/>'


def turned(degrees: float, x: float, y: float, inner: str) -> str:
    return f'<g transform="rotate({number(degrees)} {number(x)} {number(y)})">{inner}</g>'


def halftone(width: float, height: float, ink: str, *, step: int, start: float, end: float, curve: float = 1.0) -> str:
    """A dot screen from the upper left corner down; `start` and `end` are dot sizes as shares of the step.

    Each row of dots is one dashed line with round caps, which is a hundredth of the size of the dots.
    """
    rows, out = int(height / (step * 0.5)), []
    for row in range(rows):
        size = step * (start + (end - start) * (row / max(rows - 1, 1)) ** curve)
        if size >= 0.6:
            begin = trace("M", step / 2 if row % 2 else 0, row * step * 0.5, "h", width)
            out.append(f'<path d="{begin}" stroke-width="{number(size)}"/>')
    dots = f'stroke-linecap="round" stroke-dasharray="0 {step}" fill="none"'
    return f'<g stroke="{ink}" {dots}>{"".join(out)}</g>'


def screen(x: float, y: float, width: float, height: float, ink: str, *, bars: int, start: float, end: float) -> str:
    """A line screen: bars whose thickness runs from `start` to `end`, as shares of their distance."""
    step, out = height / bars, []
    for bar in range(bars):
        thick = step * (start + (end - start) * bar / (bars - 1))
        out.append(trace("M", x, y + bar * step, "h", width, "v", thick, "h", -width, "z"))
    return path("".join(out), ink)
