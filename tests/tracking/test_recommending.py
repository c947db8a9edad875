"""What a profile might like: from its own log, each with its reason, and never what it has spoken of."""

from datetime import UTC, datetime, timedelta

import django_rq
import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Availability, Service, Title
from tests.factories import (
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
    UserFactory,
)
from tracking import jobs
from tracking.models import AlsoWatched, Dismissal, LibraryEntry, LogImport, ProfileService, Recommendation
from tracking.tastes import dismissing, recommending

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, region="GB")
    client.force_login(user)
    return profile


def near(title, *others, likeness=0.5):
    for other in others:
        AlsoWatched.objects.create(title=title, other=other, together=3, viewers=9, likeness=likeness)


def watched(profile, title, *, state="completed", days=0):
    at = NOW - timedelta(days=days)
    return LibraryEntryFactory(profile=profile, title=title, state=state, watch_count=1, last_watched_at=at)


def recommended(profile):
    recommending.recommend(profile, at=NOW)
    rows = Recommendation.objects.of(profile).best_first()
    return [(row.title.name, row.because.name) for row in rows.select_related("title", "because")]


def names(profile):
    return [title for title, _because in recommended(profile)]


# -- what a title of the log says --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "rating", "days", "weight"),
    [
        ("completed", None, 0, 0.5),
        ("watching", None, 0, 0.5),
        ("paused", None, 0, 0.2),
        ("dropped", None, 0, -0.5),
        ("completed", 100, 0, 1),
        ("completed", 50, 0, 0),
        ("completed", 1, 0, -0.98),
        ("dropped", 90, 0, -0.5),
        ("dropped", 1, 0, -0.98),
        ("", 80, 0, 0.6),
        ("completed", None, 365, 0.25),
        ("completed", None, 50_000, 0.05),
    ],
)
def test_a_title_speaks_by_its_rating_its_state_and_its_age(state, rating, days, weight):
    assert recommending.weight_of(state, rating, timedelta(days=days)) == pytest.approx(weight)


def test_what_several_titles_lead_to_comes_first_because_of_the_strongest():
    near = [(1, 10, 0.4), (2, 10, 0.3), (1, 11, 0.5), (3, 12, 0.9), (1, 13, 0.2), (3, 13, 0.5)]
    found = recommending.ranked({1: 1.0, 2: 0.8, 3: -0.5}, near)
    assert [(each.title, each.because, round(each.score, 2)) for each in found] == [(10, 1, 1.64), (11, 1, 1.43)]


def test_one_favourite_does_not_fill_the_page():
    near = [(1, other, 0.5) for other in range(10, 20)] + [(2, other, 0.4) for other in range(20, 23)]
    found = recommending.ranked({1: 1.0, 2: 1.0}, near)
    assert [each.because for each in found[:6]] == [1, 1, 2, 1, 2, 1]


# -- from the log ------------------------------------------------------------------------------------------------------


def test_what_others_watched_with_it_is_recommended_because_of_it():
    seen, other = MovieFactory(name="Detour"), MovieFactory(name="Charade")
    near(seen, other)
    watched(profile := ProfileFactory(), seen)
    assert recommended(profile) == [("Charade", "Detour")]


def test_a_loved_title_speaks_louder_than_one_that_was_only_seen():
    seen, loved = MovieFactory(), MovieFactory()
    near(seen, MovieFactory(name="By seen"), likeness=0.5)
    near(loved, MovieFactory(name="By loved"), likeness=0.4)
    watched(profile := ProfileFactory(), seen)
    watched(profile, loved)
    RatingFactory(profile=profile, title=loved, value=95)
    assert names(profile) == ["By loved", "By seen"]


def test_what_was_dropped_speaks_against_what_is_near_it():
    dropped, liked = MovieFactory(), MovieFactory()
    near(dropped, shared := MovieFactory(), MovieFactory(), likeness=0.5)
    near(liked, shared, likeness=0.4)
    watched(profile := ProfileFactory(), liked)
    assert names(profile) == [shared.name]
    watched(profile, dropped, state="dropped")
    assert names(profile) == []


