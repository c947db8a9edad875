"""A newcomer's first evening, in a real browser against a whole running site."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def punch(page, episode):
    return page.locator(".episode", has_text=episode).locator("button.punch")


def test_from_signing_up_to_the_log(signed_in):
    page = signed_in
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("quiet harb")
    page.get_by_role("link", name="A Quiet Harbour").first.click()
    expect(page.get_by_role("heading", name="A Quiet Harbour")).to_be_visible()
    expect(page.get_by_role("link", name="Part 2")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("The harbour master")).to_be_visible()

    punch(page, "Part 1").click()
    expect(punch(page, "Part 1")).to_contain_text("Seen")
    page.get_by_role("button", name="Undo").click()
    expect(punch(page, "Part 1")).to_contain_text("Check in")
    punch(page, "Part 1").click()
    expect(page.get_by_text("1 of 3 seen")).to_be_visible()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Diary").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry")).to_contain_text("S1 E1 · Part 1")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
    expect(page.locator(".slip")).to_contain_text("Part 2")


def test_the_log_is_kept_without_javascript(browser, catalogue, signed_in):
    cookies = signed_in.context.cookies()
    with browser.new_context(base_url=catalogue.url, java_script_enabled=False) as context:
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto("/search/?q=lamplighters")
        page.get_by_role("link", name="The Lamplighters").first.click()
        while not page.get_by_role("link", name="Part 2").count():
            page.wait_for_timeout(200)
            page.reload()
        punch(page, "Part 2").click()
        expect(punch(page, "Part 2")).to_contain_text("Seen")
        page.get_by_role("button", name="Undo").click()
        expect(punch(page, "Part 2")).to_contain_text("Check in")


def test_an_entry_is_removed_and_comes_back(signed_in):
    page = signed_in
    page.goto("/series/lantern-street/")
    expect(page.get_by_role("link", name="Part 3")).to_be_visible(timeout=30_000)
    punch(page, "Part 3").click()
    expect(punch(page, "Part 3")).to_contain_text("Seen")
    page.goto("/log/")
    page.locator(".entry summary").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".entry")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".entry")).to_have_count(1)
