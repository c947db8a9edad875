"""Somebody brings the ZIP that TV Time left them, in a real browser against a whole running site."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

COLUMNS = "gsi,s_id,ep_id,season_number,key,user_id,created_at,episode_id,series_name,episode_number"
SEEN = [(1001, "The Lamplighters", 1), (1001, "The Lamplighters", 2), (9002, "A Quiet Harbour", 1)]
SEEN += [(9003, "Lantern Street", number) for number in (1, 2, 3)]


@pytest.fixture
def export():
    """Of three series: one by an id that TVmaze knows too, two by ids that nobody knows."""
    rows = [
        f"watch-episode-{series * 10 + number}-1700000000,{series},{series * 10 + number},1,watch-episode,77,"
        f"2023-11-{number:02} 20:15:00,{series * 10 + number},{name},{number}"
        for series, name, number in SEEN
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tracking-prod-records-v2.csv", "\n".join([COLUMNS, *rows]) + "\n")
    return {"name": "tvtime.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}


def test_a_history_is_brought_corrected_added_seen_in_figures_and_taken_back(signed_in, export):
    page = signed_in
    page.goto("/import/")
    page.get_by_label("File").set_input_files(export)
    page.get_by_role("button", name="Read the file").click()
    expect(page).to_have_url(re.compile(r"/import/\d+/$"))
    decide = page.get_by_role("region", name="To be decided")
    expect(decide.get_by_role("heading", level=3)).to_have_text(["Lantern Street", "A Quiet Harbour"], timeout=30_000)
    decide.get_by_role("button", name=re.compile("Lantern Street")).click()
    expect(decide.get_by_role("heading", level=3)).to_have_text(["A Quiet Harbour"])
    decide.get_by_role("button", name=re.compile("A Quiet Harbour")).click()
    expect(decide).to_have_count(0)
    expect(page.get_by_text("6 viewings will be added.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Add to my log").click()
    expect(page.get_by_text("Added: 6 viewings.")).to_be_visible(timeout=30_000)
    history = page.url
    page.goto("/stats/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"6\s*viewings"))
    page.goto("/series/lantern-street/")
    expect(page.get_by_role("main")).to_contain_text("3 of 3 seen")
    page.goto(history)
    page.get_by_role("button", name="Take it all back").click()
    expect(page.get_by_text("6 viewings will be added.")).to_be_visible(timeout=30_000)
    page.goto("/log/")
    expect(page.get_by_role("main")).not_to_contain_text("Lantern Street")
