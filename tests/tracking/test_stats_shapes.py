"""Where the marks of the pictures stand."""

from datetime import date, timedelta

import pytest

from tracking.statistics import charts, shapes
from tracking.statistics.figures import Figures, Tally
from tracking.statistics.periods import Period

TODAY = date(2026, 11, 21)
ALL_TIME = Period()


def cells(path: str) -> int:
    """How many days a level of the map draws."""
    return sum(int(stroke.partition("v")[2]) for stroke in path.split("M")[1:])


@pytest.mark.parametrize("highest", [0, 0.2, 1, 3, 44, 45, 312, 99_999])
def test_the_highest_column_stays_below_the_topmost_line(highest):
    chart = shapes.columns([("Jan", highest), ("Feb", highest / 2)])
    assert chart.ticks[-1].value >= highest
    assert 2 <= len(chart.ticks) <= 7
    assert min(bar.y for bar in chart.bars) >= chart.ticks[-1].y


def test_the_first_of_the_highest_columns_is_marked():
    chart = shapes.columns([("a", 2), ("b", 5), ("c", 5), ("d", 0)])
    assert [bar.is_top for bar in chart.bars] == [False, True, False, False]
    assert [bar.height > 0 for bar in chart.bars] == [True, True, True, False]


def test_a_tiny_value_can_still_be_seen():
    assert shapes.columns([("a", 10_000), ("b", 1)]).bars[1].height >= 1


def test_many_columns_name_only_some_of_themselves():
    chart = shapes.columns([(str(number), number) for number in range(40)])
    assert len([bar for bar in chart.bars if bar.label]) <= shapes.FIGURES_UP_TO
    assert not chart.has_figures


def test_the_longest_of_a_ranking_fills_its_track():
    bars = shapes.ranking([("Drama", 10), ("Crime", 5), ("News", 0)]).bars
    assert [bar.width for bar in bars] == [400, 200, 0]


def test_the_rose_has_a_petal_for_every_hour_with_a_viewing():
    rose = shapes.rose({20: 4, 21: 2, 22: 0})
    assert [petal.is_top for petal in rose.petals] == [True, False]
    assert rose.spoken == "20–21"
    assert shapes.rose({23: 1}).spoken == "23–0"
    assert shapes.rose({}) is None


@pytest.mark.parametrize(("year", "days"), [(2023, 365), (2024, 366), (2028, 366), (2040, 366)])
def test_the_map_of_a_year_holds_each_of_its_days_once(year, days):
    spent = {date(year, 2, 28): 90, date(year, 3, 1): 30, date(year, 12, 31): 0}
    drawn = shapes.heat(year, spent, first=date.min, last=date.max, today=date(2100, 1, 1))
    counts = {level: cells(path) for level, path in drawn.paths}
    assert sum(counts.values()) == days
    assert (counts["h1"], counts["h4"]) == (1, 1) or counts["h2"] == 1
    assert drawn.days == [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_days_to_come_and_days_not_asked_about_are_only_outlined():
    drawn = shapes.heat(2026, {}, first=date(2026, 2, 1), last=date(2026, 12, 31), today=date(2026, 2, 10))
    assert {level: cells(path) for level, path in drawn.paths} == {"h0": 10, "hx": 355}


@pytest.mark.parametrize(("minutes", "level"), [(None, 0), (0, 1), (10, 1), (25, 2), (50, 3), (75, 4), (100, 4)])
def test_a_longer_day_is_stronger(minutes, level):
    assert shapes.level(minutes, 100) == level


def figures_of(days: dict[date, int], period: Period = ALL_TIME) -> Figures:
    months: dict[date, Tally] = {}
    years: dict[int, Tally] = {}
    for day, minutes in days.items():
        month, tally = day.replace(day=1), Tally(1, minutes)
        months[month] = months.get(month, Tally()) + tally
        years[day.year] = years.get(day.year, Tally()) + tally
    return Figures(period, days={day: Tally(1, minutes) for day, minutes in days.items()}, months=months, years=years)


def test_a_running_year_is_drawn_up_to_today():
    figures = figures_of({date(2026, 3, 5): 60}, Period.of_year(2026))
    drawn = charts.draw(figures, None, measure="hours", today=TODAY)
    assert [row.label for row in drawn.months.rows][::10] == ["January 2026", "November 2026"]
    assert drawn.years is None
    assert [heat.year for heat in drawn.maps] == [2026]


def test_a_single_viewing_is_a_picture_too():
    drawn = charts.draw(figures_of({TODAY: 45}), None, measure="hours", today=TODAY)
    assert [row.label for row in drawn.months.rows] == ["November 2026"]
    assert drawn.longest.length == drawn.current.length == 1


def test_long_logs_are_drawn_by_years_and_their_last_months():
    days = {date(1996, 1, 1) + timedelta(days=30 * number): 60 for number in range(370)}
    drawn = charts.draw(figures_of(days), None, measure="hours", today=TODAY)
    assert (len(drawn.months.rows), drawn.months.is_cut) == (charts.MOST_MONTHS, True)
    assert (len(drawn.years.rows), drawn.years.is_cut) == (charts.MOST_YEARS, True)
    assert len(drawn.maps) == charts.MOST_MAPS


def test_the_first_month_stands_beside_the_first_of_the_other_period():
    figures = figures_of({date(2026, 3, 5): 60}, Period.of_year(2026))
    other = figures_of({date(2025, 1, 5): 600, date(2025, 12, 5): 60}, Period.of_year(2025))
    drawn = charts.draw(figures, other, measure="hours", today=TODAY)
    assert [row.other.hours for row in drawn.months.rows] == [10, *[0] * 10]
    assert [bar.dash is not None for bar in drawn.months.chart.bars] == [True, *[False] * 10]
