"""The shows pipeline, from its command to the shelves, with a TVmaze that may fail."""

import json
import random
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_rq import get_queue
from werkzeug import Response

from catalog import imports, jobs, rules, runs
from catalog.models import (
    Collection,
    CollectionItem,
    Credit,
    Episode,
    ExternalId,
    ImportRun,
    Network,
    Person,
    Season,
    Title,
)
from catalog.sources import tvmaze
from tests.factories import CollectionFactory, TitleFactory, UserFactory

from . import tvmaze_shapes as shapes
from .tvmaze_shapes import tvmaze_server  # noqa: F401

pytestmark = pytest.mark.django_db

START = "/imports/pipeline/"
AS_JSON = {"Accept": "application/json"}


def run(*arguments):
    """What the command says, and on failure why."""
    out = StringIO()
    try:
        call_command("pipeline", *arguments, stdout=out, stderr=out, skip_checks=True)
    except CommandError as error:
        return f"{out.getvalue()}FAILED {error}"
    return out.getvalue()


def asked(server):
    return [request.full_path.removesuffix("?") for request, _ in server.log]


def whole(server):
    """The numbers of the shows that were fetched whole."""
    paths = [request.path.split("/") for request, _ in server.log]
    return sorted({int(path[2]) for path in paths if len(path) > 2})


def on_shelf(collection):
    return list(collection.items.order_by("position").values_list("title__name", flat=True))


def failing(times, then):
    """An answer of 500 so often, then what is there."""
    left = iter(range(times))
    return lambda request: Response(status=500) if next(left, None) is not None else Response(then, 200)


@pytest.fixture
def shelf(server):
    """A collection that wants dramas in German. TVmaze has two of them, and a comedy."""
    Collection.objects.all().delete()
    german = {"language": "German", "genres": ["Drama"]}
    shows = [
        shapes.show(1, name="Eins", weight=90, **german),
        shapes.show(2, name="Comedy", genres=["Comedy"]),
        shapes.show(3, name="Drei", weight=80, **german),
    ]
    shapes.serve_index(server, shows)
    for show in shows:
        episode = shapes.episode(1) | {"id": show["id"] * 10}
        shapes.serve(server, episodes=[episode], cast=[shapes.cast(show["id"])], **{"number": show["id"], **show})
    return CollectionFactory(name="German drama", slug="german", rule={"genres": ["drama"], "language": "de"})


def begun(watch):
    """Carry out a pipeline in this process; `watch` is called with its row after each piece."""
    source = tvmaze.connect(is_bulk=True)
    with runs.started("tvmaze", imports.PIPELINE, {}, at=timezone.now(), fresh=False) as row:
        imports.carry_out(row, source, clock=timezone.now, watch=watch)
    row.refresh_from_db()
    return row


def test_shows_come_and_collections_are_filled_with_titles_that_are_whole(server, shelf):
    said = run()
    assert "3 created" in said
    assert "2 put up" in said
    assert on_shelf(shelf) == ["Eins", "Drei"]
    assert {title.name: title.episode_count for title in Title.objects.all()} == {"Eins": 1, "Comedy": 0, "Drei": 1}
    assert Credit.objects.count() == 2


def test_only_what_stands_on_a_shelf_is_fetched_whole(server, shelf):
    run()
    assert whole(server) == [1, 3]


def test_what_was_fetched_lately_is_not_fetched_again(server, shelf):
    run()
    server.clear_log()
    assert "2 put up" not in run()
    assert whole(server) == []
    assert on_shelf(shelf) == ["Eins", "Drei"]


def test_a_title_on_two_shelves_is_fetched_once(server, shelf):
    CollectionFactory(rule={"genres": ["drama"]})
    run()
    assert asked(server).count("/shows/1/episodes?specials=1") == 1


def test_viewers_see_the_old_shelf_until_the_new_titles_are_whole(server, shelf):
    old = TitleFactory(name="Old")
    CollectionItem.objects.create(collection=shelf, title=old, position=1)
    seen = []
    begun(lambda row: seen.append((row.step, on_shelf(shelf))))
    assert {step for step, names in seen if names == ["Old"]} >= {"shows", "collections", "cast"}
    assert {tuple(names) for _step, names in seen} == {("Old",), ("Eins", "Drei")}