def test_what_was_watched_lately_speaks_before_what_is_long_ago():
    old, new = MovieFactory(), MovieFactory()
    near(old, MovieFactory(name="By old"))
    near(new, MovieFactory(name="By new"))
    profile = ProfileFactory()
    watched(profile, old, days=900)
    watched(profile, new)
    assert names(profile) == ["By new", "By old"]


def test_a_rating_without_a_viewing_speaks_too():
    near(rated := MovieFactory(), other := MovieFactory())
    profile = ProfileFactory()
    RatingFactory(profile=profile, title=rated, value=90)
    assert names(profile) == [other.name]


def test_a_plan_is_no_liking():
    near(planned := MovieFactory(), MovieFactory())
    LibraryEntryFactory(profile=(profile := ProfileFactory()), title=planned)
    assert names(profile) == []


def test_where_nobody_watched_enough_genres_and_people_speak_with_the_title_of_the_log():
    noir, western = GenreFactory(name="Noir"), GenreFactory(name="Western")
    seen, kin, other = MovieFactory(name="Detour"), MovieFactory(name="Laura"), MovieFactory()
    for film, genre in ((seen, noir), (kin, noir), (other, western)):
        film.genres.add(genre)
    watched(profile := ProfileFactory(), seen)
    assert recommended(profile) == [("Laura", "Detour")]


def test_what_viewers_watched_stands_before_what_is_only_alike():
    noir = GenreFactory(name="Noir")
    MovieFactory().genres.add(GenreFactory(name="Western"))
    seen, kin, far = MovieFactory(), MovieFactory(name="Alike"), MovieFactory(name="Watched")
    seen.genres.add(noir)
    kin.genres.add(noir)
    near(seen, far, likeness=0.01)
    watched(profile := ProfileFactory(), seen)
    RatingFactory(profile=profile, title=seen, value=100)
    assert names(profile) == ["Watched", "Alike"]


def test_a_log_without_viewings_is_recommended_nothing():
    assert names(ProfileFactory()) == []


# -- what is left out --------------------------------------------------------------------------------------------------


@pytest.fixture
def offered():
    """A profile that was led to one title."""
    near(seen := MovieFactory(), other := MovieFactory())
    watched(profile := ProfileFactory(highest_age=12, kind="teen"), seen)
    assert names(profile) == [other.name]
    return profile, other


@pytest.mark.parametrize("state", LibraryEntry.State.values)
def test_what_is_in_the_library_in_any_state_is_not_recommended(offered, state):
    profile, other = offered
    LibraryEntryFactory(profile=profile, title=other, state=state)
    assert not shown(profile)
    assert names(profile) == []


def test_what_was_rated_is_known_already(offered):
    profile, other = offered
    RatingFactory(profile=profile, title=other)
    assert not shown(profile)
    assert names(profile) == []


def test_what_was_dismissed_is_never_recommended_again(offered):
    profile, other = offered
    dismissing.dismiss(profile, other, at=NOW)
    dismissing.dismiss(profile, other, at=NOW)
    assert not shown(profile)
    assert names(profile) == []
    dismissing.take_back(profile, other)
    assert names(profile) == [other.name]


@pytest.mark.parametrize("gone", [{"min_age": 16}, {"min_age": None}, {"is_published": False}])
def test_what_the_viewer_may_not_see_is_not_recommended(offered, gone):
    profile, other = offered
    Title.objects.filter(pk=other.pk).update(**gone)
    assert not shown(profile)
    assert names(profile) == []


def test_what_was_merged_into_another_is_not_recommended(offered):
    profile, other = offered
    Title.objects.filter(pk=other.pk).update(merged_into=MovieFactory())
    assert not shown(profile)
    assert names(profile) == []


def test_a_title_that_the_viewer_is_too_young_for_now_speaks_for_nothing(offered):
    profile, _other = offered
    Title.objects.filter(library__profile=profile).update(min_age=16)
    assert not shown(profile)
    assert names(profile) == []


def shown(profile):
    return Recommendation.objects.of(profile).visible_to(profile).unanswered().exists()


# -- how they are kept -------------------------------------------------------------------------------------------------


