"""Figures as the pictures and tables of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.locales import country_name

from . import shapes
from .figures import NOTHING, Figures, Tally
from .periods import Period, months
from .streaks import Streak, current, longest

MEASURES: dict[str, str | Promise] = {"hours": _("Hours"), "episodes": _("Episodes"), "films": _("Films")}

MOST_MONTHS = 24
MOST_YEARS = 20
MOST_MAPS = 10


@dataclass(frozen=True)
class Row:
    """A month or a year, with the one it is compared with."""

    period: Period
    label: str
    tally: Tally
    other: Tally | None = None


@dataclass(frozen=True)
class Timeline:
    """One kind of period after the other, drawn by one measure, told by all."""

    chart: shapes.Columns
    rows: Sequence[Row]
    best: Row
    best_value: float
    is_cut: bool
    """Whether earlier ones were left out."""


@dataclass(frozen=True)
class Charts:
    months: Timeline | None
    years: Timeline | None
    maps: Sequence[shapes.Heat]
    rose: shapes.Rose | None
    hours: Sequence[tuple[int, int]]
    longest: Streak | None
    current: Streak | None
    genres: shapes.Ranking
    networks: shapes.Ranking
    countries: shapes.Ranking


def draw(figures: Figures, other: Figures | None, *, measure: str, today: date) -> Charts:
    """`measure` is one of MEASURES."""
    first, last = _span(figures, today)
    counted = {hour: tally.viewings for hour, tally in figures.hours.items()}
    return Charts(
        months=_months(figures, other, first, last, measure),
        years=_years(figures, first, last, measure),
        maps=_maps(figures, first, last, today),
        rose=shapes.rose(counted),
        hours=[(hour, counted.get(hour, 0)) for hour in range(24)],
        longest=longest(figures.days),
        current=current(figures.days, today=today) if figures.period.holds(today) else None,
        genres=_ranking(figures.genres),
        networks=_ranking(figures.networks),
        countries=_ranking({country_name(code): tally for code, tally in figures.countries.items()}),
    )


def _span(figures: Figures, today: date) -> tuple[date, date]:
    """From the first to the last month there is something to draw of; a running period ends today."""
    known = [*figures.months, *figures.days] or [date(year, 1, 1) for year in figures.years] or [today]
    first, last = figures.period.within(min(known), max(*known, today))
    return first, max(min(last, max(*known, today)), first)


def _value(tally: Tally, measure: str) -> float:
    return float(getattr(tally, measure))


def _months(figures: Figures, other: Figures | None, first: date, last: date, measure: str) -> Timeline | None:
    if not figures.months:
        return None
    shown = list(months(first, last))
    earlier = _aligned_months(other, len(shown))
    rows = [
        Row(Period.of_month(on), date_format(on, "F Y"), figures.months.get(on, NOTHING), beside)
        for on, beside in zip(shown, earlier, strict=True)
    ]
    labels = [date_format(on, "M") if on.month > 1 or len(shown) <= 12 else str(on.year) for on in shown]
    return _timeline(rows[-MOST_MONTHS:], labels[-MOST_MONTHS:], measure, is_cut=len(rows) > MOST_MONTHS)


def _aligned_months(other: Figures | None, count: int) -> list[Tally | None]:
    """The first month of one beside the first of the other, and so on."""
    if other is None or other.period.first is None or other.period.last is None:
        return [None] * count
    theirs = [other.months.get(on, NOTHING) for on in months(other.period.first, other.period.last)][:count]
    return [*theirs, *[None] * (count - len(theirs))]


def _years(figures: Figures, first: date, last: date, measure: str) -> Timeline | None:
    years = range(min([first.year, *figures.years]), max([last.year, *figures.years]) + 1)
    if len(years) == 1:
        return None
    rows = [Row(Period.of_year(year), str(year), figures.years.get(year, NOTHING)) for year in years]
    return _timeline(
        rows[-MOST_YEARS:], [row.label for row in rows[-MOST_YEARS:]], measure, is_cut=len(rows) > MOST_YEARS
    )


def _timeline(rows: Sequence[Row], labels: Sequence[str], measure: str, *, is_cut: bool) -> Timeline:
    values = [_value(row.tally, measure) for row in rows]
    others = [None if row.other is None else _value(row.other, measure) for row in rows]
    chart = shapes.columns(list(zip(labels, values, strict=True)), others if any(row.other for row in rows) else ())
    best = max(range(len(rows)), key=lambda at: (values[at], -at))
    return Timeline(chart, rows, rows[best], values[best], is_cut)


def _maps(figures: Figures, first: date, last: date, today: date) -> list[shapes.Heat]:
    """A year each, the newest first."""
    years = range(last.year, first.year - 1, -1)[:MOST_MAPS] if figures.days else range(0)
    by_year: dict[int, dict[date, int]] = {year: {} for year in years}
    for day, tally in figures.days.items():
        if day.year in by_year:
            by_year[day.year][day] = tally.minutes
    ends = figures.period.within(date.min, date.max)
    return [shapes.heat(year, by_year[year], first=ends[0], last=ends[1], today=today) for year in years]


def _ranking(tallies: dict[str, Tally]) -> shapes.Ranking:
    return shapes.ranking([(name, tally.hours) for name, tally in tallies.items() if tally.minutes])