def test_the_steps_are_told_apart_and_their_pieces_counted(server, shelf):
    seen = []
    begun(lambda row: seen.append((row.step, runs.live(row).number, row.done, row.total, runs.live(row).percent)))
    assert seen[0] == ("shows", 1, 0, 340, 0)
    assert {(step, number) for step, number, *_rest in seen} == {
        ("shows", 1),
        ("collections", 2),
        ("cast", 3),
        ("publish", 4),
    }
    assert ("cast", 3, 1, 2) in [row[:4] for row in seen]
    percents = [row[4] for row in seen]
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_the_next_pipeline_knows_how_long_the_index_was(server, shelf):
    run()
    totals = []
    begun(lambda row: totals.append((row.step, row.total)))
    assert totals[0] == ("shows", 1)


# -- faults ------------------------------------------------------------------------------------------------------------


def test_a_page_that_stays_away_is_named_and_the_next_run_completes_the_shelf(server, shelf):
    late = '[{"id": 251, "name": "Spät", "language": "German", "genres": ["Drama"], "weight": 99}]'
    server.clear()
    server.expect_request("/shows", query_string="page=1").respond_with_handler(failing(6, late))
    shapes.serve_index(server, [shapes.show(1, name="Eins", language="German")])
    for number in (1, 251):
        shapes.serve(server, number, name="Eins" if number == 1 else "Spät", language="German")
    said = run()
    assert "page 1: TVmaze answered /shows with status 500" in said
    assert "FAILED 1 could not be fetched" in said
    assert on_shelf(shelf) == ["Eins"]
    server.clear_log()
    assert "FAILED" not in run()
    assert on_shelf(shelf) == ["Spät", "Eins"]
    assert ([request.args["page"] for request, _ in server.log if request.path == "/shows"], whole(server)) == (
        ["1"],
        [251],
    )


def test_a_cast_that_stays_away_is_named_and_the_next_run_fetches_only_that(server, shelf):
    server.clear()
    german = {"language": "German", "genres": ["Drama"]}
    shapes.serve_index(server, [shapes.show(1, name="Eins", **german), shapes.show(3, name="Drei", **german)])
    shapes.serve(server, 1, name="Eins", **german)
    server.expect_request("/shows/3").respond_with_data("", status=500)
    said = run()
    assert "TVmaze answered /shows/3 with status 500" in said
    assert on_shelf(shelf) == ["Drei", "Eins"]
    server.clear()
    shapes.serve(server, 3, name="Drei", **german)
    assert "FAILED" not in run()
    assert whole(server) == [3]


def test_what_is_gone_at_the_source_stays_on_the_shelf_and_is_not_asked_for_again(server, shelf):
    server.clear()
    shapes.serve_index(server, [shapes.show(1, name="Eins", language="German")])
    server.expect_request("/shows/1").respond_with_data("", status=404)
    assert "TVmaze knows no /shows/1" in run()
    assert on_shelf(shelf) == ["Eins"]
    server.clear()
    shapes.serve_index(server, [shapes.show(2, name="Comedy", genres=["Comedy"])])
    run()
    assert (whole(server), on_shelf(shelf)) == ([], ["Eins"])


def test_a_rule_that_makes_no_sense_is_named_and_keeps_its_shelf(server, shelf):
    other = CollectionFactory(name="Wrong", rule={"limit": "many"})
    CollectionItem.objects.create(collection=other, title=TitleFactory(name="Old"))
    said = run()
    assert "collection Wrong: rule: It must be a number from 1 to 500." in said
    assert (on_shelf(other), on_shelf(shelf)) == (["Old"], ["Eins", "Drei"])


def test_a_rule_that_staff_change_meanwhile_is_what_stays(server, shelf):
    def change_the_rule(row):
        if row.step == "cast" and row.done == 1:
            Collection.objects.filter(pk=shelf.pk).update(rule={"genres": ["comedy"]})
            shelf.refresh_from_db()
            rules.compute(shelf, at=timezone.now())

    begun(change_the_rule)
    assert on_shelf(shelf) == ["Comedy"]


