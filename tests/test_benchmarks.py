"""The benchmarks at a thousandth of their size: that they run and that what they make is right, not how quick it is."""

from datetime import date

import pytest
from django.utils import timezone

from benchmarks import generate, report, session
from benchmarks.layout import Layout, Size
from benchmarks.measuring import Budget, Measured, Statement, Took
from benchmarks.site import Site
from benchmarks.viewers import HEAVY, IN_PROGRESS
from catalog import search
from catalog.models import Credit, Episode, Title
from tests.factories import MovieFactory
from tracking import progress
from tracking.models import LibraryEntry, Watch


def quiet(text):
    pass


@pytest.fixture
def made(db):
    return generate.generate(Size(0.001, 1, timezone.localdate()), say=quiet)


def test_what_the_budgets_speak_of_is_there(made):
    layout = Layout(made.size)
    assert Title.objects.count() == made.size.titles == 100
    assert Episode.objects.count() == layout.episodes
    assert Episode.objects.regular().filter(title=layout.longest_series).count() == 751
    assert Credit.objects.filter(person=layout.busiest_person).count() == 100
    assert made.size.watches <= Watch.objects.count() <= made.size.watches + 500
    assert Watch.objects.filter(profile=HEAVY).count() == made.size.of_viewer(20_000)
    begun = LibraryEntry.objects.filter(profile=IN_PROGRESS)
    assert begun.up_next(timezone.now()).count() == begun.exclude(state="planned").count() > 50


def test_the_library_says_what_the_log_says(made):
    entries = LibraryEntry.objects.exclude(state="planned").select_related("profile", "title", "next_episode")
    for entry in entries.order_by("?")[:60]:
        found = progress.measure(entry.profile, entry.title, entry.run)
        assert (entry.watch_count, entry.seen_count) == (found.watch_count, found.seen_count)
        assert (entry.last_watched_at, entry.next_episode) == (found.last_watched_at, found.next_episode)


def test_the_database_goes_on_from_there(made):
    best = Title.objects.order_by("-popularity")[0]
    assert best.name in {hit.label for hit in search.find(best.name, Site(1).viewer)}
    assert MovieFactory().pk > made.size.titles
    assert generate.ensure(made.size, say=quiet) is None


def test_every_benchmark_runs_and_is_reported(made):
    """Of the lists of the administration one will do: they have a test of their own."""
    these = [one for one in session.benchmarks() if "admin" not in one.name or one.name == "admin, titles"]
    lines = session.measure(Site(rounds=1), these)
    assert [line.name for line in lines if line.is_broken] == []
    assert [line.name for line in lines if line.measured is None] == ["home, pages per second"]
    text = report.markdown({"cores": "2"}, lines)
    assert all(line.name in text for line in lines)


def test_a_catalogue_that_was_not_generated_is_left_alone(db):
    MovieFactory()
    with pytest.raises(generate.NotEmptyError):
        generate.ensure(Size(0.001, 1, date(2026, 1, 1)), say=quiet)
    assert Title.objects.count() == 1


@pytest.mark.parametrize(
    ("budget", "missed"),
    [
        (Budget(median=3, p95=10, queries=2, kilobytes=1), []),
        (Budget(median=1.9), ["median"]),
        (Budget(p95=8, queries=1), ["p95", "queries"]),
        (Budget(kilobytes=0.5), ["kilobytes"]),
        (Budget(per_second=101), ["per_second"]),
        (Budget(per_second=100), []),
    ],
)
def test_a_budget_is_missed_above_its_limits(budget, missed):
    statements = [Statement("SELECT 1", None, 1.0)] * 2
    times = [Took(milliseconds, 0.5) for milliseconds in (1, 2, 9)]
    assert Measured(times, statements, kilobytes=0.8, per_second=100).misses(budget) == missed