def test_what_stays_keeps_its_row_and_what_does_not_goes(offered):
    profile, other = offered
    kept = profile.recommendations.get().pk
    near(profile.library.get().title, new := MovieFactory(), likeness=0.9)
    assert names(profile) == [new.name, other.name]
    assert profile.recommendations.get(title=other).pk == kept
    profile.library.all().delete()
    assert names(profile) == []


def test_no_more_are_kept_than_anybody_looks_at(monkeypatch):
    monkeypatch.setattr(recommending, "MOST", 3)
    near(seen := MovieFactory(), *[MovieFactory() for _ in range(5)])
    watched(profile := ProfileFactory(), seen)
    assert recommending.recommend(profile, at=NOW) == 3
    assert profile.recommendations.count() == 3


def test_a_longer_log_takes_no_more_queries(django_assert_num_queries):
    profile = ProfileFactory()
    for _ in range(4):
        near(seen := MovieFactory(), *[MovieFactory() for _ in range(30)])
        watched(profile, seen)
    with django_assert_num_queries(10):
        recommending.recommend(profile, at=NOW)


def test_a_profile_that_is_gone_meanwhile_is_no_fault():
    profile = ProfileFactory()
    watched(profile, MovieFactory())
    pk = profile.pk
    profile.delete()
    jobs.recommend(pk)
    profile.pk = pk
    assert recommending.recommend(profile, at=NOW) == 0


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(viewer):
    """A viewer to whom three films are recommended."""
    near(seen := MovieFactory(name="Detour"), *[MovieFactory(name=f"Film {n}") for n in range(3)])
    watched(viewer, seen)
    recommending.recommend(viewer, at=NOW)
    return viewer


def page_of(client, query=""):
    return client.get(reverse("tracking:for_you") + query)


def on(answer):
    return [row.title.name for row in answer.context["page"].rows]


def test_the_page_says_because_of_what(client, filled):
    page = page_of(client).content.decode()
    assert page.count("Because of Detour") == 3


def test_the_page_is_behind_the_door():
    assert Client().get(reverse("tracking:for_you")).url.startswith(reverse("account_login"))


def test_another_profiles_are_not_shown(client, filled):
    near(seen := MovieFactory(), MovieFactory(name="Theirs"))
    watched(other := ProfileFactory(), seen)
    recommending.recommend(other, at=NOW)
    assert "Theirs" not in page_of(client).content.decode()


def test_it_is_narrowed_by_kind(client, filled):
    series = TitleFactory(name="Serial")
    near(filled.library.get().title, series)
    recommending.recommend(filled, at=NOW)
    assert on(page_of(client, "?kind=series")) == ["Serial"]
    assert len(on(page_of(client, "?kind=movie"))) == 3
    assert len(on(page_of(client, "?kind=nonsense"))) == 4


def test_it_is_narrowed_to_what_ones_services_offer(client, filled):
    service = Service.objects.create(name="Lantern", slug="lantern")
    ProfileService.objects.create(profile=filled, service=service)
    film = Title.objects.get(name="Film 1")
    Availability.objects.create(title=film, service=service, region="GB", kind="subscription")
    assert on(page_of(client, "?mine=1")) == ["Film 1"]


def test_pages_follow_one_another_by_key(client, filled, monkeypatch):
    monkeypatch.setattr("tracking.views.for_you.SLIPS", 2)
    first = page_of(client)
    second = page_of(client, first.context["next_page"])
    assert on(first) + on(second) == ["Film 2", "Film 1", "Film 0"]
    assert second.context["next_page"] == ""


@pytest.mark.parametrize("after", ["x", "PQ", "PW5hbgA9MQ"])
def test_a_key_without_sense_is_the_first_page(client, filled, after):
    assert len(on(page_of(client, f"?after={after}"))) == 3


def test_more_recommendations_take_no_more_queries(client, filled, django_assert_max_num_queries):
    near(filled.library.get().title, *[MovieFactory() for _ in range(15)])
    recommending.recommend(filled, at=NOW)
    with django_assert_max_num_queries(6):
        assert len(on(page_of(client))) == 18


