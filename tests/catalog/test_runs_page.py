"""/imports/ and the page of a run, as HTML and as JSON."""

import threading
import time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalog import live, runs
from catalog.models import ImportRun
from catalog.views import runs as pages
from tests.factories import UserFactory
from tests.site import wait_until

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
LIST = "/imports/"


def staff_with(client, *permissions):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


@pytest.fixture
def staff(client):
    return staff_with(client, "view_importrun", "change_importrun")


@pytest.fixture
def run():
    run = ImportRun.objects.create(source="tvmaze", what="details", state="running", counts={"created": 1200})
    runs.note(run, [f"show {number}, name: <too long>" for number in range(30)])
    runs.begin_step(run, "details", number=2, of=2)
    run.done, run.total = 1, 4
    runs.save_step(run)
    runs.publish(run)
    return run


@pytest.fixture
def path(run):
    return reverse("catalog:import_detail", args=[run.pk])


def test_the_page_says_how_far_it_is_and_what_went_wrong(client, staff, path):
    page = client.get(path).content.decode()
    assert "62 %" in page
    assert "Step 2 of 2: details" in page
    assert "1,200" in page
    assert "show 0, name: &lt;too long&gt;" in page
    assert "30 problems" in page


def test_a_run_at_work_is_asked_for_again_with_its_version(client, staff, run, path):
    assert f'hx-get="{path}?since={runs.live(run).version}"' in client.get(path).content.decode()


def test_a_run_that_is_over_is_not_asked_for_again(client, staff, run, path):
    runs.finish(run, ImportRun.State.DONE, at=timezone.now())
    assert "hx-get" not in client.get(path).content.decode().split("<main")[1].split("</main")[0]


def test_htmx_gets_the_part_that_moves(client, staff, path):
    part = client.get(path, headers={"HX-Request": "true", "HX-Target": "run"}).content.decode()
    assert part.lstrip().startswith('<section id="run"')


def test_whoever_watches_is_told_when_it_is_over(client, staff, run, path):
    runs.finish(run, ImportRun.State.DONE, at=timezone.now())
    part = client.get(path, headers={"HX-Request": "true", "HX-Target": "run"}).content.decode()
    assert f"Import run {run.pk}: Done" in part


def test_an_interrupted_run_says_so(client, staff, path):
    assert "Interrupted" in client.get(path).content.decode()


@pytest.mark.parametrize("ask", [{"headers": JSON}, {"data": {"format": "json"}}])
def test_the_same_as_json(client, staff, run, path, ask):
    told = client.get(path, **ask).json()
    assert told.pop("started_at")
    assert len(told.pop("errors")) == 20
    assert told == {
        "id": run.pk,
        "source": "tvmaze",
        "what": "details",
        "state": "running",
        "is_interrupted": True,
        "is_cancelling": False,
        "step": "details",
        "step_number": 2,
        "steps": 2,
        "percent": 62,
        "done": 1,
        "total": 4,
        "counts": {"created": 1200, "problems": 30},
        "problems": 30,
        "version": 1,
        "finished_at": None,
        "cancel_url": f"{path}cancel/",
    }


def test_a_browser_gets_the_page(client, staff, path):
    response = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response["Content-Type"].startswith("text/html")
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize("since", ["", "0", "99", "x", "-1", "9" * 30])
def test_another_version_or_none_is_answered_at_once(client, staff, path, since):
    started = time.monotonic()
    assert client.get(path, {"since": since}, headers=JSON).json()["version"] == 1
    assert time.monotonic() - started < 5


def test_a_run_that_is_over_is_answered_at_once(client, staff, run, path):
    runs.finish(run, ImportRun.State.FAILED, at=timezone.now())
    response = client.get(path, {"since": runs.live(run).version}, headers=JSON)
    assert "Retry-After" not in response


@pytest.mark.django_db(transaction=True)
def test_the_version_that_is_known_waits_for_the_next(client, path, run):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    seen = []

    def ask():
        seen.append(client.get(path, {"since": 1}, headers=JSON).json())
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: live.redis().pubsub_numsub(f"import-run:{run.pk}")[0][1])
    assert not seen
    run.done = 2
    runs.save_step(run)
    runs.publish(run)
    asking.join(20)
    assert (seen[0]["version"], seen[0]["done"]) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_holds_no_connection_to_the_database(client, path, monkeypatch):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    held = []
    monkeypatch.setattr("catalog.runs.wait", lambda *args, **named: held.append(connection.connection) or True)
    assert client.get(path, {"since": 1}, headers=JSON).status_code == 200
    assert held == [None]


def test_who_finds_no_seat_is_answered_at_once_and_asked_to_come_back(client, staff, path):
    taken = 0
    while pages._seats.acquire(blocking=False):
        taken += 1
    try:
        response = client.get(path, {"since": 1}, headers=JSON)
    finally:
        pages._seats.release(taken)
    assert (response.json()["version"], response["Retry-After"]) == (1, "2")


@pytest.mark.django_db(transaction=True)
def test_without_redis_what_the_row_says_is_answered(client, path, run, settings):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    response = client.get(path, {"since": 0}, headers=JSON)
    assert (response.json()["percent"], response.json()["version"], response["Retry-After"]) == (25, 0, "2")


def test_a_run_can_be_stopped(client, staff, run, path):
    response = client.post(f"{path}cancel/", follow=True)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert f"Import run {run.pk}: Cancelled" in response.content.decode()


def test_stopping_answers_programs_with_202(client, staff, path):
    response = client.post(f"{path}cancel/", headers=JSON)
    assert (response.status_code, response.json()["state"]) == (202, "cancelled")


def test_stopping_leads_back_to_where_it_was_asked_for(client, staff, path):
    assert client.post(f"{path}cancel/", {"next": "/admin/"})["Location"] == "/admin/"
    assert client.post(f"{path}cancel/", {"next": "https://elsewhere.example/"})["Location"] == path


def test_reading_does_not_stop_anything(client, staff, path):
    assert client.get(f"{path}cancel/").status_code == 405
    assert client.post(path).status_code == 405


def test_who_may_only_look_cannot_stop(client, run, path):
    staff_with(client, "view_importrun")
    assert "Stop" not in client.get(path).content.decode()
    assert client.post(f"{path}cancel/").status_code == 404


def test_nobody_else_sees_runs(client, path):
    client.force_login(UserFactory())
    assert client.get(path).status_code == 404
    assert client.get(LIST).status_code == 404
    staff_with(client)
    assert client.get(path).status_code == 404
    client.logout()
    assert client.get(path).status_code == 302


def test_an_unknown_run_is_404(client, staff):
    assert client.get(reverse("catalog:import_detail", args=[10**12])).status_code == 404


def test_the_list_pages_through_all_runs_newest_first(client, staff):
    ids = [ImportRun.objects.create(source="tvmaze", what=f"{number}", state="queued").pk for number in range(40)]
    first = client.get(LIST)
    second = client.get(LIST + first.context["next"])
    shown = [row.run.pk for page in (first, second) for row in page.context["rows"]]
    assert (shown, second.context["next"]) == (ids[::-1], "")


def test_an_empty_list_says_what_to_do(client, staff):
    assert "Nothing was imported yet" in client.get(LIST).content.decode()


def test_the_list_costs_the_same_for_more_runs(client, staff, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(12) as queries:
            client.get(LIST)
        return len(queries)

    for number in range(3):
        ImportRun.objects.create(source="tvmaze", what=f"{number}", state="running")
    few = cost()
    for number in range(3, 9):
        ImportRun.objects.create(source="tvmaze", what=f"{number}", state="running")
    assert cost() == few
