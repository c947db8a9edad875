"""Where the marks of the pictures stand, in units of the `viewBox`; templates draw, style sheets colour them."""

from calendar import isleap
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import cos, log10, pi, sin

from .periods import months

Labelled = Sequence[tuple[str, float]]

# -- columns -----------------------------------------------------------------------------------------------------------

WIDTH, FLOOR, CEILING, LEFT = 800, 300, 48, 48
FIGURES_UP_TO = 12
"""Columns that have room for their figures above them."""

THINNEST = 1.5


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    value: float
    label: str
    is_top: bool = False
    dash: float | None = None
    """The height of what it is compared with."""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        """Where its figure stands: clear of the dash, too."""
        dash = self.dash if self.dash is not None and self.y - 24 < self.dash < self.y + 4 else self.y
        return min(self.y, dash) - 8

    @property
    def dash_left(self) -> float:
        return round(self.x - self.width * 0.08, 1)

    @property
    def dash_right(self) -> float:
        return round(self.x + self.width * 1.08, 1)


@dataclass(frozen=True)
class Tick:
    y: float
    value: float

    @property
    def base(self) -> float:
        return self.y + 5


@dataclass(frozen=True)
class Columns:
    bars: Sequence[Column]
    ticks: Sequence[Tick]
    has_figures: bool
    width: int = WIDTH
    height: int = FLOOR + 38
    left: int = LEFT
    foot: int = FLOOR + 28


