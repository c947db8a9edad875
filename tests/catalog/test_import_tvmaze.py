import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_rq import get_queue
from werkzeug import Response

from catalog import imports, runs
from catalog.models import Episode, ImportRun, SourceRecord, Title
from catalog.sources import tvmaze
from tests.factories import ExternalIdFactory

from . import tvmaze_shapes as shapes
from .tvmaze_shapes import tvmaze_server  # noqa: F401

pytestmark = pytest.mark.django_db


def run(*arguments):
    """What the command says, and on failure why."""
    out = StringIO()
    try:
        call_command("import_tvmaze", *arguments, stdout=out, stderr=out, skip_checks=True)
    except CommandError as error:
        return f"{out.getvalue()}FAILED {error}"
    return out.getvalue()


def names():
    return sorted(Title.objects.values_list("name", flat=True))


def asked(server):
    return [request.full_path.removesuffix("?") for request, _ in server.log]


def pages_asked(server):
    return sorted(int(request.args["page"]) for request, _ in server.log if request.path == "/shows")


def failing(times, then):
    """An answer of 500 so often, then what is there."""
    left = iter(range(times))
    return lambda request: Response(status=500) if next(left, None) is not None else Response(then, 200)


def test_the_whole_index_is_imported_up_to_its_end(server):
    shapes.serve_index(server, [shapes.show(1), shapes.show(2)], [], [shapes.show(501)])
    assert "3 created." in run()
    assert names() == ["Show 1", "Show 2", "Show 501"]
    done = ImportRun.objects.get()
    assert (done.state, done.done, done.total, done.counts["created"]) == ("done", 3, 3, 3)


def test_a_second_import_changes_nothing_and_says_so(server):
    shapes.serve_index(server, [shapes.show(1), shapes.show(2)])
    run()
    before = list(Title.objects.order_by("pk").values("pk", "name", "slug", "updated_at"))
    assert "2 unchanged." in run()
    assert list(Title.objects.order_by("pk").values("pk", "name", "slug", "updated_at")) == before


def test_only_the_pages_asked_for_are_fetched(server):
    shapes.serve_index(server, *([shapes.show(number)] for number in range(1, 6)))
    run("--pages", "1-2")
    assert (pages_asked(server), names()) == ([1, 2], ["Show 2", "Show 3"])


def test_a_bad_record_is_named_and_the_rest_is_saved(server):
    shapes.serve_index(server, [shapes.show(1), shapes.show(2, name=None), "nonsense", shapes.show(4)])
    said = run()
    assert "show 2: name: is missing; left out" in said
    assert "page 0, record 3: record: is text, not an object; left out" in said
    assert names() == ["Show 1", "Show 4"]
    assert ImportRun.objects.get().counts["problems"] == 2


def test_a_page_that_failed_three_times_is_tried_again_at_the_end(server):
    page = '[{"id": 1, "name": "Late"}]'
    server.expect_request("/shows", query_string="page=0").respond_with_handler(failing(3, page))
    shapes.serve_index(server, [], [shapes.show(251)])
    assert "2 created" in run()
    assert names() == ["Late", "Show 251"]


def test_what_stays_unfetched_is_named_and_the_next_run_fetches_only_that(server):
    page = '[{"id": 1, "name": "Late"}]'
    server.expect_request("/shows", query_string="page=0").respond_with_handler(failing(6, page))
    shapes.serve_index(server, [], [shapes.show(251)])
    said = run()
    assert "TVmaze answered /shows with status 500" in said
    assert "FAILED 1 could not be fetched" in said
    server.clear_log()
    assert "2 created" in run()
    assert (pages_asked(server), ImportRun.objects.get().state) == ([0], "done")


def test_a_source_that_is_down_stops_the_run_where_it_is(server):
    for number in range(2):
        answer = [shapes.show(number + 1)]
        server.expect_request("/shows", query_string=f"page={number}").respond_with_json(answer)
    server.expect_request("/shows").respond_with_data("", status=503)
    assert "FAILED TVmaze cannot be reached: 10 failures in a row" in run()
    stopped = ImportRun.objects.get()
    assert (stopped.state, stopped.cursor["index"]["after"], stopped.cursor["index"]["failed"]) == ("failed", 1, [])


def interrupted(**cursor):
    """A run whose process was killed: it says that it runs, and nobody holds its lock."""
    state = {"after": 0, "failed": [], "is_over": False, "done": 1} | cursor
    return ImportRun.objects.create(source="tvmaze", what="index", state="running", cursor={"index": state})


def test_a_run_that_was_killed_is_gone_on_with(server):
    killed = interrupted()
    assert runs.live(killed).is_interrupted
    shapes.serve_index(server, [shapes.show(1)], [shapes.show(251)])
    assert f"Going on with import run {killed.pk}" in run()
    assert (min(pages_asked(server)), names()) == (1, ["Show 251"])
    killed.refresh_from_db()
    assert (killed.state, killed.done) == ("done", 2)


def test_a_fresh_import_begins_anew(server):
    killed = interrupted()
    shapes.serve_index(server, [shapes.show(1)])
    run("--fresh")
    killed.refresh_from_db()
    assert (killed.state, names()) == ("cancelled", ["Show 1"])


