"""What TMDB answered once, replayed over HTTP: a film and a series as they came, with parts recorded on their own."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.models import Availability, Credit, ImportRun, Title
from catalog.sources import tmdb

from .tmdb_shapes import tmdb_server  # noqa: F401

RECORDED = Path(os.environ.get("MARQUEE_SAMPLES", "")) / "tmdb"
ANSWERS = RECORDED / "bonukai+MediaTracker/server/__tests__/metadata/provider/mock/tmdb"
PARTS = RECORDED / "andy-miles+tmdb-java-client/src/test/resources"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not PARTS.is_dir(), reason="MARQUEE_SAMPLES does not lead to recorded answers of TMDB"),
]


def recorded(name, folder, **parts):
    """An answer with its parts, which are recorded on their own."""
    told = {part.replace("_providers", "/providers"): answer(PARTS / folder / file) for part, file in parts.items()}
    return answer(ANSWERS / name) | told


def answer(path):
    return json.loads(path.with_suffix(".json").read_text())


@pytest.fixture
def film(server):
    told = recorded(
        "movieDetailsResponse",
        "MoviesApi",
        credits="GetCreditsResponse",
        alternative_titles="GetAlternativeTitlesResponse",
        translations="GetTranslationsResponse",
        release_dates="GetReleaseDatesResponse",
        watch_providers="GetWatchProvidersResponse",
    )
    server.expect_request("/movie/671").respond_with_json(told)


def test_a_recorded_film_is_imported_and_stays_as_it_is(film):
    call_command("import_tmdb", "--movie", "671", skip_checks=True)
    title = Title.objects.get()
    assert (title.year, title.runtime, title.country, str(title.source_rating)) == (2001, 152, "GB", "7.9")
    assert Credit.objects.filter(title=title).count() == 6
    assert Availability.objects.filter(title=title, region="DE").count() == 9
    call_command("import_tmdb", "--movie", "671", skip_checks=True)
    assert ImportRun.objects.latest("pk").counts["unchanged"] == 1


def test_a_recorded_series_is_imported(server):
    told = recorded("tvDetailsResponse", "TvSeriesApi", watch_providers="GetWatchProvidersResponse")
    server.expect_request("/tv/4607").respond_with_json(told)
    call_command("import_tmdb", "--series", "4607", skip_checks=True)
    title = Title.objects.get()
    assert (title.status, title.year, title.runtime) == ("ended", 2004, 45)
    assert set(title.external_ids.values_list("source", flat=True)) == {"tmdb", "imdb", "tvdb", "tvrage"}


def test_recorded_lists_are_read(server):
    server.expect_request("/search/multi").respond_with_json(answer(PARTS / "SearchApi/SearchMoviesResponse"))
    server.expect_request("/find/tt0000001").respond_with_json(answer(PARTS / "FindApi/FindByIdResponse"))
    client = tmdb.connect(is_bulk=False)
    assert [found.kind for found in client.search("x")] == ["movie"] * 3
    assert client.find("movie", {"imdb": "tt0000001"}) is None
