"""“Viewers also watched”: counted from the library, by night, and said with its reason on the page of a title."""

from datetime import UTC, datetime, timedelta
from math import sqrt

import django_rq
import pytest
from django.db import connection, transaction

from accounts.models import Profile
from accounts.viewers import AnonymousViewer
from catalog import billing
from catalog.models import Title
from tests.factories import GenreFactory, LibraryEntryFactory, MovieFactory, ProfileFactory
from tracking import jobs
from tracking.models import AlsoWatched, Recommendation
from tracking.tastes import also_watched

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ADULT = AnonymousViewer(highest_age=99, sees_unrated=True)


def watch(profile, *titles, at=NOW, **said):
    for title in titles:
        LibraryEntryFactory(
            profile=profile, title=title, **{"state": "completed", "watch_count": 1, "last_watched_at": at, **said}
        )


def together(count, *titles):
    """So many profiles watched all of these."""
    for _profile in range(count):
        watch(ProfileFactory(), *titles)


def films(count):
    return [MovieFactory(name=f"Film {place}") for place in range(count)]


def beside(title, viewer):
    return also_watched.near(title, billing.Billing([]), viewer)


def pairs():
    return {(row.title_id, row.other_id): (row.together, row.viewers) for row in AlsoWatched.objects.all()}


@pytest.mark.django_db
def test_a_pair_is_counted_with_the_viewers_of_each():
    one, two = films(2)
    together(3, one, two)
    together(2, one)
    also_watched.compute()
    assert pairs() == {(one.pk, two.pk): (3, 5), (two.pk, one.pk): (3, 3)}
    row = AlsoWatched.objects.get(title=one)
    assert row.likeness == pytest.approx(3 / sqrt((5 + 10) * (3 + 10)))


@pytest.mark.django_db
def test_what_fewer_than_three_profiles_watched_together_is_not_told():
    one, two, three = films(3)
    together(2, one, two)
    together(4, one, three)
    also_watched.compute()
    assert set(pairs()) == {(one.pk, three.pk), (three.pk, one.pk)}


@pytest.mark.django_db
def test_what_was_planned_only_or_dropped_counts_for_nothing():
    one, two, three = films(3)
    for _profile in range(4):
        watch(profile := ProfileFactory(), one)
        watch(profile, two, state="planned", watch_count=0, last_watched_at=None)
        watch(profile, three, state="dropped")
    also_watched.compute()
    assert pairs() == {}


@pytest.mark.django_db
def test_what_everybody_watches_is_like_nothing_in_particular():
    one, two, everybodys = films(3)
    together(4, one, two, everybodys)
    together(30, everybodys)
    also_watched.compute()
    closest = AlsoWatched.objects.filter(title=one).closest_first().values_list("other", flat=True)
    assert list(closest) == [two.pk, everybodys.pk]


@pytest.mark.django_db
def test_only_the_closest_of_each_are_kept(monkeypatch):
    monkeypatch.setattr(also_watched, "CLOSEST", 2)
    one, two, three, four = films(4)
    together(3, one, two, three, four)
    together(3, one, two, three)
    together(3, one, two)
    also_watched.compute()
    assert {other for title, other in pairs() if title == one.pk} == {two.pk, three.pk}


@pytest.mark.django_db
def test_of_a_long_log_only_the_newest_titles_count(monkeypatch):
    monkeypatch.setattr(also_watched, "NEWEST", 2)
    one, two, old = films(3)
    for _profile in range(3):
        watch(profile := ProfileFactory(), one, two)
        watch(profile, old, at=NOW - timedelta(days=9))
    also_watched.compute()
    assert set(pairs()) == {(one.pk, two.pk), (two.pk, one.pk)}


@pytest.mark.django_db
def test_counting_in_many_steps_comes_to_the_same_as_in_one():
    shelf = films(8)
    for place in range(6):
        together(3, *shelf[place : place + 3])
    also_watched.compute()
    whole = pairs()
    AlsoWatched.objects.all().delete()
    also_watched.compute(at_once=1)
    assert pairs() == whole
    assert len(whole) > 20


@pytest.mark.django_db
def test_a_second_count_touches_only_what_changed():
    one, two, three = films(3)
    together(3, one, two)
    together(3, three)
    assert also_watched.compute() == 2
    assert also_watched.compute() == 0
    kept = set(AlsoWatched.objects.values_list("pk", flat=True))
    together(1, one, two)
    assert also_watched.compute() == 2
    assert set(AlsoWatched.objects.values_list("pk", flat=True)) == kept


