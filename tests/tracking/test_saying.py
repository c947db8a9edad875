"""Ratings in every scale, and notes about titles."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from catalog.models import Title
from tests.factories import (
    EpisodeFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    RatingFactory,
    SeasonFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)
from tracking import diary, ratings
from tracking.models import LibraryEntry, LogChange, Note, Rating, Watch

HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCALES = ["stars", "ten", "hundred", "thumbs"]


@pytest.fixture
def viewer(client, db):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


def rate(client, thing, value, key="a", **more):
    name = f"tracking:rate_{type(thing).__name__.lower()}"
    return client.post(reverse(name, args=[thing.pk]), {"key": key, "value": value}, **more)


# -- scales ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "stars", "ten", "hundred", "thumbs"),
    [
        (1, "½ of 5 stars", "1 of 10", "1 of 100", "Thumbs down"),
        (14, "½ of 5 stars", "1 of 10", "14 of 100", "Thumbs down"),
        (15, "1 of 5 stars", "2 of 10", "15 of 100", "Thumbs down"),
        (50, "2½ of 5 stars", "5 of 10", "50 of 100", "Thumbs down"),
        (51, "2½ of 5 stars", "5 of 10", "51 of 100", "Thumbs up"),
        (73, "3½ of 5 stars", "7 of 10", "73 of 100", "Thumbs up"),
        (95, "5 of 5 stars", "10 of 10", "95 of 100", "Thumbs up"),
        (100, "5 of 5 stars", "10 of 10", "100 of 100", "Thumbs up"),
    ],
)
def test_a_rating_is_shown_in_every_scale(value, stars, ten, hundred, thumbs):
    assert [ratings.in_words(value, scale) for scale in SCALES] == [stars, ten, hundred, thumbs]


@pytest.mark.parametrize("scale", ["stars", "ten", "thumbs"])
def test_what_is_given_in_a_scale_is_shown_as_just_that_step(scale):
    for step in ratings.steps(scale):
        assert [each.value for each in ratings.steps(scale, step.value) if each.is_given] == [step.value]
        assert ratings.in_words(step.value, scale) == step.label


@pytest.mark.parametrize("scale", ["stars", "ten", "thumbs"])
@pytest.mark.parametrize("value", range(1, 101))
def test_the_step_shown_for_a_rating_of_another_scale_stands_for_exactly_that_rating(scale, value):
    (given,) = [step for step in ratings.steps(scale, value) if step.is_given]
    assert given.value == value
    assert len(ratings.steps(scale, value)) == len(ratings.steps(scale))


@pytest.mark.parametrize("text", ["", "0", "101", "-5", "7.5", "x", "²", "٣", "9" * 5000, " 5", "\0"])
def test_what_is_no_rating_is_not_taken_for_one(text):
    assert ratings.understood(text) is None


# -- rating ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [MovieFactory, TitleFactory, SeasonFactory, EpisodeFactory])
def test_a_title_a_season_and_an_episode_are_rated_and_the_press_taken_back(client, viewer, make):
    thing = make()
    assert rate(client, thing, "80").url == thing.get_absolute_url()
    assert Rating.objects.get(profile=viewer).value == 80
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    assert not Rating.objects.exists()


@pytest.mark.parametrize("make", [MovieFactory, SeasonFactory, EpisodeFactory])
def test_a_rating_alone_is_no_viewing_and_puts_no_show_into_the_library(client, viewer, make):
    rate(client, make(), "80")
    assert not Watch.objects.exists()
    assert not LibraryEntry.objects.exists()


def test_a_rating_is_changed_by_another_press_of_the_same_form(client, viewer):
    movie = MovieFactory()
    rate(client, movie, "80")
    rate(client, movie, "30")
    assert Rating.objects.get().value == 30


def test_a_rating_sent_twice_is_one_change(client, viewer):
    movie = MovieFactory()
    rate(client, movie, "80")
    rate(client, movie, "80")
    assert LogChange.objects.count() == 1


def test_a_rating_is_taken_away_and_comes_back_as_it_was(client, viewer):
    movie = MovieFactory()
    rating = RatingFactory(profile=viewer, title=movie, value=73)
    before = Rating.objects.values().get()
    client.post(reverse("tracking:rate_title", args=[movie.pk]), {"key": "a", "off": "1", "value": "73"})
    assert not Rating.objects.exists()
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    assert Rating.objects.values().get() == before
    assert rating.pk == before["id"]


def test_the_title_knows_what_its_viewers_give_it(client, viewer):
    movie = MovieFactory()
    diary.rate(ProfileFactory(), movie, 60, key="a", at=NOW)
    rate(client, movie, "90")
    assert Title.objects.values_list("rating_sum", "rating_count").get(pk=movie.pk) == (150, 2)
    client.post(reverse("tracking:undo", args=[LogChange.objects.order_by("-pk")[0].pk]))
    assert Title.objects.values_list("rating_sum", "rating_count").get(pk=movie.pk) == (60, 1)


def test_the_ratings_of_its_episodes_are_not_those_of_a_series(client, viewer):
    episode = EpisodeFactory()
    rate(client, episode, "90")
    assert Title.objects.get(pk=episode.title_id).viewers_rating is None


def test_the_average_of_the_viewers_stands_beside_that_of_the_source(client, viewer):
    movie = MovieFactory(source_rating=8.1)
    diary.rate(viewer, movie, 65, key="a", at=NOW)
    page = " ".join(re.sub(r"<[^>]*>", " ", client.get(movie.get_absolute_url()).content.decode()).split())
    assert "8.1 / 10" in page
    assert "Rated here 6.5 / 10 by 1 viewer" in page


@pytest.mark.parametrize("make", [MovieFactory, SeasonFactory, EpisodeFactory])
@pytest.mark.parametrize("scale", SCALES)
def test_its_page_shows_the_rating_in_the_scale_of_the_profile(client, viewer, make, scale):
    viewer.rating_scale = scale
    viewer.save()
    thing = make()
    EpisodeFactory(title=getattr(thing, "title", thing) if make != MovieFactory else TitleFactory())
    rate(client, thing, "73")
    page = client.get(thing.get_absolute_url()).content.decode()
    assert 'value="73"' in page
    assert (ratings.in_words(73, scale) in page) == (scale != "hundred")
    assert Rating.objects.get().value == 73


def test_what_is_no_rating_changes_nothing(client, viewer):
    movie = MovieFactory()
    answer = rate(client, movie, "1000", headers=HTMX)
    assert answer.status_code == 422
    assert rate(client, movie, "").status_code == 302
    assert not Rating.objects.exists()


def test_htmx_gets_the_rating_as_it_is_now_and_a_way_to_take_it_back(client, viewer):
    page = rate(client, MovieFactory(), "90", headers=HTMX).content.decode()
    assert page.lstrip().startswith("<form")
    assert "4½ of 5 stars" in page
    assert reverse("tracking:undo", args=[LogChange.objects.get().pk]) in page


@pytest.mark.parametrize("make", [MovieFactory, SeasonFactory, EpisodeFactory])
def test_what_one_may_not_see_cannot_be_rated(client, viewer, make):
    viewer.kind, viewer.highest_age = "child", 6
    viewer.save()
    thing = make()
    Title.objects.update(min_age=16)
    assert rate(client, thing, "50").status_code == 404


def test_nobody_rates_without_a_profile_or_by_a_link(client, db):
    url = reverse("tracking:rate_title", args=[MovieFactory().pk])
    assert client.post(url, {"value": "50"}).url.startswith(reverse("account_login"))
    client.force_login(UserFactory(household=ProfileFactory().household))
    assert client.get(url).status_code == 405


def test_the_library_is_sorted_by_the_ratings_of_its_profile(client, viewer):
    low, high, none = (LibraryEntryFactory(profile=viewer, title=MovieFactory()) for _each in range(3))
    RatingFactory(profile=viewer, title=low.title, value=20)
    RatingFactory(profile=viewer, title=high.title, value=90)
    RatingFactory(title=none.title, value=100)
    rows = client.get(f"{reverse('tracking:library')}?state=planned&sort=rating").context["page"].rows
    assert [entry.pk for entry in rows] == [high.pk, low.pk, none.pk]


# -- notes -------------------------------------------------------------------------------------------------------------


def write(client, title, text, key="a", **more):
    return client.post(reverse("tracking:note", args=[title.pk]), {"key": key, "text": text}, **more)


def test_a_note_is_written_changed_and_each_step_taken_back(client, viewer):
    movie = MovieFactory()
    write(client, movie, "Fog on the moor")
    write(client, movie, "Fog,\r\nand a hound", key="b")
    assert Note.objects.get().text == "Fog,\nand a hound"
    for expected in (["Fog on the moor"], []):
        client.post(reverse("tracking:undo", args=[LogChange.objects.filter(undone_at=None).order_by("-pk")[0].pk]))
        assert list(Note.objects.values_list("text", flat=True)) == expected


def test_a_note_without_words_is_taken_away_and_comes_back(client, viewer):
    movie = MovieFactory()
    write(client, movie, "Fog")
    write(client, movie, "  \n ", key="b")
    assert not Note.objects.exists()
    client.post(reverse("tracking:undo", args=[LogChange.objects.order_by("-pk")[0].pk]))
    assert Note.objects.get().text == "Fog"


def test_the_page_shows_the_note_with_its_lines_and_never_as_markup(client, viewer):
    movie = MovieFactory()
    write(client, movie, "one\ntwo <script>alert(1)</script>")
    page = client.get(movie.get_absolute_url()).content.decode()
    assert "one<br>two &lt;script&gt;" in page
    assert "<script>alert" not in page


def test_as_many_characters_fit_as_are_promised_however_lines_end(client, viewer):
    movie = MovieFactory()
    text = ("x" * 99 + "\r\n") * 200
    write(client, movie, text)
    assert len(Note.objects.get().text) == 19_999


def test_a_note_that_is_too_long_is_said_and_kept_on_the_page(client, viewer):
    answer = write(client, MovieFactory(), "x" * 20_001, headers=HTMX)
    assert answer.status_code == 422
    assert b"x" * 20_001 in answer.content
    assert b"oops" in answer.content
    assert not Note.objects.exists()


def test_a_note_is_nobody_elses(client, viewer):
    movie = MovieFactory()
    diary.note(ProfileFactory(), movie, "Theirs", key="a", at=NOW)
    assert b"Theirs" not in client.get(movie.get_absolute_url()).content


def test_a_note_stays_when_the_title_leaves_the_library(client, viewer):
    movie = MovieFactory()
    write(client, movie, "Fog")
    watch = WatchFactory(profile=viewer, title=movie)
    client.post(reverse("tracking:watch_delete", args=[watch.pk]), {"key": "b"})
    assert Note.objects.get().text == "Fog"
