"""Looking for something, in a real browser against a whole running site."""

import re

import pytest
from playwright.sync_api import expect

from tests.catalog import tvmaze_shapes as tvmaze

pytestmark = pytest.mark.journey


@pytest.fixture
def quay(tvmaze_server):
    """A series that TVmaze knows, of a name that nothing here comes close to."""
    show = tvmaze.show(71, name="Zeppelin Quay")
    tvmaze_server.expect_request("/search/shows").respond_with_json([{"score": 0.9, "show": show}])
    tvmaze.serve(tvmaze_server, 71, name=show["name"], episodes=[tvmaze.episode(1) | {"id": 71001}])


def test_what_only_tvmaze_knows_streams_in_and_becomes_a_page(signed_in, quay):
    page = signed_in
    page.goto("/search/")
    page.locator("#q").press_sequentially("zeppelin quay")
    expect(page.get_by_role("heading", name="Not in this catalogue yet")).to_be_visible()
    page.get_by_role("button", name="Search TVmaze too").click()
    page.get_by_role("button", name="Zeppelin Quay").click()
    expect(page.get_by_role("heading", name="Zeppelin Quay")).to_be_visible()
    expect(page.get_by_role("link", name="Part 1")).to_be_visible(timeout=30_000)


def test_a_search_that_led_somewhere_is_kept_and_forgotten_again(signed_in):
    page = signed_in
    page.goto("/search/")
    page.locator("#q").press_sequentially("lamplig")
    page.get_by_role("link", name="The Lamplighters").press("Enter")
    expect(page.get_by_role("heading", name="The Lamplighters")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=harbour"))
    page.goto("/search/")
    recent = page.get_by_role("region", name="Looked for lately")
    expect(recent.get_by_role("link")).to_have_text(["harbour", "lamplig"])
    recent.get_by_role("button", name="Forget “harbour”").click()
    expect(recent.get_by_role("link")).to_have_text(["lamplig"])
    page.get_by_role("button", name="Undo").click()
    expect(recent.get_by_role("link")).to_have_text(["harbour", "lamplig"])


def test_filters_are_set_by_keyboard_and_stay_where_they_are(signed_in):
    page = signed_in
    page.goto("/search/?q=lam")
    page.get_by_label("Kind").focus()
    page.keyboard.type("Ser")
    expect(page).to_have_url(re.compile(r"kind=series"))
    expect(page.get_by_label("Kind")).to_be_focused()
    expect(page.get_by_label("Kind")).to_have_value("series")
    page.locator("#q").press("End")
    page.keyboard.type("plighters")
    expect(page).to_have_url(re.compile(r"q=lamplighters&kind=series"))
    expect(page.get_by_role("link", name="The Lamplighters")).to_be_visible()
