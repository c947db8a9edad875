"""What happened to a title, kept in words when it is fetched again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog import refresh
from catalog.models import Title, TitleChange
from catalog.sources import tvmaze

from . import tvmaze_shapes as shapes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=8)


def apply(*, at=NOW, **parts):
    refresh.apply_title(None, tvmaze.read_whole_show(shapes.whole(1, **parts)), at=at)


def news():
    return list(TitleChange.objects.order_by("pk").values_list("kind", "text"))


def test_nothing_is_news_about_a_title_fetched_for_the_first_time():
    apply(episodes=[shapes.episode(1)], cast=[shapes.cast(5, "Aunt")])
    assert news() == []


def test_nothing_is_news_when_nothing_changed():
    apply(episodes=[shapes.episode(1)], cast=[shapes.cast(5, "Aunt")])
    apply(episodes=[shapes.episode(1)], cast=[shapes.cast(5, "Aunt")], at=LATER)
    assert news() == []


def test_another_status_is_news():
    apply(status="Running")
    apply(status="Ended", at=LATER)
    assert news() == [("status", "Running, now ended")]
    assert TitleChange.objects.get().detail == {"before": "running", "after": "ended"}


def test_new_episodes_are_named_and_many_are_counted():
    apply(episodes=[shapes.episode(1)])
    apply(episodes=[shapes.episode(place) for place in range(1, 7)], at=LATER)
    assert news() == [("episode", "New: S1 E2 “Part 2”, S1 E3 “Part 3”, S1 E4 “Part 4” and 2 more")]
    assert len(TitleChange.objects.get().detail["episodes"]) == 5


def test_a_special_alone_is_no_news():
    apply(episodes=[shapes.episode(1)])
    apply(episodes=[shapes.episode(1), shapes.special(2)], at=LATER)
    assert news() == []


def test_a_new_season_is_news():
    apply(episodes=[shapes.episode(1)])
    apply(episodes=[shapes.episode(1), shapes.episode(2, season=2, number=1)], at=LATER)
    assert news() == [("season", "Season 2 was announced"), ("episode", "New: S2 E1 “Part 2”")]


def test_a_moved_date_is_news_with_both_days():
    apply(episodes=[shapes.episode(1), shapes.episode(2)])
    apply(episodes=[shapes.episode(1), shapes.episode(2, airdate="2012-02-09")], at=LATER)
    assert news() == [("date", "S1 E2 “Part 2” moved from 2 January 2012 to 9 February 2012")]


def test_a_new_face_is_news():
    apply(cast=[shapes.cast(5, "Aunt")])
    apply(cast=[shapes.cast(5, "Aunt"), shapes.cast(6, "Uncle")], at=LATER)
    assert news() == [("cast", "New in the cast: Person 6 as Uncle")]


def test_a_first_cast_is_no_news():
    apply()
    apply(cast=[shapes.cast(5, "Aunt")], at=LATER)
    assert news() == []


def test_a_refresh_that_is_refused_leaves_no_news():
    apply(status="Running")
    facts = replace(tvmaze.read_whole_show(shapes.whole(1, status="Ended")), country="TOO LONG")
    with pytest.raises(refresh.RefusedError):
        refresh.apply_title(Title.objects.get(), facts, at=LATER)
    assert news() == []