def test_opening_it_lets_it_follow_the_log(client, filled, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page_of(client)
        page_of(client)
    [queued] = django_rq.get_queue("bulk").jobs
    assert (queued.func_name, queued.args) == ("tracking.jobs.tastes.recommend", (filled.pk,))


def test_what_is_planned_from_the_page_is_gone_from_it(client, filled):
    film = Title.objects.get(name="Film 1")
    client.post(reverse("tracking:plan", args=[film.pk]), {"key": "k"})
    assert "Film 1" not in on(page_of(client))


@pytest.mark.parametrize(
    ("prepared", "said"),
    [("", "Nothing to go by yet"), ("log", "Being worked out"), ("filter", "Nothing more of this")],
)
def test_an_empty_page_says_what_to_do(client, viewer, prepared, said):
    if prepared == "log":
        watched(viewer, MovieFactory())
    answer = page_of(client, "?kind=movie" if prepared == "filter" else "")
    assert said in answer.content.decode()


def test_the_page_fills_itself_in_while_they_are_worked_out(client, viewer):
    watched(viewer, MovieFactory())
    first = page_of(client).content.decode()
    assert 'id="for-you" hx-get="?looks=1" hx-trigger="load delay:' in first
    assert "This page fills itself in" in first
    target = {"headers": {**HTMX, "HX-Target": "for-you"}}
    again = client.get(reverse("tracking:for_you") + "?looks=1", **target).content.decode()
    assert 'hx-get="?looks=2"' in again
    assert "<html" not in again
    last = client.get(reverse("tracking:for_you") + "?looks=999", **target).content.decode()
    assert "hx-trigger" not in last
    assert "Look again" in last


def test_a_page_that_is_filled_or_narrowed_does_not_look_again(client, filled):
    assert 'hx-get="?looks=' not in page_of(client).content.decode()
    assert 'hx-get="?looks=' not in page_of(client, "?kind=series").content.decode()


def test_home_shows_a_shelf_of_it(client, filled):
    page = client.get(reverse("home")).content.decode()
    assert page.count("Because of Detour") == 3
    assert reverse("tracking:for_you") in page


# -- not interested ----------------------------------------------------------------------------------------------------


def press(client, name, title, **how):
    return client.post(reverse(f"tracking:{name}", args=[title.pk]), **how)


def test_not_interested_takes_the_row_away_and_can_be_undone(client, filled):
    film = Title.objects.get(name="Film 1")
    answer = press(client, "dismiss", film, headers=HTMX)
    assert answer.content.strip().startswith(b'<div id="toasts"')
    assert reverse("tracking:take_back_dismissal", args=[film.pk]) in answer.content.decode()
    assert on(page_of(client)) == ["Film 2", "Film 0"]
    assert press(client, "take_back_dismissal", film, headers=HTMX)["HX-Refresh"] == "true"
    assert on(page_of(client)) == ["Film 2", "Film 1", "Film 0"]


def test_without_javascript_both_lead_back_to_the_page(client, filled):
    film = Title.objects.get(name="Film 1")
    where = {"next": reverse("tracking:for_you") + "?kind=movie"}
    for name in ("dismiss", "take_back_dismissal"):
        assert press(client, name, film, data=where).url == where["next"]
        assert press(client, name, film).url == reverse("tracking:for_you")


@pytest.mark.parametrize("name", ["dismiss", "take_back_dismissal"])
def test_what_the_viewer_may_not_see_is_not_there(client, viewer, name):
    viewer.highest_age = 6
    viewer.save()
    assert press(client, name, MovieFactory(min_age=12)).status_code == 404
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize("name", ["dismiss", "take_back_dismissal"])
def test_both_are_presses_and_behind_the_door(client, viewer, name):
    path = reverse(f"tracking:{name}", args=[MovieFactory().pk])
    assert client.get(path).status_code == 405
    assert Client().post(path).url.startswith(reverse("account_login"))


# -- after an import ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["applied", "undone"])
def test_recommendations_follow_an_import_and_its_undo(state, django_capture_on_commit_callbacks):
    log_import = LogImport.objects.create(profile=ProfileFactory(), state=state)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.work_on_history(log_import.pk)
    assert [queued.args for queued in django_rq.get_queue("bulk").jobs] == [(log_import.profile_id,)]
