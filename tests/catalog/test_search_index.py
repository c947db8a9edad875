"""The index follows what happens to titles, and is made anew while people search."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connections
from django.urls import reverse

from accounts.viewers import AnonymousViewer
from catalog import refresh, search
from catalog.models import GenreLabel, SearchEntry, Title
from catalog.sources import tvmaze
from catalog.sources.facts import IndexPage
from catalog.sources.fields import Record
from tests.factories import CreditFactory, EpisodeFactory, GenreFactory, TitleFactory, UserFactory

from . import tvmaze_shapes as shapes

pytestmark = pytest.mark.django_db

ADULT = AnonymousViewer(highest_age=99, sees_unrated=True)
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def work_off():
    while search.apply_changes():
        pass


def entries():
    return set(SearchEntry.objects.values_list("kind", "label"))


# -- titles that go ----------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def leaving():
    """A title with a person known by nothing else, and one who is in another title as well."""
    title = TitleFactory(name="Leaving", popularity=90)
    staying = CreditFactory(title__name="Staying", title__popularity=10, person__name="In both").person
    CreditFactory(title=title, person__name="Only here")
    CreditFactory(title=title, person=staying)
    search.rebuild()
    return title


def deleted_alone(staff, title):
    return staff.post(reverse("admin:catalog_title_delete", args=[title.pk]), {"post": "yes"})


def deleted_with_others(staff, title):
    chosen = {"action": "delete_selected", "_selected_action": [title.pk], "post": "yes"}
    return staff.post(reverse("admin:catalog_title_changelist"), chosen)


@pytest.mark.parametrize("delete", [deleted_alone, deleted_with_others])
def test_the_people_of_a_title_that_staff_delete_are_looked_at_as_well(staff, leaving, delete):
    assert delete(staff, leaving).status_code == 302
    assert not Title.objects.filter(pk=leaving.pk).exists()
    work_off()
    assert entries() == {("series", "Staying"), ("person", "In both")}
    assert SearchEntry.objects.get(kind="person").popularity == 10


# -- what sources say --------------------------------------------------------------------------------------------------


def told(**changes):
    facts = tvmaze.read_show(Record(shapes.show(82, **changes), "show"))
    refresh.save_index(IndexPage(0, (facts,), ()), at=NOW)
    work_off()


def test_a_year_and_genres_that_a_source_changes_reach_the_index():
    noir, comedy = GenreFactory(name="Noir"), GenreFactory(name="Jokes")
    for genre in (noir, comedy):
        GenreLabel.objects.create(source="tvmaze", label=genre.name, genre=genre)
    told(genres=["Noir"], premiered="1994-01-01", type="")
    assert SearchEntry.objects.get().facets == ["1994", "1990s", f"genre:{noir.pk}"]
    told(genres=["Jokes"], premiered="1994-01-01", type="")
    assert SearchEntry.objects.get().facets == ["1994", "1990s", f"genre:{comedy.pk}"]
    told(genres=["Jokes"], premiered="2001-01-01", type="")
    assert SearchEntry.objects.get().facets == ["2001", "2000s", f"genre:{comedy.pk}"]


# -- all anew ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_searched_while_the_index_is_made_anew_is_found_all_the_time(monkeypatch):
    monkeypatch.setattr("catalog.search.journal.CHUNK", 5)
    for n in range(40):
        credit = CreditFactory(title__name=f"Lantern {n}", person__name=f"Lantern {n}")
        EpisodeFactory(title=credit.title, name=f"Lantern in room {n}")
    search.rebuild()
    Title.objects.update(popularity=7)
    SearchEntry.objects.create(kind="series", object_id=0, label="A ghost")
    found, ready, done = [], threading.Barrier(2), threading.Event()

    def keep_searching():
        ready.wait()
        while not done.is_set() or len(found) < 3:
            hits = search.find("lantern", ADULT, limit=50) + search.find_episodes("lantern", ADULT, limit=50)
            found.append(len(hits))
        connections.close_all()

    thread = threading.Thread(target=keep_searching)
    thread.start()
    ready.wait()
    for _ in range(3):
        search.rebuild()
    done.set()
    thread.join()
    assert set(found) == {120}
    assert not SearchEntry.objects.exclude(popularity=7).exists()