@pytest.mark.django_db
def test_what_is_not_watched_together_any_more_goes_with_the_last_step_too():
    one, two, three, four = films(4)
    together(3, one, two)
    together(3, three, four)
    also_watched.compute()
    one.library.all().delete()
    four.library.all().delete()
    also_watched.compute(at_once=1)
    assert pairs() == {}


@pytest.mark.django_db(transaction=True)
def test_readers_see_the_old_rows_until_they_see_the_new_ones():
    one, two, three = films(3)
    together(3, one, two)
    also_watched.compute()
    together(4, one, three)
    one.library.filter(profile__library__title=two).delete()
    with transaction.atomic():
        also_watched.compute()
        seen = _from_elsewhere(one)
    assert seen == [two.pk]
    assert [other for title, other in pairs() if title == one.pk] == [three.pk]


def _from_elsewhere(title):
    """What another connection reads."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select other_id from tracking_alsowatched where title_id = %s", [title.pk])
            return [row[0] for row in cursor.fetchall()]
    finally:
        other.close()


@pytest.mark.django_db
def test_nothing_temporary_is_left_behind():
    together(3, *films(2))
    also_watched.compute()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relpersistence = 't' and relname in ('shelf', 'audience')")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_the_page_says_how_many_and_fills_up_with_what_is_like_it(client):
    one, two, kin = films(3)
    for film in (one, kin):
        film.genres.add(GenreFactory(name="Noir"))
    other_genre = MovieFactory()
    other_genre.genres.add(GenreFactory(name="Western"))
    together(3, one, two)
    together(2, one)
    also_watched.compute()
    page = client.get(one.get_absolute_url())
    shown = [(alike.title.name, alike.reason) for alike in page.context["alike"]]
    assert shown == [("Film 1", "Seen by 3 of the 5 who saw this"), ("Film 2", "Noir as well")]
    assert "Seen by 3 of the 5 who saw this" in page.content.decode()


@pytest.mark.django_db
def test_a_title_that_is_both_stands_there_once(client):
    one, two = films(2)
    for film in (one, two):
        film.genres.add(GenreFactory())
    MovieFactory().genres.add(GenreFactory(name="Western"))
    together(3, one, two)
    also_watched.compute()
    alike = client.get(one.get_absolute_url()).context["alike"]
    assert [each.title for each in alike] == [two]


@pytest.mark.django_db
@pytest.mark.parametrize("gone", [{"min_age": 18}, {"min_age": None}, {"is_published": False}])
def test_nobody_is_shown_what_they_may_not_see(gone):
    one, two = films(2)
    together(3, one, two)
    also_watched.compute()
    young = AnonymousViewer(highest_age=12, sees_unrated=False)
    assert [alike.title for alike in beside(one, young)] == [two]
    Title.objects.filter(pk=two.pk).update(**gone)
    assert beside(one, young) == []


@pytest.mark.django_db
def test_a_merged_title_is_not_shown_beside_its_heir():
    one, two, heir = films(3)
    together(3, one, two)
    also_watched.compute()
    Title.objects.filter(pk=two.pk).update(merged_into=heir)
    assert beside(one, ADULT) == []


@pytest.mark.django_db
def test_the_shelf_is_bounded_and_takes_one_query(django_assert_num_queries):
    together(3, *films(10))
    also_watched.compute()
    title = Title.objects.get(name="Film 0")
    assert len(beside(title, ADULT)) == 6
    with django_assert_num_queries(1):
        assert len(beside(title, ADULT)) == 6


@pytest.mark.django_db
def test_the_nightly_job_counts_and_leaves_the_profiles_to_other_jobs(django_capture_on_commit_callbacks):
    together(3, *films(2))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.learn_tastes()
    assert len(pairs()) == 2
    queued = django_rq.get_queue("bulk").jobs
    assert {job.func_name for job in queued} == {"tracking.jobs.tastes.recommend_some"}
    for pk in Profile.objects.values_list("pk", flat=True):
        assert [first <= pk <= last for first, last in (job.args for job in queued)].count(True) == 1


@pytest.mark.django_db
def test_a_job_recommends_to_everybody_of_its_share_who_has_a_log():
    one, two = films(2)
    together(3, one, two)
    watch(late := ProfileFactory(), one)
    silent = ProfileFactory()
    also_watched.compute()
    jobs.recommend_some(late.pk, silent.pk)
    assert [row.title for row in Recommendation.objects.filter(profile=late)] == [two]
    assert set(Recommendation.objects.values_list("profile", flat=True)) == {late.pk}
