from datetime import UTC, datetime, timedelta

import pytest
from django_rq import get_queue

from catalog import jobs, refresh, runs
from catalog.models import Episode, ExternalId, ImportRun, SearchChange, SourceRecord, Title
from catalog.sources.errors import UnavailableError
from tests.factories import ExternalIdFactory, PersonFactory, TitleFactory

from . import tvmaze_shapes as shapes
from .tvmaze_shapes import tvmaze_server  # noqa: F401

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def series():
    """A series that only the index knows; TVmaze calls it 82."""
    title = TitleFactory(name="Show 82", detailed_at=None)
    ExternalIdFactory(title=title, value="82")
    SourceRecord.objects.create(source="tvmaze", kind="series", external_id="82", fetched_at=NOW)
    return title


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed():` jobs asked for in here are in their queues afterwards."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def queued(name):
    return [job.args for job in get_queue(name).jobs if job.func_name.endswith("refresh_title")]


def test_a_title_is_fetched_whole(server, series, committed):
    shapes.serve(server, 82, episodes=[shapes.episode(1)])
    with committed():
        jobs.refresh_title(series.pk)
    series.refresh_from_db()
    assert (series.episode_count, Episode.objects.get().title) == (1, series)
    assert series.detailed_at
    assert [job.func_name for job in get_queue("default").jobs] == ["catalog.jobs.search.update_search"]


def test_a_failure_is_kept_in_words_and_tried_again(server, series):
    server.expect_request("/shows/82").respond_with_data("", status=500)
    with pytest.raises(UnavailableError):
        jobs.refresh_title(series.pk)
    record = SourceRecord.objects.get()
    assert (record.state, record.error) == ("failed", "TVmaze answered /shows/82 with status 500.")


def test_what_is_gone_at_the_source_is_no_failure(server, series):
    server.expect_request("/shows/82").respond_with_data("", status=404)
    jobs.refresh_title(series.pk)
    assert SourceRecord.objects.get().state == "gone"


def test_a_title_without_an_id_is_left_alone(server):
    jobs.refresh_title(TitleFactory().pk)
    jobs.refresh_title(0)
    assert not server.log


@pytest.mark.parametrize(("waiting", "queue"), [(True, "high"), (False, "default")])
def test_a_title_is_asked_for_once_a_minute(series, committed, waiting, queue):
    with committed():
        for _ in range(3):
            jobs.request_refresh(series, now=NOW, waiting=waiting)
    assert queued(queue) == [(series.pk,)]


def test_the_page_of_an_empty_title_fills_itself_in(server, series, committed):
    shapes.serve(server, 82, episodes=[shapes.episode(1)])
    with committed():
        jobs.request_refresh(series, now=NOW, waiting=True)
    get_queue("high").jobs[0].perform()
    series.refresh_from_db()
    assert series.detailed_at


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({"state": "gone"}, False),
        ({"state": "failed", "next_try_at": NOW + timedelta(minutes=1)}, False),
        ({"state": "failed", "next_try_at": NOW}, True),
        ({"state": "fetched"}, True),
    ],
)
def test_what_failed_is_not_asked_for_before_its_next_try(series, committed, changes, is_asked):
    SourceRecord.objects.update(**changes)
    with committed():
        jobs.request_refresh(series, now=NOW, waiting=True)
    assert bool(queued("high")) == is_asked


def test_nothing_is_asked_for_what_no_source_knows(committed):
    with committed():
        jobs.request_refresh(TitleFactory(), now=NOW, waiting=True)
    assert queued("high") == []


def test_a_page_does_not_fail_because_redis_is_gone(series, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    jobs.request_refresh(series, now=NOW, waiting=True)


def test_each_hour_the_wanted_titles_are_asked_for(series, committed):
    ExternalIdFactory(title=TitleFactory(detailed_at=None), value="83")
    refresh.mark_wanted([series.pk], at=NOW)
    with committed():
        jobs.refresh_stale()
    assert queued("bulk") == [(series.pk,)]


def test_a_person_is_asked_for_when_old_and_fetched(server, committed):
    person = PersonFactory()
    ExternalId.objects.create(source="tvmaze", kind="person", value="5", person=person)
    with committed():
        jobs.request_person(person, now=NOW)
    server.expect_request("/people/5").respond_with_json(shapes.person(5))
    get_queue("default").jobs[0].perform()
    person.refresh_from_db()
    assert (person.name, person.detailed_at is None) == ("Person 5", False)


def test_the_search_is_swept(series):
    SearchChange.objects.create(kind="series", object_id=series.pk)
    jobs.sweep_search()
    assert not SearchChange.objects.exists()


def test_a_queued_import_is_done_once(server):
    shapes.serve_index(server, [shapes.show(1)])
    run = runs.queue("tvmaze", "index", {}, at=NOW)
    jobs.import_index(run.pk)
    asked = len(server.log)
    jobs.import_index(run.pk)
    run.refresh_from_db()
    assert (run.state, Title.objects.count(), len(server.log)) == ("done", 1, asked)


def test_a_queued_import_that_was_called_off_does_nothing(server):
    run = runs.queue("tvmaze", "index", {}, at=NOW)
    runs.ask_to_stop(run)
    shapes.serve_index(server, [shapes.show(1)])
    jobs.import_index(run.pk)
    run.refresh_from_db()
    assert (run.state, Title.objects.count()) == ("cancelled", 0)


def test_an_import_that_left_something_behind_is_tried_again(server):
    server.expect_request("/shows").respond_with_data("", status=500)
    run = runs.queue("tvmaze", "index", {"pages": [0, 0]}, at=NOW)
    with pytest.raises(Exception, match="left 1 behind"):
        jobs.import_index(run.pk)


def test_import_runs_are_forgotten_after_thirty_days():
    for days in (29, 31):
        started = datetime.now(UTC) - timedelta(days=days)
        ImportRun.objects.create(source="tvmaze", what="index", state="done", started_at=started, finished_at=started)
        ImportRun.objects.create(source="tvmaze", what="index", state="running", started_at=started)
    jobs.clean_import_runs()
    assert [run.state for run in ImportRun.objects.order_by("pk")] == ["done", "running"]
