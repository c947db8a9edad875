from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Episode
from tests.factories import (
    EpisodeFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)
from tracking.models import LibraryEntry, LogChange, Watch

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, time_zone="Europe/Paris")
    client.force_login(user)
    return profile


@pytest.fixture
def stranger():
    return ProfileFactory()


def check_in(client, subject, key="a", **more):
    name = "check_in_episode" if isinstance(subject, Episode) else "check_in_movie"
    return client.post(reverse(f"tracking:{name}", args=[subject.pk]), {"key": key}, **more)


# -- pressing ----------------------------------------------------------------------------------------------------------


def test_a_press_logs_a_viewing_and_returns_to_the_title(client, viewer):
    movie = MovieFactory()
    assert check_in(client, movie).url == movie.get_absolute_url()
    assert Watch.objects.get().title == movie


def test_htmx_gets_the_pressed_button_and_a_toast_that_takes_it_back(client, viewer):
    answer = check_in(client, EpisodeFactory(), headers=HTMX)
    page = answer.content.decode()
    assert "punch seen" in page
    assert reverse("tracking:undo", args=[LogChange.objects.get().pk]) in page
    assert "log-changed" in answer["HX-Trigger-After-Settle"]


def test_a_double_click_logs_one_viewing(client, viewer):
    movie = MovieFactory()
    check_in(client, movie, headers=HTMX)
    check_in(client, movie, headers=HTMX)
    assert Watch.objects.count() == 1


def test_undo_empties_the_log_again(client, viewer):
    check_in(client, MovieFactory())
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    assert not Watch.objects.exists()
    assert not LibraryEntry.objects.exists()


def test_signed_out_presses_lead_to_the_door_and_back(client):
    answer = check_in(client, MovieFactory(), headers={**HTMX, "HX-Current-URL": "http://testserver/movies/"})
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Fmovies%2F"


@pytest.mark.parametrize("subject", [EpisodeFactory, MovieFactory])
def test_a_press_is_a_post(client, viewer, subject):
    row = subject()
    name = "check_in_episode" if isinstance(row, Episode) else "check_in_movie"
    assert client.get(reverse(f"tracking:{name}", args=[row.pk])).status_code == 405


def test_what_a_child_may_not_see_cannot_be_logged(client, viewer):
    viewer.kind, viewer.highest_age = "child", 6
    viewer.save()
    assert check_in(client, MovieFactory(min_age=16)).status_code == 404


def test_the_watchlist_takes_and_gives_back(client, viewer):
    url = reverse("tracking:plan", args=[MovieFactory().pk])
    assert b"On the watchlist" in client.post(url, {"key": "a"}, headers=HTMX).content
    assert b"On the watchlist" not in client.post(url, {"key": "b", "off": "1"}, headers=HTMX).content
    assert not LibraryEntry.objects.exists()


def test_another_profiles_rows_are_not_found(client, viewer, stranger):
    watch = WatchFactory(profile=stranger)
    change = LogChange.objects.create(profile=stranger, title=watch.title, kind="edit", key="a", before={}, after={})
    for name, pk in (("watch_edit", watch.pk), ("watch_delete", watch.pk), ("undo", change.pk)):
        assert client.post(reverse(f"tracking:{name}", args=[pk]), {"key": "a"}).status_code == 404
    assert Watch.objects.count() == 1


def test_a_way_back_never_leaves_the_site(client, viewer):
    movie = MovieFactory()
    answer = client.post(
        reverse("tracking:check_in_movie", args=[movie.pk]), {"key": "a", "next": "https://example.com/"}
    )
    assert answer.url == movie.get_absolute_url()


# -- logging at another time -------------------------------------------------------------------------------------------

FORM = {"key": "a", "precision": "minute", "day": "2020-05-17", "hour": "21:30"}


def add(client, movie, **said):
    return client.post(f"{reverse('tracking:watch_add')}?title={movie.pk}", {**FORM, **said})


