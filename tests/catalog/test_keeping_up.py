"""Following TVmaze's feed of changes, and the weekly sweep over what was not looked at for long."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_rq import get_queue

from catalog import imports, jobs, refresh, runs
from catalog.models import ExternalId, ImportRun, SourceRecord, Title
from catalog.sources import tvmaze
from catalog.sources.facts import IndexPage
from catalog.sources.fields import Record

from . import tvmaze_shapes as shapes
from .tvmaze_shapes import tvmaze_server  # noqa: F401

pytestmark = pytest.mark.django_db

SEEN = 1_600_000_000
"""When the shows of our shapes changed last."""


def index(*numbers):
    facts = tuple(tvmaze.read_show(Record(shapes.show(number), "record")) for number in numbers)
    refresh.save_index(IndexPage(0, facts, ()), at=timezone.now())


def feed(server, since="day", **changed):
    answer = {number.removeprefix("show"): at for number, at in changed.items()}
    server.expect_request("/updates/shows", query_string={"since": since}).respond_with_json(answer)


def follow(since="day"):
    out = StringIO()
    call_command("import_tvmaze", "--updates", since, stdout=out, stderr=out, skip_checks=True)
    return out.getvalue()


def asked(server):
    return sorted(request.path for request, _ in server.log if request.path != "/updates/shows")


def test_what_changed_is_fetched_as_the_index_has_it(server):
    index(1, 2)
    feed(server, show1=SEEN, show2=SEEN + 60)
    server.expect_request("/shows/2").respond_with_json(shapes.show(2, name="Renamed", updated=SEEN + 60))
    assert "1 changed" in follow()
    assert (asked(server), Title.objects.filter(name="Renamed").count()) == (["/shows/2"], 1)


def test_what_viewers_follow_is_fetched_whole(server):
    index(1)
    Title.objects.update(wanted_at=timezone.now())
    feed(server, show1=SEEN + 60)
    shapes.serve(server, 1, episodes=[shapes.episode(1)])
    follow()
    assert Title.objects.get().episode_count == 1


def test_the_same_feed_again_asks_for_nothing(server):
    index(1)
    feed(server, show1=SEEN + 60)
    server.expect_request("/shows/1").respond_with_json(shapes.show(1, updated=SEEN + 60))
    follow()
    follow()
    assert asked(server) == ["/shows/1"]


def test_strangers_stay_out_where_the_index_never_came_in(server):
    index(1)
    feed(server, show2=SEEN)
    follow()
    assert asked(server) == []


def test_a_new_show_comes_in_where_its_page_did(server):
    index(*range(1, 31))
    feed(server, show200=SEEN, show300=SEEN, show900=SEEN)
    for number in (200, 300):
        server.expect_request(f"/shows/{number}").respond_with_json(shapes.show(number))
    follow()
    assert asked(server) == ["/shows/200", "/shows/300"]


def test_an_id_that_the_feed_names_and_the_source_no_longer_knows_is_marked(server):
    index(1, 2)
    feed(server, show1=SEEN + 60, show2=SEEN + 60)
    server.expect_request("/shows/1").respond_with_data("", status=404)
    server.expect_request("/shows/2").respond_with_json(shapes.show(2, updated=SEEN + 60))
    assert "Import run" in follow()
    assert (SourceRecord.objects.get(external_id="1").state, Title.objects.count()) == ("gone", 2)


@pytest.mark.parametrize("answer", ["[]", "<html>", '"soon"'])
def test_a_feed_that_is_none_is_said_and_changes_nothing(server, answer):
    index(1)
    server.expect_request("/updates/shows").respond_with_data(answer, content_type="application/json")
    with pytest.raises(CommandError, match="answered"):
        follow()
    assert asked(server) == []


@pytest.mark.parametrize("answer", [{"1": "soon"}, {"1": None, "x": SEEN}, {}])
def test_what_cannot_be_read_in_a_feed_is_passed_over(server, answer):
    index(1)
    server.expect_request("/updates/shows").respond_with_json(answer)
    follow()
    assert asked(server) == []


def queued():
    return [ImportRun.objects.get(pk=job.args[0]) for job in get_queue("bulk").jobs]


@pytest.mark.parametrize(("days", "since"), [(None, "month"), (1, "week"), (9, "month")])
def test_the_feed_is_read_as_far_back_as_is_needed(django_capture_on_commit_callbacks, days, since):
    if days:
        at = timezone.now() - timedelta(days=days)
        done = {"state": "done", "started_at": at, "finished_at": at}
        ImportRun.objects.create(source="tvmaze", what=imports.UPDATES, options={"since": "week"}, **done)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.follow_tvmaze()
    assert [run.options for run in queued()] == [{"since": since}]


def sweep():
    with runs.started("tvmaze", imports.STALE, {}, at=timezone.now(), fresh=False) as run:
        imports.carry_out(run, tvmaze.connect(is_bulk=True), clock=timezone.now, watch=lambda run: None)
    return run


def test_the_sweep_fetches_what_viewers_care_for_and_nobody_asked_about_for_a_week(server):
    index(1, 2, 3)
    old = datetime(2026, 1, 1, tzinfo=UTC)
    Title.objects.filter(external_ids__value__in=["1", "2"]).update(detailed_at=old)
    fresh = SourceRecord.objects.filter(external_id="2")
    fresh.update(state="fetched", fetched_at=timezone.now())
    shapes.serve(server, 1, episodes=[shapes.episode(1)])
    assert sweep().counts["changed"] == 1
    assert asked(server) == ["/shows/1", "/shows/1/episodes"]


def test_the_sweep_goes_round_what_is_gone(server):
    index(1)
    Title.objects.update(wanted_at=timezone.now())
    server.expect_request("/shows/1").respond_with_data("", status=404)
    assert sweep().state == "done"
    assert sweep().done == 0
    assert ExternalId.objects.filter(source="tvmaze").count() == 1


def test_each_source_is_swept_by_a_run_of_its_own(django_capture_on_commit_callbacks):
    for _sunday in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.refresh_all_stale()
    assert [(run.source, run.what) for run in queued()] == [("tvmaze", "stale")]


def test_hourly_batches_follow_what_the_source_allows():
    allowed = tvmaze.PROVIDER.titles_within(3600)
    assert 3000 < allowed < 3600


def test_what_failed_is_due_again_at_its_next_try_even_when_another_source_answered():
    index(1)
    now = timezone.now()
    Title.objects.update(detailed_at=now)
    refresh.note_failure("tvmaze", "series", "1", "No answer.", at=now)
    assert refresh.due(now=now, limit=10) == []
    assert refresh.due(now=now + timedelta(minutes=2), limit=10) == [Title.objects.get().pk]