def columns(values: Labelled, others: Sequence[float | None] = ()) -> Columns:
    """One for each value, the first of the highest marked; `others` are drawn as dashes across them."""
    highest = max([value for _, value in values] + [other or 0 for other in others], default=0)
    step = _tick_step(highest)
    top = max(step, -(-highest // step) * step)
    scale = (FLOOR - CEILING) / top
    room = (WIDTH - LEFT) / max(1, len(values))
    width = min(room * 0.72, 64)
    best = max((value for _, value in values), default=0)
    first_best = next((at for at, (_, value) in enumerate(values) if value == best > 0), None)
    every = -(-len(values) // FIGURES_UP_TO)
    bars = []
    for at, (label, value) in enumerate(values):
        other = others[at] if at < len(others) else None
        height = max(value * scale, THINNEST) if value else 0
        bars.append(
            Column(
                x=round(LEFT + room * at + (room - width) / 2, 1),
                y=round(FLOOR - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                value=value,
                label="" if at % every else label,
                is_top=at == first_best,
                dash=round(FLOOR - other * scale, 1) if other else None,
            )
        )
    ticks = [Tick(round(FLOOR - step * number * scale, 1), step * number) for number in range(round(top / step) + 1)]
    return Columns(bars, ticks, has_figures=len(values) <= FIGURES_UP_TO)


def _tick_step(highest: float) -> float:
    """A round distance that leaves about four lines."""
    rough = max(highest, 1) / 4
    power: float = 10 ** int(log10(rough)) if rough >= 1 else 1
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)


# -- bars that lie -----------------------------------------------------------------------------------------------------

LYING = 400
LINE = 44


@dataclass(frozen=True)
class Lying:
    name: str
    value: float
    y: int
    width: float

    @property
    def track(self) -> int:
        return self.y + 22

    @property
    def base(self) -> int:
        return self.y + 15


@dataclass(frozen=True)
class Ranking:
    bars: Sequence[Lying]
    width: int = LYING

    @property
    def height(self) -> int:
        return LINE * len(self.bars)


def ranking(values: Labelled) -> Ranking:
    """The longest first, as they are given."""
    highest = max((value for _, value in values), default=0) or 1
    return Ranking(
        [
            Lying(name, value, LINE * at, round(max(LYING * value / highest, THINNEST if value else 0), 1))
            for at, (name, value) in enumerate(values)
        ]
    )


# -- the day as a rose -------------------------------------------------------------------------------------------------

CENTRE_X, CENTRE_Y, INNER, OUTER = 248.0, 186.0, 56.0, 178.0


@dataclass(frozen=True)
class Petal:
    path: str
    is_top: bool


@dataclass(frozen=True)
class Rose:
    petals: Sequence[Petal]
    top: int
    width: int = 430
    height: int = 370

    @property
    def spoken(self) -> str:
        return f"{self.top}–{(self.top + 1) % 24}"


def rose(hours: Mapping[int, int]) -> Rose | None:
    """24 petals around a clock, as long as there are viewings that begin in their hour; None without any."""
    highest = max(hours.values(), default=0)
    if not highest:
        return None
    top = min(hour for hour, count in hours.items() if count == highest)
    petals = [
        Petal(_petal(hour, INNER + (OUTER - INNER) * hours[hour] / highest), hour == top)
        for hour in sorted(hours)
        if hours[hour]
    ]
    return Rose(petals, top)


def _petal(hour: int, reach: float) -> str:
    begin, end = (2 * pi * (hour + share) / 24 for share in (0.03, 0.97))
    inner, outer = (_at(begin, INNER), _at(end, INNER)), (_at(begin, reach), _at(end, reach))
    return f"M{inner[0]}L{outer[0]}A{reach:.1f} {reach:.1f} 0 0 1 {outer[1]}L{inner[1]}A56 56 0 0 0 {inner[0]}Z"


def _at(angle: float, radius: float) -> str:
    return f"{CENTRE_X + sin(angle) * radius:.1f} {CENTRE_Y - cos(angle) * radius:.1f}"


# -- every day of a year -----------------------------------------------------------------------------------------------

LEVELS = 5
CELL = 23


@dataclass(frozen=True)
class MonthName:
    x: int
    on: date


@dataclass(frozen=True)
class Heat:
    """The days of a year, one column a week from Monday on; `paths` by level, drawn in cells by a dashed line."""

    year: int
    paths: Sequence[tuple[str, str]]
    names: Sequence[MonthName]
    days: Sequence[int]
    """How many days with a viewing each of the months has."""

    width: int = 40 + 54 * CELL
    height: int = 30 + 7 * CELL
    cell: int = CELL


def heat(year: int, minutes: Mapping[date, int], *, first: date, last: date, today: date) -> Heat:
    """`minutes` are those of this year alone; what is to come, before `first` or after `last` is only outlined."""
    highest = max(minutes.values(), default=0)
    begin, length = date(year, 1, 1), 366 if isleap(year) else 365
    offset = begin.weekday()
    places: dict[str, list[int]] = defaultdict(list)
    for number in range(length):
        on = begin + timedelta(number)
        is_outlined = on > today or not first <= on <= last
        places["hx" if is_outlined else f"h{level(minutes.get(on), highest)}"].append(offset + number)
    seen = Counter(on.month for on in minutes)
    names = [
        MonthName(40 + CELL * ((offset + (on - begin).days) // 7), on) for on in months(begin, begin.replace(month=12))
    ]
    paths = [(name, _cells(places[name])) for name in sorted(places)]
    return Heat(year, paths, names, [seen[month] for month in range(1, 13)])


def level(minutes: int | None, highest: int) -> int:
    """0 for a day without a viewing; a viewing of unknown length is one, all the same."""
    if minutes is None:
        return 0
    return min(LEVELS - 1, 1 + (LEVELS - 1) * minutes // max(1, highest))


def _cells(places: Sequence[int]) -> str:
    """One stroke for the days that follow each other within a week; places count from the first Monday shown."""
    strokes = []
    for _run, found in groupby(enumerate(places), key=lambda pair: (pair[1] - pair[0], pair[1] // 7)):
        run = [place for _, place in found]
        strokes.append(f"M{run[0] // 7}.5 {run[0] % 7}v{len(run)}")
    return "".join(strokes)