def test_two_imports_of_the_same_do_not_run_at_once(server, transactional_db):
    running = interrupted()
    held, over = threading.Event(), threading.Event()

    def other_process():
        with runs.holding("tvmaze", "index", {}):
            held.set()
            over.wait(10)
        connection.close()

    other = threading.Thread(target=other_process)
    other.start()
    held.wait(10)
    said = run()
    over.set()
    other.join()
    assert f"FAILED Import run {running.pk} does the same just now" in said
    assert not server.log


def test_a_run_asked_to_stop_stops_between_pages(server):
    shapes.serve_index(server, *([shapes.show(number)] for number in range(1, 9)))
    with runs.started("tvmaze", "index", {}, at=timezone.now(), fresh=False) as started:
        source = tvmaze.connect(is_bulk=True)
        imports.carry_out(
            started, source, clock=timezone.now, watch=lambda run: run.done == 2 and runs.ask_to_stop(run)
        )
    assert (started.state, names()) == ("cancelled", ["Show 1", "Show 2"])


def test_what_was_rolled_back_is_done_again(server):
    def break_down(run):
        if run.done == 2:
            raise OSError("The disk is full")

    shapes.serve_index(server, *([shapes.show(number)] for number in range(1, 4)))
    started = runs.started("tvmaze", "index", {}, at=timezone.now(), fresh=False)
    with pytest.raises(OSError, match="disk"), started as failing:
        imports.carry_out(failing, tvmaze.connect(is_bulk=True), clock=timezone.now, watch=break_down)
    assert (names(), failing.errors, failing.done) == (["Show 1"], ["The disk is full"], 1)
    assert "3 created" in run()
    assert names() == ["Show 1", "Show 2", "Show 3"]


def test_its_progress_can_be_read_by_every_process(server):
    seen = []
    shapes.serve_index(server, [shapes.show(1), shapes.show(2, name=None)], [])
    with runs.started("tvmaze", "index", {"pages": [0, 1]}, at=timezone.now(), fresh=False) as started:
        source, row = tvmaze.connect(is_bulk=True), ImportRun.objects.get()
        imports.carry_out(started, source, clock=timezone.now, watch=lambda run: seen.append(runs.live(row)))
    assert not seen[0].is_interrupted
    assert [(live.step, live.done, live.percent, live.errors) for live in seen[:3]] == [
        ("index", 0, 0, 0),
        ("index", 1, 50, 1),
        ("index", 2, 100, 1),
    ]


def test_without_redis_progress_is_that_of_the_row(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    row = ImportRun(source="tvmaze", what="index", state="queued", step="index", done=3, total=4)
    assert runs.live(row).percent == 75


def test_only_the_first_hundred_errors_are_kept():
    row = ImportRun()
    runs.note(row, [f"error {number}" for number in range(70)])
    runs.note(row, [f"error {number}" for number in range(70)])
    assert (len(row.errors), row.counts["problems"]) == (100, 140)


def test_single_shows_are_imported_whole(server):
    shapes.serve(server, 7, episodes=[shapes.episode(1)], cast=[shapes.cast(5)])
    shapes.serve(server, 8)
    assert "2 created." in run("--show", "7", "--show", "8")
    assert (names(), Episode.objects.count()) == (["Show 7", "Show 8"], 1)


def test_a_show_nobody_knows_is_a_failure(server):
    server.expect_request("/shows/9").respond_with_data("", status=404)
    assert "TVmaze knows no /shows/9" in run("--show", "9")
    assert ImportRun.objects.get().state == "failed"


def test_details_fetches_every_show_of_the_pages_whole(server):
    shapes.serve_index(server, [shapes.show(1)], [shapes.show(251)])
    shapes.serve(server, 1, episodes=[shapes.episode(1)])
    ExternalIdFactory(value="600")
    assert "1 created" in run("--details", "--pages", "0")
    assert "/shows/600" not in "".join(asked(server))
    assert Title.objects.get(name="Show 1").episode_count == 1


def test_a_show_gone_between_index_and_details_is_marked_and_named(server):
    shapes.serve_index(server, [shapes.show(1)])
    server.expect_request("/shows/1").respond_with_data("", status=404)
    assert "TVmaze knows no /shows/1" in run("--details")
    assert (SourceRecord.objects.get().state, ImportRun.objects.get().state) == ("gone", "done")


def test_in_the_background_a_worker_is_asked(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert "queued for a worker" in run("--background", "--pages", "3")
    waiting = ImportRun.objects.get()
    assert (waiting.state, waiting.options) == ("queued", {"pages": [3, 3]})
    assert [job.args for job in get_queue("bulk").jobs] == [(waiting.pk,)]


@pytest.mark.parametrize(
    "arguments", [["--pages", "3-1"], ["--pages", "x"], ["--show", "0"], ["--show", "1", "--details"]]
)
def test_nonsense_is_refused(arguments):
    assert "FAILED" in run(*arguments)
    assert not ImportRun.objects.exists()