def test_what_was_deleted_meanwhile_keeps_no_run_from_its_end(server, shelf):
    server.clear()
    shapes.serve_index(server, [shapes.show(1, name="Eins", language="German")])
    server.expect_request("/shows/1").respond_with_data("", status=500)
    assert "FAILED 1 could not be fetched" in run()
    Title.objects.all().delete()
    assert "FAILED" not in run()


ROWS = {
    Title: ("name", "slug", "language", "network__slug", "episode_count"),
    Network: ("slug", "name"),
    ExternalId: ("source", "kind", "value", "title__slug", "person__slug", "episode__title__slug"),
    Season: ("title__slug", "number"),
    Episode: ("title__slug", "season__number", "number", "name", "air_date"),
    Person: ("slug", "name", "born"),
    Credit: ("title__slug", "person__slug", "role", "character", "position"),
    CollectionItem: ("collection__slug", "title__slug", "position"),
}


def rows():
    """Everything the pipeline writes, without ids and moments."""
    found = {model.__name__: sorted(model.objects.values_list(*fields), key=repr) for model, fields in ROWS.items()}
    return found | {"whole": set(Title.objects.exclude(detailed_at=None).values_list("slug", flat=True))}


def shaky(server, *, seed):
    """A TVmaze of 32 shows on four pages; with a seed, every third answer is none."""
    dice = random.Random(seed)
    german = {"language": "German", "genres": ["Drama"]}
    pages = [[shapes.show(250 * page + place, **german) for place in range(1, 9)] for page in range(4)]
    answers = {}
    for page in pages:
        for show in page:
            number = show["id"]
            parts = {"cast": [shapes.cast(number % 7 + 1)], "episodes": [shapes.episode(1) | {"id": number}]}
            answers[f"/shows/{number}"] = shapes.whole(number, **parts, **german)
            answers[f"/shows/{number}/episodes"] = answers[f"/shows/{number}"]["_embedded"].pop("episodes")

    def answer(request):
        fate = dice.random() if seed else 1
        if fate < 0.2:
            return Response(status=500)
        if fate < 0.3:
            return Response('[{"id": 1, "na', 200)
        if fate < 0.35:
            return Response("<html>Back soon</html>", 200)
        found = answers.get(request.path)
        if request.path == "/shows":
            number = int(request.args["page"])
            found = pages[number] if number < len(pages) else None
        return Response(json.dumps(found), 200 if found is not None else 404)

    server.expect_request("/shows").respond_with_handler(answer)
    for path in answers:
        server.expect_request(path).respond_with_handler(answer)


def until_done():
    for tries in range(1, 12):
        if "FAILED" not in run():
            return tries
    raise AssertionError("It never came to an end.")


def test_with_faults_the_same_rows_are_reached_as_without(server, shelf):
    Collection.objects.exclude(pk=shelf.pk).delete()
    shelf.rule = {"genres": ["drama"], "language": "de", "limit": 20}
    shelf.save()
    outcomes = []
    for seed in (0, 5, 6):
        server.clear()
        shaky(server, seed=seed)
        until_done()
        outcomes.append(rows())
        for model in (Title, Person, Network, ImportRun, ExternalId):
            model.objects.all().delete()
    assert len(outcomes[0]["CollectionItem"]) == 20
    assert outcomes[1] == outcomes[0]
    assert outcomes[2] == outcomes[0]


# -- interruptions -----------------------------------------------------------------------------------------------------


class PowerCut(BaseException):
    """What no handler of ours catches."""


def killed_at(step, done):
    """A pipeline whose process died just before the piece with this number of a step was committed."""

    def watch(row):
        if (row.step, row.done) == (step, done):
            raise PowerCut

    with pytest.raises(PowerCut):
        begun(watch)
    row = ImportRun.objects.latest("pk")
    assert row.state == "running"
    return row


@pytest.mark.parametrize(
    ("step", "done", "left"),
    [("shows", 1, [1, 3]), ("collections", 1, [1, 3]), ("cast", 1, [1, 3]), ("cast", 2, [3]), ("publish", 1, [])],
)
def test_a_pipeline_that_was_killed_is_gone_on_with(server, shelf, step, done, left):
    killed = killed_at(step, done)
    server.clear_log()
    run()
    assert (on_shelf(shelf), whole(server)) == (["Eins", "Drei"], left)
    killed.refresh_from_db()
    assert killed.state == "done"


