"""Bars as shapes."""

import pytest

from config.charts import BOTTOM, HEIGHT, LEFT, THINNEST, TOP, WIDTH, columns

FULL = HEIGHT - TOP - BOTTOM


def test_the_highest_bar_fills_the_picture_and_is_marked():
    chart = columns([5, 10])
    assert [(bar.height, bar.is_top) for bar in chart.bars] == [(FULL / 2, False), (FULL, True)]


def test_what_is_negative_hangs_below_the_line():
    up, down = columns([10, -10]).bars
    assert up.y + up.height == down.y
    assert (up.y, down.y + down.height) == (TOP, HEIGHT - BOTTOM)


def test_what_is_little_can_still_be_seen():
    assert columns([1, 1_000_000]).bars[0].height == THINNEST


def test_nothing_has_no_bar_but_keeps_its_place():
    (bar,) = columns([0, 3]).bars
    assert bar.x > LEFT + (WIDTH - LEFT) / 2


@pytest.mark.parametrize(
    ("values", "ticks"), [([], [0]), ([0, 0], [0]), ([3, 7], [7, 0]), ([-2, 5], [5, 0, -2]), ([-4], [0, -4])]
)
def test_the_line_and_the_extremes_are_named(values, ticks):
    assert [tick.value for tick in columns(values).ticks] == ticks


@pytest.mark.parametrize("values", [[], [0], [1], [-1], [3] * 60, list(range(-30, 30))])
def test_everything_lies_inside(values):
    for bar in columns(values).bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= WIDTH
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT
