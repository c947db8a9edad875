"""One press for several of a household."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import EpisodeFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory, WatchFactory
from tracking import diary, moments
from tracking.models import LibraryEntry, LogChange, Watch

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, name="Kitchen")
    client.force_login(user)
    return profile


@pytest.fixture
def other(viewer):
    return ProfileFactory(household=viewer.household, name="Attic")


@pytest.fixture
def child(viewer):
    return ProfileFactory(household=viewer.household, name="Nursery", kind="child", highest_age=6)


def press(client, title, *others, key="a", **more):
    said = {"key": key, "together": [each.pk for each in others]}
    return client.post(reverse("tracking:check_in_movie", args=[title.pk]), said, **more)


def rows(*profiles):
    return [
        (list(Watch.objects.of(each).order_by("pk").values()), list(LibraryEntry.objects.of(each).values()))
        for each in profiles
    ]


def test_one_press_logs_for_both_as_one_group(client, viewer, other):
    press(client, MovieFactory(), other)
    mine, theirs = Watch.objects.of(viewer).get(), Watch.objects.of(other).get()
    assert mine.group == theirs.group is not None
    assert LogChange.objects.of(other).count() == 1
    assert LibraryEntry.objects.of(other).get().state == "completed"


def test_each_was_in_the_company_of_the_other(client, viewer, other):
    press(client, MovieFactory(), other)
    assert Watch.objects.of(viewer).get().company == "Attic"
    assert Watch.objects.of(other).get().company == "Kitchen"


def test_nobody_ticked_is_nobody_else(client, viewer, other):
    press(client, MovieFactory())
    assert Watch.objects.get().group is None


def test_one_undo_takes_back_all_of_the_press_for_all_of_them(client, viewer, other):
    earlier = MovieFactory()
    press(client, earlier)
    before = rows(viewer, other)
    press(client, MovieFactory(), other, key="b")
    client.post(reverse("tracking:undo", args=[LogChange.objects.of(viewer).latest("pk").pk]))
    assert rows(viewer, other) == before


def test_the_press_of_another_household_cannot_be_taken_back(client, viewer, other):
    press(client, MovieFactory(), other)
    stranger = UserFactory()
    ProfileFactory(household=stranger.household)
    client.force_login(stranger)
    for change in LogChange.objects.all():
        assert client.post(reverse("tracking:undo", args=[change.pk])).status_code == 404
    assert Watch.objects.count() == 2


def test_a_double_press_logs_once_for_each(client, viewer, other):
    movie = MovieFactory()
    press(client, movie, other)
    press(client, movie, other)
    press(client, movie, other, key="c")
    assert Watch.objects.count() == 2


def test_a_second_press_adds_somebody_to_the_viewing_and_to_its_undo(client, viewer, other):
    movie = MovieFactory()
    press(client, movie)
    press(client, movie, other, key="b")
    assert Watch.objects.count() == 2
    client.post(reverse("tracking:undo", args=[LogChange.objects.of(viewer).get().pk]))
    assert not Watch.objects.exists()


def test_a_child_is_neither_offered_nor_logged_what_it_may_not_see(client, viewer, child):
    movie = MovieFactory(min_age=16)
    assert "Nursery" not in client.get(movie.get_absolute_url()).content.decode()
    press(client, movie, child)
    assert not Watch.objects.of(child).exists()


def test_what_has_no_known_age_is_for_grown_ups(client, viewer, other, child):
    page = client.get(MovieFactory(min_age=None).get_absolute_url()).content.decode()
    assert "Attic" in page
    assert "Nursery" not in page


def test_strangers_are_never_logged(client, viewer):
    stranger = ProfileFactory()
    press(client, MovieFactory(), stranger)
    assert not Watch.objects.of(stranger).exists()


@pytest.mark.parametrize("factory", [MovieFactory, EpisodeFactory])
def test_the_others_are_offered_beside_the_punch(client, viewer, other, factory):
    page = client.get(factory().get_absolute_url()).content.decode()
    assert f'name="together" value="{other.pk}"' in page


def test_the_pressed_punch_offers_them_again(client, viewer, other):
    assert "Attic" in press(client, MovieFactory(), other, headers=HTMX).content.decode()


def test_the_form_logs_for_others_and_suggests_the_names_of_the_household(client, viewer, other):
    movie = MovieFactory()
    url = f"{reverse('tracking:watch_add')}?title={movie.pk}"
    assert "<option>Attic</option>" in client.get(url).content.decode()
    said = {"key": "a", "precision": "year", "day": "2020-05-17", "together": [other.pk], "company": "Everybody"}
    client.post(url, said)
    assert set(Watch.objects.values_list("profile", "precision", "company")) == {
        (viewer.pk, "year", "Everybody"),
        (other.pk, "year", "Everybody"),
    }


def test_the_form_refuses_whoever_is_not_offered(client, viewer, other):
    url = f"{reverse('tracking:watch_add')}?title={MovieFactory().pk}"
    said = {"key": "a", "precision": "unknown", "together": [ProfileFactory().pk]}
    assert client.post(url, said).status_code == 422
    assert not Watch.objects.exists()


def test_everybody_sees_an_episode_in_the_run_they_are_in(viewer, other):
    episode = EpisodeFactory()
    see = {"moment": moments.minute(NOW, "UTC"), "at": NOW}
    diary.check_in(other, episode.title, episode, key="before", **see)
    diary.begin_again(other, episode.title, key="run", at=NOW)
    later = datetime(2026, 11, 22, 20, tzinfo=UTC)
    see = {"moment": moments.minute(later, "UTC"), "at": later}
    diary.check_in_together(viewer, [other], episode.title, episode, key="both", **see)
    assert Watch.objects.of(viewer).get().run == 1
    assert Watch.objects.of(other).latest("pk").run == 2


# -- marks -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def series():
    title = TitleFactory(status="ended")
    for number in (1, 2, 3):
        EpisodeFactory(title=title, number=number)
    return title


def mark(client, series, *others, key="a", **more):
    said = {"key": key, "precision": "unknown", "together": [each.pk for each in others]}
    return client.post(reverse("tracking:mark", args=[series.pk]), said, **more)


def first_of(series):
    return series.episodes.order_by("number").first()


def undo_latest(client):
    return client.post(reverse("tracking:undo", args=[LogChange.objects.latest("pk").pk]))


def test_the_page_of_a_mark_offers_the_others_of_the_household(client, viewer, other, series):
    page = client.get(reverse("tracking:mark", args=[series.pk])).content.decode()
    assert "Attic" in page


def test_one_mark_logs_for_both_what_each_has_not_seen(client, viewer, other, series):
    WatchFactory(profile=other, episode=first_of(series))
    answer = mark(client, series, other, headers=HTMX).content.decode()
    assert "With Attic: 5 viewings added, 1 was seen already." in answer
    assert [Watch.objects.of(each).count() for each in (viewer, other)] == [3, 3]
    assert [LibraryEntry.objects.of(each).get().state for each in (viewer, other)] == ["completed", "completed"]


def test_what_was_marked_together_is_an_episode_a_group_and_in_company(client, viewer, other, series):
    mark(client, series, other)
    assert Watch.objects.values("group").distinct().count() == 3
    mine, theirs = Watch.objects.filter(episode=first_of(series)).order_by("profile__name").values("group", "company")
    assert mine["group"] == theirs["group"]
    assert (mine["company"], theirs["company"]) == ("Kitchen", "Attic")


def test_a_mark_for_oneself_is_in_nobodys_company(client, viewer, other, series):
    mark(client, series)
    assert set(Watch.objects.values_list("profile", "group", "company")) == {(viewer.pk, None, "")}


def test_a_mark_for_several_is_undone_as_one(client, viewer, other, series):
    WatchFactory(profile=other, episode=first_of(series))
    before = rows(viewer, other)
    mark(client, series, other)
    client.post(reverse("tracking:undo", args=[LogChange.objects.of(viewer).get().pk]))
    assert rows(viewer, other) == before


def test_a_mark_that_only_others_needed_can_be_taken_back_too(client, viewer, other, series):
    mark(client, series)
    before = rows(viewer, other)
    answer = mark(client, series, other, key="b", headers=HTMX).content.decode()
    assert reverse("tracking:undo", args=[LogChange.objects.of(other).get().pk]) in answer
    undo_latest(client)
    assert rows(viewer, other) == before


def test_a_mark_for_several_sent_twice_is_one(client, viewer, other, series):
    for _press in range(2):
        mark(client, series, other)
    assert Watch.objects.count() == 6
    undo_latest(client)
    assert not Watch.objects.exists()


def test_a_mark_refuses_whoever_is_not_offered(client, viewer, other, series):
    assert mark(client, series, ProfileFactory()).status_code == 422
    assert not Watch.objects.exists()
