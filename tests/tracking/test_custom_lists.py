"""Lists that viewers make: their order, who reads them, and taking every press back."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import EpisodeFactory, LibraryEntryFactory, MovieFactory, ProfileFactory, UserFactory
from tracking import diary, jobs, lists
from tracking.diary import listing
from tracking.models import List, ListItem, LogChange

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FORM = {"name": "Rainy days", "description": "", "is_public": "", "is_numbered": ""}
NUMBER = count()


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


@pytest.fixture
def stranger():
    """A client who is signed in as somebody else."""
    user = UserFactory()
    ProfileFactory(household=user.household)
    other = Client()
    other.force_login(user)
    return other


def new_list(profile, *things, **said):
    """With these on it, in order."""
    made = List.objects.create(profile=profile, **{"name": f"List {next(NUMBER)}"} | said)
    for thing in things:
        put(profile, thing, made)
    return made


def put(profile, thing, *on):
    title, episode = (thing.title, thing) if hasattr(thing, "season") else (thing, None)
    return diary.enlist(profile, title, episode, on, key=uuid.uuid4().hex, at=NOW)


def order(made):
    return [item.title_id for item in ListItem.objects.filter(list=made).in_order()]


def item_of(made, title):
    return ListItem.objects.select_related("list__profile", "title", "episode").get(list=made, title=title)


def undo_last(client):
    change = LogChange.objects.filter(undone_at=None).order_by("-pk")[0]
    client.post(reverse("tracking:undo", args=[change.pk]))


def url(name, made, *more):
    return reverse(f"tracking:{name}", args=[made.address, *more])


# -- making and describing ---------------------------------------------------------------------------------------------


def test_a_list_is_made_and_stands_among_ones_own(client, viewer):
    page = client.post(reverse("tracking:list_add"), {**FORM, "description": "Fog"}, follow=True).content.decode()
    assert "Rainy days" in page
    assert "Fog" in page
    assert b"Rainy days" in client.get(reverse("tracking:list_list")).content


def test_a_form_sent_twice_makes_one_list(client, viewer):
    said = {**FORM, "address": str(uuid.uuid4())}
    first, second = (client.post(reverse("tracking:list_add"), said).url for _each in range(2))
    assert first == second
    assert List.objects.count() == 1


@pytest.mark.parametrize(
    "said", [{"name": ""}, {"name": "x" * 201}, {"name": " Rainy   days "}, {"description": "x" * 20_001}]
)
def test_what_cannot_be_kept_is_said_and_stays_on_the_page(client, viewer, said):
    new_list(viewer, name="Rainy days")
    answer = client.post(reverse("tracking:list_add"), {**FORM, "name": "Other", **said})
    assert answer.status_code == 422
    assert b"oops" in answer.content
    assert List.objects.count() == 1


def test_others_may_call_theirs_the_same(client, viewer):
    new_list(ProfileFactory(), name="Rainy days")
    assert client.post(reverse("tracking:list_add"), FORM).status_code == 302


def test_there_are_only_so_many_lists(client, viewer):
    List.objects.bulk_create(List(profile=viewer, name=f"List {n}") for n in range(lists.MOST))
    assert client.post(reverse("tracking:list_add"), FORM).status_code == 422


def test_a_list_is_renamed_described_numbered_and_made_public(client, viewer):
    made = new_list(viewer, name="Rainy days")
    said = {"name": "Foggy days", "description": "one\r\ntwo", "is_public": "on", "is_numbered": "on"}
    client.post(url("list_edit", made), said)
    made.refresh_from_db()
    assert (made.name, made.description, made.is_public, made.is_numbered) == ("Foggy days", "one\ntwo", True, True)


def test_a_list_may_keep_its_name_but_not_take_another_ones(client, viewer):
    made = new_list(viewer, name="Rainy days")
    new_list(viewer, name="Foggy days")
    assert client.post(url("list_edit", made), FORM).status_code == 302
    assert client.post(url("list_edit", made), {**FORM, "name": "Foggy days"}).status_code == 422


def said_of(made):
    return List.objects.values("name", "description", "is_public", "is_numbered").get(pk=made.pk)


@pytest.mark.parametrize("presses", [1, 2])
def test_what_a_list_said_before_comes_back_with_undo(client, viewer, presses):
    made = new_list(viewer, name="Rainy days", description="By the fire.", is_public=True)
    before = said_of(made)
    for _press in range(presses):
        page = client.post(url("list_edit", made), {**FORM, "name": "Foggy days"}, follow=True).content.decode()
        assert url("list_take_back", made) in page
    client.post(url("list_take_back", made))
    assert said_of(made) == before


def test_a_second_undo_of_a_list_changes_nothing(client, viewer):
    made = new_list(viewer, name="Rainy days")
    for name in ("Foggy days", "Windy days"):
        client.post(url("list_edit", made), {**FORM, "name": name})
    for _press in range(2):
        client.post(url("list_take_back", made))
    assert said_of(made)["name"] == "Foggy days"


def test_undo_leaves_another_list_alone_than_the_one_changed_last(client, viewer):
    first, second = new_list(viewer), new_list(viewer)
    for number, made in enumerate((first, second)):
        client.post(url("list_edit", made), {**FORM, "name": f"Changed {number}"})
    page = client.post(url("list_take_back", first), follow=True).content.decode()
    assert "cannot be taken back any more" in page
    assert said_of(first)["name"] == "Changed 0"


def test_an_undone_name_that_was_given_away_meanwhile_gets_a_figure(client, viewer):
    made = new_list(viewer, name="Rainy days")
    client.post(url("list_edit", made), {**FORM, "name": "Foggy days"})
    new_list(viewer, name="Rainy days")
    client.post(url("list_take_back", made))
    assert said_of(made)["name"] == "Rainy days 2"


def test_a_removed_list_is_out_of_sight_and_comes_back_with_all_that_is_on_it(client, viewer):
    made = new_list(viewer, MovieFactory(), MovieFactory())
    before = list(ListItem.objects.values())
    client.post(url("list_remove", made))
    assert client.get(made.get_absolute_url()).status_code == 404
    assert made.name.encode() not in client.get(reverse("tracking:list_list")).content.split(b"toast")[0]
    client.post(url("list_restore", made))
    assert client.get(made.get_absolute_url()).status_code == 200
    assert list(ListItem.objects.values()) == before


def test_a_list_comes_back_beside_one_that_took_its_name(client, viewer):
    made = new_list(viewer, name="Rainy days")
    client.post(url("list_remove", made))
    new_list(viewer, name="Rainy days")
    client.post(url("list_restore", made))
    assert set(List.objects.of(viewer).values_list("name", flat=True)) == {"Rainy days", "Rainy days 2"}


def test_lists_removed_a_month_ago_are_deleted_and_others_are_not(viewer):
    movie = MovieFactory()
    old, young, kept = (new_list(viewer, movie) for _each in range(3))
    now = datetime.now(UTC)
    lists.remove(old, at=now - timedelta(days=31))
    lists.remove(young, at=now - timedelta(days=29))
    jobs.delete_removed_lists()
    assert set(List.objects.all()) == {young, kept}


def test_what_was_taken_off_a_list_that_is_deleted_by_now_does_not_come_back(client, viewer):
    movie = MovieFactory()
    made = new_list(viewer, movie)
    diary.unlist(item_of(made, movie), key="a", at=NOW)
    made.delete()
    undo_last(client)
    assert LogChange.objects.get(key="a").undone_at
    assert not ListItem.objects.exists()


# -- putting on and taking off -----------------------------------------------------------------------------------------


def choose(client, thing, *chosen, name="", key="a", **more):
    kind = "episode_lists" if hasattr(thing, "season") else "title_lists"
    said = {"key": key, "lists": [str(each.address) for each in chosen], "name": name}
    return client.post(reverse(f"tracking:{kind}", args=[thing.pk]), said, **more)


@pytest.mark.parametrize("make", [MovieFactory, EpisodeFactory])
def test_a_title_or_an_episode_is_put_on_lists_and_taken_off_by_one_press_and_its_undo(client, viewer, make):
    thing, one, two = make(), new_list(viewer), new_list(viewer)
    put(viewer, thing, one)
    before = list(ListItem.objects.values())
    choose(client, thing, two)
    assert [item.list for item in ListItem.objects.all()] == [two]
    undo_last(client)
    assert list(ListItem.objects.values()) == before


def test_the_form_shows_where_it_stands_already(client, viewer):
    movie, one = MovieFactory(), new_list(viewer)
    new_list(viewer)
    put(viewer, movie, one)
    form = client.get(reverse("tracking:title_lists", args=[movie.pk])).context["form"]
    assert form["lists"].value() == [str(one.address)]
    assert len(form.fields["lists"].choices) == 2


def test_a_press_sent_twice_puts_it_on_once(client, viewer):
    movie, made = MovieFactory(), new_list(viewer)
    choose(client, movie, made)
    choose(client, movie, made)
    assert order(made) == [movie.pk]
    assert LogChange.objects.count() == 1


def test_a_new_list_is_made_on_the_way(client, viewer):
    movie = MovieFactory()
    choose(client, movie, name="Rainy days")
    choose(client, movie, name="Rainy days")
    assert order(List.objects.get(name="Rainy days")) == [movie.pk]


def test_a_name_that_is_taken_is_said(client, viewer):
    made, movie = new_list(viewer), MovieFactory()
    assert choose(client, movie, name=made.name).status_code == 422
    assert not ListItem.objects.exists()


def test_a_list_that_is_full_takes_no_more_and_says_so(client, viewer, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ITEMS", 1)
    made = new_list(viewer, MovieFactory())
    answer = choose(client, MovieFactory(), made)
    assert answer.status_code == 422
    assert b"is full" in answer.content
    assert len(order(made)) == 1


def test_nothing_is_put_on_lists_of_others(client, viewer):
    theirs = new_list(ProfileFactory(), is_public=True)
    assert choose(client, MovieFactory(), theirs).status_code == 422
    assert not ListItem.objects.exists()


def test_htmx_opens_the_form_in_the_page_and_closes_it_with_a_way_back(client, viewer):
    movie, made = MovieFactory(), new_list(viewer)
    opened = client.get(
        reverse("tracking:title_lists", args=[movie.pk]), headers={**HTMX, "HX-Target": "list-menu"}
    ).content.decode()
    assert opened.lstrip().startswith('<div class="list-menu"')
    assert made.name in opened
    closed = choose(client, movie, made, headers={**HTMX, "HX-Target": "list-menu"}).content.decode()
    assert "hx-get" in closed
    assert reverse("tracking:undo", args=[LogChange.objects.get().pk]) in closed


def test_something_is_taken_off_and_comes_back_in_its_place_with_its_note(client, viewer):
    movies = [MovieFactory() for _each in range(3)]
    made = new_list(viewer, *movies)
    item = item_of(made, movies[1])
    client.post(url("item_edit", made, item.pk), {"key": "a", "place": 2, "note": "Why"})
    client.post(url("item_remove", made, item.pk), {"key": "a"})
    assert order(made) == [movies[0].pk, movies[2].pk]
    undo_last(client)
    assert order(made) == [movie.pk for movie in movies]
    assert item_of(made, movies[1]).note == "Why"


# -- order -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "behind", "expected"),
    [
        ([], None, {9: 1000}),
        ([(1, 1000)], None, {9: 500}),
        ([(1, 1000)], 1, {9: 2000}),
        ([(1, 1000), (2, 2000)], 1, {9: 1500}),
        ([(1, 1000), (2, 1002)], 1, {9: 1001}),
        ([(1, 1000), (2, 1001)], 1, {1: 1000, 9: 2000, 2: 3000}),
        ([(1, 0), (2, 0)], None, {9: 1000, 1: 2000, 2: 3000}),
        ([(1, 0), (2, 0)], 1, {1: 1000, 9: 2000, 2: 3000}),
        ([(1, 2**31 - 1)], 1, {1: 1000, 9: 2000}),
    ],
)
def test_a_place_is_found_between_neighbours_or_all_are_spread_anew(others, behind, expected):
    assert listing.positions(others, 9, behind=behind) == expected


@pytest.mark.parametrize(
    ("moved", "place", "expected"),
    [(0, 3, "bca"), (2, 1, "cab"), (1, 2, "abc"), (0, 99, "bca"), (2, 2, "acb"), (1, 1, "bac")],
)
def test_something_moves_to_the_place_that_was_typed_and_back(client, viewer, moved, place, expected):
    movies = [MovieFactory() for _each in range(3)]
    made = new_list(viewer, *movies)
    before = list(ListItem.objects.order_by("pk").values())
    client.post(url("item_edit", made, item_of(made, movies[moved]).pk), {"key": "a", "place": place, "note": ""})
    assert order(made) == [movies["abc".index(letter)].pk for letter in expected]
    undo_last(client)
    assert list(ListItem.objects.order_by("pk").values()) == before


def test_buttons_move_up_and_down_with_and_without_htmx(client, viewer):
    one, two, three = movies = [MovieFactory() for _each in range(3)]
    made = new_list(viewer, *movies)
    client.post(url("list_move", made), {"key": "a", "up": item_of(made, three).pk})
    assert order(made) == [one.pk, three.pk, two.pk]
    page = client.post(
        url("list_move", made),
        {"key": "b", "down": item_of(made, one).pk},
        headers={**HTMX, "HX-Target": "listed"},
    ).content.decode()
    assert page.lstrip().startswith('<section id="listed"')
    assert order(made) == [three.pk, one.pk, two.pk]


def test_many_moves_to_one_place_keep_the_order_that_was_asked_for(viewer):
    movies = [MovieFactory() for _each in range(6)]
    made = new_list(viewer, *movies)
    expected = [movie.pk for movie in movies]
    for number in range(40):
        moved = expected.pop(number % 5 + 1)
        expected.insert(1, moved)
        diary.arrange(item_of(made, moved), place=2, key=f"move {number}", at=NOW)
        assert order(made) == expected


def test_a_place_is_counted_among_what_one_may_see(client, viewer):
    hidden, one, two = MovieFactory(), MovieFactory(), MovieFactory()
    made = new_list(viewer, hidden, one, two)
    hidden.is_published = False
    hidden.save()
    form = client.get(url("item_edit", made, item_of(made, two).pk)).context["form"]
    assert form["place"].value() == 2
    client.post(url("item_edit", made, item_of(made, two).pk), {"key": "a", "place": 1, "note": ""})
    assert [pk for pk in order(made) if pk != hidden.pk] == [two.pk, one.pk]


@pytest.mark.parametrize("place", ["", "0", "-1", "x", "9" * 30])
def test_a_place_that_makes_no_sense_is_said(client, viewer, place):
    movie = MovieFactory()
    made = new_list(viewer, movie)
    answer = client.post(url("item_edit", made, item_of(made, movie).pk), {"place": place, "note": "kept"})
    assert answer.status_code == 422
    assert b"kept" in answer.content


# -- reading -----------------------------------------------------------------------------------------------------------


def test_a_public_list_is_read_signed_out_and_spread_by_no_machine(client, viewer):
    made = new_list(viewer, MovieFactory(name="The Lamplighters"), is_public=True)
    answer = Client().get(made.get_absolute_url())
    assert b"The Lamplighters" in answer.content
    assert answer["X-Robots-Tag"] == "noindex"
    assert b"Move " not in answer.content


def test_a_private_list_is_nobody_elses(viewer, stranger):
    made = new_list(viewer, MovieFactory())
    assert Client().get(made.get_absolute_url()).status_code == 404
    assert stranger.get(made.get_absolute_url()).status_code == 404


def test_readers_see_only_what_they_are_old_enough_for(viewer):
    made = new_list(viewer, MovieFactory(name="For all"), MovieFactory(name="For adults", min_age=18), is_public=True)
    page = Client().get(made.get_absolute_url()).content.decode()
    assert "For all" in page
    assert "For adults" not in page
    assert "1 entry" in page


@pytest.mark.parametrize("name", ["list_edit", "list_take_back", "list_remove", "list_restore", "list_move"])
def test_a_strangers_press_on_a_public_list_is_not_found(viewer, stranger, name):
    made = new_list(viewer, MovieFactory(), is_public=True)
    said = {**FORM, "up": ListItem.objects.get().pk}
    assert stranger.post(url(name, made), said).status_code == 404
    made.refresh_from_db()
    assert (made.removed_at, made.name != "Rainy days") == (None, True)


@pytest.mark.parametrize("name", ["item_edit", "item_remove"])
def test_a_strangers_press_on_an_entry_is_not_found(viewer, stranger, name):
    made = new_list(viewer, MovieFactory(), is_public=True)
    item = ListItem.objects.get()
    assert stranger.post(url(name, made, item.pk), {"place": 1, "note": "mine now"}).status_code == 404
    assert ListItem.objects.get().note == ""


def test_an_entry_is_found_only_at_its_own_list(client, viewer):
    made, other = new_list(viewer, MovieFactory()), new_list(viewer)
    assert client.get(url("item_edit", other, ListItem.objects.get().pk)).status_code == 404
    assert client.get(url("item_edit", made, ListItem.objects.get().pk)).status_code == 200


def test_a_numbered_list_counts_on_over_its_pages_and_shows_each_entry_once(client, viewer):
    movies = [MovieFactory() for _each in range(lists.ITEMS_ON_A_PAGE + 5)]
    made = new_list(viewer, *movies, is_numbered=True)
    first = client.get(made.get_absolute_url()).context["page"]
    second = client.get(f"{made.get_absolute_url()}?after={first.after}").context["page"]
    assert [item.title_id for item in [*first.rows, *second.rows]] == [movie.pk for movie in movies]
    assert (first.first, second.first, second.after) == (1, lists.ITEMS_ON_A_PAGE + 1, "")


def test_a_list_says_what_of_it_was_seen(client, viewer):
    movie = MovieFactory()
    made = new_list(viewer, movie)
    LibraryEntryFactory(profile=viewer, title=movie, state="completed")
    assert b"Seen" in client.get(made.get_absolute_url()).content


def test_a_note_is_text_and_never_markup(client, viewer):
    made = new_list(viewer, MovieFactory(), description="<script>alert(1)</script>")
    ListItem.objects.update(note="<script>alert(2)</script>\nx")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "alert(2)&lt;/script&gt;<br>x" in page


def test_pages_of_lists_cost_the_same_for_twice_the_rows(client, viewer):
    made = new_list(viewer, is_numbered=True)
    counts = []
    for _round in range(2):
        for _each in range(5):
            episode = EpisodeFactory()
            put(viewer, episode.title, made)
            put(viewer, episode, made)
            new_list(viewer, episode.title)
        for page in (made.get_absolute_url(), reverse("tracking:list_list")):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_a_full_page_of_a_list_is_light(client, viewer):
    made = new_list(
        viewer, *[MovieFactory(picture="paaaaaaaaaaaaaaaaaaaa-780") for _each in range(lists.ITEMS_ON_A_PAGE)]
    )
    ListItem.objects.update(note="A word on why it stands here, as long as people write. " * 2)
    size = len(client.get(made.get_absolute_url()).content)
    assert size < 60_000, size


def test_my_lists_are_behind_the_door_and_say_what_to_do_next(client, viewer):
    assert b"Make a list" in client.get(reverse("tracking:list_list")).content
    assert Client().get(reverse("tracking:list_list")).status_code == 302


@pytest.mark.parametrize("pressed", ["9" * 5000, "²", "", "-1"])
def test_what_is_no_entry_of_the_list_is_not_moved(client, viewer, pressed):
    made = new_list(viewer, MovieFactory(), MovieFactory())
    before = order(made)
    assert client.post(url("list_move", made), {"down": pressed, "key": "k"}).status_code == 404
    assert order(made) == before
