"""Looking further for what a file names and the catalogue does not have."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from catalog.models import Source, Title
from catalog.search import rebuild
from tests.catalog import tvmaze_shapes as tvmaze
from tests.factories import ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory
from tracking import jobs
from tracking.histories import asking, receiving, working
from tracking.models import ImportRow, ImportWork, LogImport, Watch

from . import trakt_shapes as trakt

pytestmark = pytest.mark.django_db

DAY = "2024-02-01T08:00:00.000Z"


@pytest.fixture
def server(httpserver, settings, monkeypatch):
    """Plays TVmaze."""
    monkeypatch.setattr("catalog.sources.http.BACK_OFF", 0)
    settings.TVMAZE_URL = httpserver.url_for("").rstrip("/")
    return httpserver


def brought(*rows):
    rebuild()
    now = datetime.now(UTC)
    content = ContentFile(trakt.export(watched__history=list(rows)))
    log_import = receiving.receive(ProfileFactory(), content, "export.zip", at=now)
    working.carry_on(log_import, clock=lambda: now)
    return log_import


def verdicts():
    return sorted(ImportRow.objects.values_list("verdict", flat=True))


def test_the_episodes_of_a_series_known_by_name_only_are_fetched(server):
    title = TitleFactory(name="The Lamplighters", year=2011, detailed_at=None)
    ExternalIdFactory(source=Source.TVMAZE, value="7", title=title)
    tvmaze.serve(server, 7, name="The Lamplighters", episodes=[tvmaze.episode(1)])
    log_import = brought(trakt.played(1, DAY, of=trakt.show()))
    assert verdicts() == ["unknown"]
    assert asking.is_pending(log_import, datetime.now(UTC))
    jobs.look_further(log_import.pk)
    assert verdicts() == ["added"]
    assert not asking.is_pending(LogImport.objects.get(), datetime.now(UTC))


def test_a_series_is_found_by_what_others_call_it_and_fetched_whole(server):
    show = tvmaze.show(7, name="The Lamplighters")
    server.expect_request("/lookup/shows", query_string={"thetvdb": "1007"}).respond_with_json(show)
    tvmaze.serve(server, 7, name="The Lamplighters", episodes=[tvmaze.episode(1)])
    log_import = brought(trakt.played(1, DAY, of=trakt.show(tvdb=1007)))
    jobs.look_further(log_import.pk)
    assert (Title.objects.get().name, verdicts()) == ("The Lamplighters", ["added"])
    assert not Watch.objects.exists()


def test_a_name_found_at_a_source_is_proposed_and_not_taken(server):
    found = [{"score": 1, "show": tvmaze.show(7, name="The Lamplighters", premiered="1987-01-05")}]
    server.expect_request("/search/shows").respond_with_json(found)
    log_import = brought(trakt.played(1, DAY, of=trakt.show(year=None)))
    jobs.look_further(log_import.pk)
    assert (ImportWork.objects.get().verdict, verdicts()) == ("doubtful", ["doubtful"])


def test_a_name_that_is_only_like_it_is_proposed(server):
    server.expect_request("/search/shows").respond_with_json([])
    MovieFactory(name="The Night Ferry to Dover", year=1999)
    log_import = brought(trakt.played_movie(DAY, of=trakt.movie("Night Ferry to Dover")))
    assert ImportWork.objects.get().verdict == "unknown"
    jobs.look_further(log_import.pk)
    work = ImportWork.objects.get()
    assert (work.verdict, len(work.candidates)) == ("doubtful", 1)


def test_what_nobody_knows_is_asked_about_again_next_week(server):
    server.expect_request("/search/shows").respond_with_json([])
    log_import = brought(trakt.played(1, DAY, of=trakt.show("Nowhere", 2001)))
    jobs.look_further(log_import.pk)
    now = datetime.now(UTC)
    assert asking.due(now) == []
    assert asking.due(now + timedelta(days=8)) == [log_import.pk]
    assert asking.due(now + timedelta(days=400)) == []


def test_a_source_that_is_down_leaves_everything_as_it_was(server):
    server.expect_request("/search/shows").respond_with_data("oh no", status=500)
    log_import = brought(trakt.played(1, DAY, of=trakt.show("Nowhere", 2001)))
    jobs.look_further(log_import.pk)
    assert (verdicts(), ImportWork.objects.get().asked_at) == (["unknown"], None)
    assert asking.due(datetime.now(UTC)) == [log_import.pk]
