"""The first page of the administration."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from catalog import runs
from catalog.models import DailyCount, ImportRun, Match, SourceRecord
from tests.config.test_work import fail, queue, run_all
from tests.factories import ExternalIdFactory, PersonFactory, TitleFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX = "/admin/"
NOW = timezone.now()


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def failed():
    job = queue("bulk").enqueue(fail, "The disk is full")
    run_all()
    return job


def helper(client, *permissions):
    """One of the staff who may do only this."""
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)


def record(state="failed", value="1", **fields):
    return SourceRecord.objects.create(
        source="tvmaze", kind="series", external_id=value, state=state, fetched_at=NOW, **fields
    )


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_runs_in_progress_have_bars(client, staff):
    run = ImportRun.objects.create(source="tvmaze", what="details", state="running")
    runs.begin_step(run, "details", number=2, of=2)
    run.done, run.total = 1, 4
    runs.publish(run)
    page = client.get(INDEX)
    assert '<progress max="100" value="62"' in page.content.decode()
    assert "step 2 of 2: details 1 of 4" in text(page)


def test_finished_runs_are_listed(client, staff):
    ImportRun.objects.create(source="tvmaze", what="index", state="failed", finished_at=NOW, counts={"problems": 1234})
    page = text(client.get(INDEX))
    assert "Nothing is being imported" in page
    assert "1,234" in page


def test_what_is_at_work_is_fetched_alone(client, staff):
    part = client.get(INDEX, headers={"HX-Request": "true", "HX-Target": "work"}).content.decode()
    assert part.lstrip().startswith('<div id="work"')
    assert "tables-heading" not in part


def test_it_moves_quicker_while_something_runs(client, staff):
    assert "every 10s" in client.get(INDEX).content.decode()
    ImportRun.objects.create(source="tvmaze", what="index", state="running")
    assert "every 2s" in client.get(INDEX).content.decode()


def test_queues_and_the_lack_of_workers_are_told(client, staff):
    queue("high").enqueue(fail, "x")
    page = text(client.get(INDEX))
    assert re.search(r"high 1 0.minutes 0 0 0", page)
    assert "No worker runs" in page
    assert "No scheduler runs" in page


def test_failed_jobs_give_their_reason_and_can_be_retried(client, staff, failed):
    assert "ValueError: The disk is full" in text(client.get(INDEX))
    page = client.post(reverse("retry_job", args=[failed.id]), follow=True)
    assert "1 job waits again." in text(page)
    assert "The disk is full" not in text(page)


def test_all_failed_jobs_can_be_retried(client, staff, failed):
    client.post(reverse("retry_jobs"))
    assert queue("bulk").job_ids == [failed.id]


def test_a_job_that_is_gone_is_no_error(client, staff):
    assert "0 jobs wait again." in text(client.post(reverse("retry_job", args=["none"]), follow=True))


def test_without_redis_it_says_so(client, staff, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    page = client.get(INDEX)
    assert (page.status_code, "Redis cannot be reached" in text(page)) == (200, True)
    assert "Redis cannot be reached." in text(client.post(reverse("retry_jobs"), follow=True))


def test_what_fails_is_named_with_its_reason_and_asked_for_on_demand(client, staff, django_capture_on_commit_callbacks):
    title = TitleFactory(name="The Lamplighters")
    ExternalIdFactory(title=title, value="7")
    failing = record(value="7", error="TVmaze answered 500", error_count=3, next_try_at=NOW + timedelta(hours=2))
    page = text(client.get(INDEX))
    assert "The Lamplighters" in page
    assert "TVmaze answered 500" in page
    assert "failed 3 times" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("try_record", args=[failing.pk]))
    assert [job.args for job in queue("default").jobs] == [(title.pk,)]


def test_a_person_who_failed_is_asked_for_too(client, staff, django_capture_on_commit_callbacks):
    person = PersonFactory()
    ExternalIdFactory(title=None, person=person, kind="person", value="9")
    failing = SourceRecord.objects.create(source="tvmaze", kind="person", external_id="9", fetched_at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("try_record", args=[failing.pk]))
    assert [job.args for job in queue("default").jobs] == [(person.pk,)]


def test_an_answer_about_nothing_of_ours_asks_for_nothing(client, staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("try_record", args=[record().pk]), follow=True)
    assert "No title or person of ours has this id." in text(page)
    assert queue("default").count == 0


def test_the_worst_failures_come_first(client, staff):
    for number in range(10):
        record(value=f"{number}", next_try_at=NOW + timedelta(hours=number))
    shown = [row.record.external_id for row in client.get(INDEX).context["failing"].rows]
    assert shown == ["9", "8", "7", "6", "5", "4", "3", "2"]


def test_what_is_gone_at_the_source_is_named(client, staff):
    record("gone", "11", error="TVmaze no longer knows it.")
    assert "TVmaze no longer knows it." in text(client.get(INDEX))


def test_titles_that_viewers_follow_and_that_are_old_are_overdue(client, staff):
    def title(name, days, **fields):
        found = TitleFactory(name=name, detailed_at=days and NOW - timedelta(days=days), **{"wanted_at": NOW} | fields)
        ExternalIdFactory(title=found)
        return found

    oldest, old = title("Oldest", 30), title("Old", 8)
    title("Fresh", 1), title("Nobody follows it", 30, wanted_at=None)
    never = title("Never fetched", None)
    TitleFactory(name="No source knows it", detailed_at=None, wanted_at=NOW)
    overdue = client.get(INDEX).context["overdue"]
    assert (list(overdue.rows), overdue.count) == ([never, oldest, old], 3)


def test_pairs_to_be_decided_are_listed_the_likeliest_first(client, staff):
    one, two, three = TitleFactory.create_batch(3)
    Match.objects.create(title=one, other=two, score=70, reasons=["same name"])
    Match.objects.create(title=one, other=three, score=90)
    Match.objects.create(title=two, other=three, score=95, state="refused")
    page = client.get(INDEX)
    assert [pair.score for pair in page.context["pairs"]] == [90, 70]
    assert "same name" in text(page)


def test_growth_is_drawn_with_a_table_behind_it(client, staff):
    for days, series in ((1, 100), (0, 1100)):
        DailyCount.objects.create(day=NOW.date() - timedelta(days=days), counts={"series": series})
    page = client.get(INDEX)
    assert '<svg class="chart"' in page.content.decode()
    assert "+1,000 in 1 day" in text(page)
    assert "style=" not in page.content.decode()


def test_before_the_second_night_growth_is_promised(client, staff):
    assert "from the second night on" in text(client.get(INDEX))


def test_sources_tell_how_they_are_configured(client, staff):
    assert re.search(r"TVmaze is asked", text(client.get(INDEX)))


def test_nobody_sees_what_they_may_not(client, failed):
    record(error="TVmaze answered 500")
    ImportRun.objects.create(source="tvmaze", what="index", state="running")
    helper(client)
    page = client.get(INDEX)
    for hidden in ("The disk is full", "TVmaze answered 500", "TVmaze index", "To be decided"):
        assert hidden not in text(page)
    assert {"failed_jobs", "failing", "active", "pairs"}.isdisjoint(page.context.keys())


def test_nobody_does_what_they_may_not(client, failed):
    helper(client, "view_title", "view_sourcerecord", "view_importrun")
    assert client.post(reverse("retry_job", args=[failed.id])).status_code == 404
    assert client.post(reverse("retry_jobs")).status_code == 404
    assert client.post(reverse("try_record", args=[record().pk])).status_code == 404
    page = text(client.get(INDEX))
    assert "Try now" not in page
    assert "Start the shows pipeline" not in page


def test_the_pipeline_is_started_from_here(client, staff):
    assert f'action="{reverse("catalog:pipeline_start")}"' in client.get(INDEX).content.decode()


def test_reading_changes_nothing(client, staff, failed):
    for path in (reverse("retry_job", args=[failed.id]), reverse("retry_jobs"), reverse("try_record", args=[1])):
        assert client.get(path).status_code == 405


def test_strangers_are_sent_away(client):
    assert client.get(INDEX).status_code == 302
    client.force_login(UserFactory())
    assert client.get(INDEX).status_code == 302
    assert client.post(reverse("retry_jobs")).status_code == 302


def fill(start, end):
    for number in range(start, end):
        ImportRun.objects.create(source="tvmaze", what=f"{number}", state="running")
        ImportRun.objects.create(source="tvmaze", what=f"{number}", state="done", finished_at=NOW)
        title = TitleFactory(wanted_at=NOW, detailed_at=None)
        ExternalIdFactory(title=title, value=f"{number}")
        record(value=f"{number}", next_try_at=NOW)
        ExternalIdFactory(title=title, value=f"1{number}")
        record("gone", f"1{number}")
        Match.objects.create(title=title, other=TitleFactory(), score=70)
        DailyCount.objects.create(day=NOW.date() - timedelta(days=number), counts={"series": number})


def test_it_costs_the_same_for_more_of_everything(client, staff, django_assert_max_num_queries):
    def cost():
        client.get(INDEX)
        with django_assert_max_num_queries(25) as queries:
            client.get(INDEX)
        return len(queries)

    fill(0, 3)
    few = cost()
    fill(3, 9)
    assert cost() == few
