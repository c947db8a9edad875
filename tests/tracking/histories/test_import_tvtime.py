"""A ZIP of TV Time all the way into the log."""

from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile

from catalog.models import Source
from tests.factories import EpisodeFactory, ExternalIdFactory, ProfileFactory, TitleFactory
from tracking.histories import choosing, receiving, working
from tracking.models import LibraryEntry, LogImport, Rating, Watch

from .files import packed, table
from .test_reader_tvtime import EPISODES, V2, VOTES, seen, stands

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)
AGAIN = "2024-03-02 20:30:00"


@pytest.fixture
def profile():
    return ProfileFactory(time_zone="Europe/Paris")


@pytest.fixture(autouse=True)
def series():
    """Known to TheTVDB under the id that the rows have, though here under another name."""
    title = TitleFactory(name="Les Allumeurs", year=2011)
    ExternalIdFactory(source=Source.TVDB, value="81189", title=title)
    for number in (1, 2, 3):
        EpisodeFactory(title=title, number=number)
    return title


def add(profile, tmp_path, *lines, **others):
    """Bring a ZIP with these rows and add what is to be added; how many rows there were by verdict."""
    path = packed(tmp_path, {f"me/{EPISODES}": table(V2, *lines), **others}).path
    log_import = receiving.receive(profile, ContentFile(path.read_bytes()), "tvtime.zip", at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    found = {verdict: sum(kinds.values()) for verdict, kinds in log_import.counts.items() if kinds}
    if working.begin(log_import, LogImport.State.APPLYING, of=choosing.OPEN, at=NOW):
        working.carry_on(log_import, clock=lambda: NOW)
    return found


def test_the_same_zip_three_times_is_one_log(profile, tmp_path):
    lines = [seen(1), seen(1, AGAIN, kind="rewatch"), seen(2)]
    assert add(profile, tmp_path, *lines) == {"added": 3}
    before = list(Watch.objects.order_by("pk").values())
    assert add(profile, tmp_path, *lines) == {"present": 3}
    assert add(profile, tmp_path, *reversed(lines)) == {"present": 3}
    assert list(Watch.objects.order_by("pk").values()) == before


def test_a_newer_zip_adds_new_plays_of_a_known_series(profile, tmp_path):
    add(profile, tmp_path, seen(1))
    assert add(profile, tmp_path, seen(1), seen(1, AGAIN, kind="rewatch"), seen(2)) == {"added": 2, "present": 1}
    assert Watch.objects.filter(episode__number=1).count() == 2


def test_an_archived_series_stays_dropped_though_it_was_seen(profile, tmp_path):
    add(profile, tmp_path, stands(archived=True), seen(1), seen(2))
    entry = LibraryEntry.objects.get(profile=profile)
    assert (entry.state, entry.seen_count) == ("dropped", 2)


def test_votes_alone_make_no_viewing(profile, tmp_path):
    votes = table(VOTES, "The Lamplighters,1,2,7,4002-7-29,4002")
    shows = table("tv_show_name,tv_show_id,is_followed,nb_episodes_seen", "The Lamplighters,81189,1,0")
    files = {"ratings-3-prod-episode_votes.csv": votes, "user_tv_show_data.csv": shows}
    assert add(profile, tmp_path, **files) == {"added": 2}
    assert (Watch.objects.count(), Rating.objects.get().value) == (0, 80)
    assert LibraryEntry.objects.get().state == "planned"
