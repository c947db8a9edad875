"""Several episodes in one press, and what the spoiler shield shows of them, in a real browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

VEIL = "Veiled until you have seen it"


def row(page, episode):
    return page.locator("li.episode", has_text=episode)


@pytest.fixture
def series(signed_in):
    page = signed_in
    page.goto("/series/the-lamplighters/")
    expect(page.get_by_role("link", name="Part 3")).to_be_visible(timeout=30_000)
    return page


def test_a_press_lifts_the_veil_of_its_row_at_once_and_undo_lets_it_fall(series):
    page, first = series, row(series, "Part 1")
    expect(first).to_contain_text(VEIL)
    first.locator("button.punch").click()
    expect(first.locator("p.say")).to_have_text("What part 1 tells.")
    expect(first).not_to_contain_text(VEIL)
    expect(row(page, "Part 2")).to_contain_text(VEIL)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Part 1")).to_contain_text(VEIL)


def test_a_season_is_marked_on_the_days_it_was_shown_and_taken_back_as_one(series):
    page = series
    page.locator("#episodes").get_by_role("link", name="Say when").click()
    page.get_by_label("When").select_option(label="The day each was shown")
    page.get_by_role("button", name="Save to the diary").click()
    expect(page.get_by_text("3 viewings added.")).to_be_visible()
    expect(page.locator("#episodes .punch.seen")).to_have_count(3)
    expect(page.locator("#episodes")).not_to_contain_text(VEIL)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#episodes .punch.seen")).to_have_count(0)


def test_the_page_of_an_episode_shows_what_it_veiled_once_the_veil_is_lifted(series):
    page = series
    page.get_by_role("link", name="Part 2").click()
    expect(page.locator("#plot")).to_contain_text(VEIL)
    page.locator("#plot summary").click()
    expect(page.locator("p#plot")).to_be_focused()
    expect(page.locator("p#plot")).not_to_contain_text(VEIL)
    page.reload()
    expect(page.locator("#plot")).to_contain_text(VEIL)
    page.locator("button.punch").click()
    expect(page.locator("p#plot")).to_have_text("What part 2 tells.")
