"""Which episode a row speaks of: a name that ends in a number is a name first."""

import pytest

from tracking.histories.parts import Parts, Place
from tracking.models import ImportRow


def found(row_name, *names, season=1):
    """What a row of the first season with this name is found to be, among episodes with these names (season 1)."""
    parts = Parts([Place(number, season, number, name) for number, name in enumerate(names, 1)])
    return parts.find(ImportRow(season_number=1, episode_name=row_name, is_of_part=True))


@pytest.mark.parametrize("name", ["Becoming: Part 2", "The Kiss 2", "Chapter 2"])
def test_a_name_that_ends_in_a_number_is_found_by_the_name(name):
    there = found(name, "becoming part 1", "waka chaka", "becoming part 2", "the kiss 2", "chapter 2")
    assert (there.episode, there.doubt) == ({"B": 3, "T": 4, "C": 5}[name[0]], "")


def test_such_a_name_is_never_taken_for_the_number_of_an_episode_with_another_name():
    there = found("Becoming: Part 2", "fog", "gas")
    assert "Becoming: Part 2" in there.doubt


@pytest.mark.parametrize("name", ["Episode 2", "Folge 2", "第2話"])
def test_a_name_that_only_counts_is_the_number(name):
    assert (found(name, "fog", "gas").episode, found(name, "fog", "gas").doubt) == (2, "")


def test_a_counting_name_of_another_season_is_not_meant():
    assert found("Chapter 2", "chapter 1", "chapter 2", season=2).missing