def test_a_pipeline_stops_when_asked_and_leaves_the_shelf_alone(server, shelf):
    CollectionItem.objects.create(collection=shelf, title=TitleFactory(name="Old"))

    def ask(row):
        if row.step == "cast":
            runs.ask_to_stop(row)

    assert begun(ask).state == "cancelled"
    assert on_shelf(shelf) == ["Old"]
    assert "Going on with" in run()
    assert on_shelf(shelf) == ["Eins", "Drei"]


# -- beginning ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def at_work(transactional_db):
    """A pipeline that another process is busy with."""
    busy = ImportRun.objects.create(source="tvmaze", what="pipeline", state="running", step="cast", done=3, total=9)
    held, over = threading.Event(), threading.Event()

    def other_process():
        with runs.holding("tvmaze", "pipeline", {}):
            held.set()
            over.wait(10)
        connection.close()

    other = threading.Thread(target=other_process)
    other.start()
    held.wait(10)
    yield busy
    over.set()
    other.join()


def test_the_button_answers_at_once_and_leads_to_the_run(client, staff):
    answer = client.post(START)
    started = ImportRun.objects.get()
    assert (answer.status_code, answer.url, started.state) == (302, f"/imports/{started.pk}/", "queued")


def test_a_program_is_told_the_run(client, staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(START, headers=AS_JSON)
    started = ImportRun.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"id": started.pk, "url": f"/imports/{started.pk}/"})
    assert [(job.func_name, job.args) for job in get_queue("bulk").jobs] == [
        ("catalog.jobs.imports.import_index", (started.pk,))
    ]


def test_a_second_one_is_refused_and_the_first_is_named(client, staff, at_work):
    answer = client.post(START, headers=AS_JSON)
    assert (answer.status_code, answer.json()["id"]) == (409, at_work.pk)
    assert str(at_work.pk) in answer.json()["error"]
    in_browser = client.post(START, follow=True)
    assert in_browser.redirect_chain == [(f"/imports/{at_work.pk}/", 302)]
    assert f"The pipeline runs already, as import run {at_work.pk}." in in_browser.content.decode()
    assert f"FAILED Import run {at_work.pk} does the same just now" in run()
    assert ImportRun.objects.count() == 1


def test_one_that_waits_for_a_worker_is_not_asked_for_twice(client, staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(START)
    waiting = ImportRun.objects.get()
    assert client.post(START, headers=AS_JSON).status_code == 409
    assert f"FAILED Import run {waiting.pk} does the same" in run("--background")
    assert len(get_queue("bulk").jobs) == 1


def test_one_whose_job_was_lost_is_asked_for_again(client, staff, django_capture_on_commit_callbacks):
    client.post(START)  # its job waits for a commit that never comes
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(START, headers=AS_JSON).status_code == 202
    assert (ImportRun.objects.count(), len(get_queue("bulk").jobs)) == (1, 1)


def test_one_that_is_tried_again_later_is_tried_now(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        started = jobs.start_pipeline(at=timezone.now())
    queue = get_queue("bulk")
    (job,) = queue.jobs
    queue.empty()
    job.set_status("scheduled")
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.start_pipeline(at=timezone.now()) == started
    assert len(queue.jobs) == 1


def test_a_fresh_one_begins_anew(server, shelf):
    killed = killed_at("cast", 1)
    run("--fresh")
    killed.refresh_from_db()
    assert (killed.state, ImportRun.objects.count()) == ("cancelled", 2)


def test_in_the_background_a_worker_does_it(server, shelf, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert "is queued for a worker" in run("--background")
    jobs.import_index(ImportRun.objects.get().pk)
    assert on_shelf(shelf) == ["Eins", "Drei"]


def test_viewers_may_not_start_it(client, viewer):
    assert client.post(START).status_code == 404
    assert not ImportRun.objects.exists()


def test_staff_without_the_right_may_not_either(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.post(START).status_code == 404


def test_whoever_is_signed_out_is_asked_to_sign_in(client):
    assert client.post(START).url.startswith("/accounts/login/")


def test_looking_starts_nothing(client, staff):
    assert client.get(START).status_code == 405
    assert not ImportRun.objects.exists()