def test_a_viewing_is_logged_at_another_time_in_the_zone_of_the_profile(client, viewer):
    add(client, MovieFactory(), note="Fog", place="cinema")
    watch = Watch.objects.get()
    assert watch.watched_at == datetime(2020, 5, 17, 19, 30, tzinfo=UTC)
    assert (watch.note, watch.place, watch.origin) == ("Fog", "cinema", "form")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"day": ""}, "day"),
        ({"hour": ""}, "hour"),
        ({"day": "31 November"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "1066-10-14"}, "day"),
        ({"precision": "roughly"}, "precision"),
        ({"place": "moon"}, "place"),
        ({"company": "x" * 201}, "company"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(client, viewer, said, field):
    answer = add(client, MovieFactory(), note="kept", **said)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert b"kept" in answer.content
    assert not Watch.objects.exists()


def test_some_time_needs_no_day(client, viewer):
    add(client, MovieFactory(), precision="unknown", day="", hour="")
    assert Watch.objects.get().watched_on is None


def test_a_form_sent_twice_logs_once(client, viewer):
    movie = MovieFactory()
    add(client, movie)
    add(client, movie)
    assert Watch.objects.count() == 1


def test_a_viewing_is_changed_and_the_change_taken_back(client, viewer):
    watch = WatchFactory(profile=viewer, note="before")
    client.post(reverse("tracking:watch_edit", args=[watch.pk]), {**FORM, "note": "after"})
    watch.refresh_from_db()
    assert (watch.note, watch.watched_on) == ("after", date(2020, 5, 17))
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    watch.refresh_from_db()
    assert watch.note == "before"


@pytest.mark.parametrize(
    "query", ["", "?title=0", "?episode=0", "?title=x", f"?title={'9' * 5000}", f"?episode={'9' * 5000}"]
)
def test_there_must_be_something_to_log(client, viewer, query):
    assert client.get(reverse("tracking:watch_add") + query).status_code == 404


def test_a_removed_viewing_comes_back(client, viewer):
    watch = WatchFactory(profile=viewer)
    client.post(reverse("tracking:watch_delete", args=[watch.pk]), {"key": "a"})
    assert not Watch.objects.exists()
    client.post(reverse("tracking:undo", args=[LogChange.objects.get().pk]))
    assert Watch.objects.get() == watch


# -- looking -----------------------------------------------------------------------------------------------------------

PAGES = ["home", "tracking:log", "tracking:library", "tracking:up_next"]


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_log_says_what_to_do_next(client, viewer, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert b"empty" in answer.content


@pytest.mark.parametrize("name", PAGES[1:])
def test_the_log_is_behind_the_door(client, name):
    assert client.get(reverse(name)).status_code == 302


def fill(profile, count):
    now = datetime.now(UTC)
    for number in range(count):
        series = TitleFactory(status="running", episode_count=2)
        first, second = EpisodeFactory(title=series, number=1), EpisodeFactory(title=series, number=2)
        at = now - timedelta(hours=9 * number)
        WatchFactory(profile=profile, episode=first, watched_at=at)
        LibraryEntryFactory(
            profile=profile,
            title=series,
            state="watching",
            watch_count=1,
            seen_count=1,
            last_watched_at=at,
            next_episode=second,
        )
        LibraryEntryFactory(profile=profile, title=MovieFactory())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_for_twice_the_rows(client, viewer, name):
    fill(viewer, 3)
    few = cost(client, name)
    fill(viewer, 3)
    assert cost(client, name) == few <= 12


def cost(client, name):
    client.get(reverse(name))  # what is kept is kept now
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(name))
    return len(queries)


def test_the_diary_pages_by_key_and_shows_each_viewing_once(client, viewer):
    now = datetime.now(UTC)
    for number in range(90):
        WatchFactory(profile=viewer, watched_at=now - timedelta(hours=number // 2))
    seen, url = [], reverse("tracking:log")
    while url:
        context = client.get(url).context
        seen += [watch.pk for day in context["days"] for watch in day.watches]
        after = context["page"].after
        url = f"{reverse('tracking:log')}?after={after}" if after else None
    assert seen == list(Watch.objects.newest_first().values_list("pk", flat=True))


@pytest.mark.parametrize("after", ["x", "%00", "W10", "bnVsbA", "9" * 5000, "eyJhIjoxfQ", "WzEsMl0"])
def test_a_key_without_sense_is_the_first_page(client, viewer, after):
    WatchFactory(profile=viewer)
    answer = client.get(f"{reverse('tracking:log')}?after={after}")
    assert len(answer.context["page"].rows) == 1


def test_a_day_cut_by_the_end_of_a_page_is_summed_whole(client, viewer):
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for number in range(45):
        WatchFactory(profile=viewer, watched_at=noon + timedelta(minutes=number))
    (day,) = client.get(reverse("tracking:log")).context["days"]
    assert (len(day.watches), day.total.count, day.total.minutes) == (20, 45, 45 * 90)


@pytest.mark.parametrize(("show", "expected"), [("films", 3), ("episodes", 2), ("again", 2), ("nonsense", 5)])
def test_the_diary_can_be_sieved(client, viewer, show, expected):
    movie, episode, now = MovieFactory(), EpisodeFactory(), datetime.now(UTC)
    for number, more in enumerate([{"title": movie}, {"title": movie}, {}, {"episode": episode}, {"episode": episode}]):
        WatchFactory(profile=viewer, watched_at=now - timedelta(days=number), **more)
    assert len(client.get(f"{reverse('tracking:log')}?show={show}").context["page"].rows) == expected


def test_the_library_shows_one_state_a_tab(client, viewer):
    planned = LibraryEntryFactory(profile=viewer)
    LibraryEntryFactory(profile=viewer, state="completed", title=MovieFactory())
    context = client.get(f"{reverse('tracking:library')}?state=planned").context
    assert [entry.pk for entry in context["page"].rows] == [planned.pk]
    assert {state: count for state, _label, count in context["tabs"]}["completed"] == 1


def test_a_note_is_text_and_never_markup(client, viewer):
    WatchFactory(profile=viewer, note="<script>alert(1)</script>")
    assert b"<script>alert" not in client.get(reverse("tracking:log")).content
