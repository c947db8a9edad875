from datetime import UTC, datetime, timedelta

import pytest

from catalog import arrivals
from catalog.models import SourceRecord
from tests.factories import ExternalIdFactory, MovieFactory, TitleFactory

from . import tmdb_shapes as shapes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LATER, MUCH_LATER = NOW + timedelta(minutes=5), NOW + timedelta(hours=5)


@pytest.fixture(autouse=True)
def key(settings):
    settings.TMDB_API_KEY = shapes.KEY


def known(title, source, **record):
    """An id of the title at a source, and how asking there went, if it did."""
    outside = ExternalIdFactory(title=title, source=source, kind=title.kind)
    if record:
        SourceRecord.objects.create(source=source, kind=title.kind, external_id=outside.value, fetched_at=NOW, **record)
    return title


def of(title):
    return arrivals.of(title, title.external_ids.order_by("pk"), now=NOW)


def film():
    return MovieFactory(detailed_at=None)


def test_a_film_is_awaited_from_tmdb():
    assert of(known(film(), "tmdb")) == arrivals.Arrival("TMDB", is_awaited=True)


@pytest.mark.parametrize("source", ["imdb", "tvmaze", "demo"])
def test_a_film_is_not_awaited_from_where_nobody_can_be_asked_for_films(source):
    assert of(known(film(), source)) is None


def test_without_a_key_nothing_is_awaited(settings):
    settings.TMDB_API_KEY = ""
    assert of(known(film(), "tmdb")) is None


def test_what_was_fetched_is_not_awaited():
    assert of(known(MovieFactory(), "tmdb")) is None


def test_of_several_sources_the_best_ranked_is_named():
    title = TitleFactory(detailed_at=None)
    assert of(known(known(title, "tmdb"), "tvmaze")).source == "TVmaze"


@pytest.mark.parametrize(
    ("tvmaze", "tmdb", "expected"),
    [
        ({"state": "gone"}, {}, arrivals.Arrival("TMDB", is_awaited=True)),
        ({"state": "failed", "next_try_at": LATER}, {}, arrivals.Arrival("TMDB", is_awaited=True)),
        ({"state": "gone"}, {"state": "gone"}, arrivals.Arrival("TVmaze", is_awaited=False, is_gone=True)),
        (
            {"state": "failed", "next_try_at": MUCH_LATER},
            {"state": "failed", "next_try_at": LATER},
            arrivals.Arrival("TMDB", is_awaited=False, next_try_at=LATER),
        ),
        (
            {"state": "gone"},
            {"state": "failed", "next_try_at": LATER},
            arrivals.Arrival("TMDB", is_awaited=False, next_try_at=LATER),
        ),
    ],
)
def test_one_source_that_may_still_answer_is_enough(tvmaze, tmdb, expected):
    title = TitleFactory(detailed_at=None)
    assert of(known(known(title, "tvmaze", **tvmaze), "tmdb", **tmdb)) == expected


def test_it_takes_one_query_however_many_ids_there_are(django_assert_num_queries):
    title = TitleFactory(detailed_at=None)
    for source in ("tvmaze", "tmdb", "imdb", "tvmaze"):
        known(title, source, state="indexed")
    ids = list(title.external_ids.all())
    with django_assert_num_queries(1):
        arrivals.of(title, ids, now=NOW)
