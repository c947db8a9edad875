import re
from datetime import UTC, date, datetime, timedelta

import django_rq
import pytest

from catalog.models import SlugHistory, Subject
from tests.factories import CreditFactory, EpisodeFactory, ExternalIdFactory, MovieFactory, PersonFactory, TitleFactory

pytestmark = pytest.mark.django_db


def text(client, person):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", client.get(person.get_absolute_url()).content.decode()))


def test_a_person_has_a_life_and_a_filmography(client):
    person = PersonFactory(born=date(1895, 10, 4), died=date(1966, 2, 1), country="US")
    general = MovieFactory(name="The General", year=1926)
    CreditFactory(person=person, title=general, character="Johnnie Gray")
    CreditFactory(person=person, title=general, role="director")
    CreditFactory(person=person, title=MovieFactory(name="Limelight", year=1952), is_self=True)
    page = text(client, person)
    assert "4 October 1895 – 1 February 1966" in page
    assert "United States" in page
    assert re.search(
        "Actor 2 titles, 1926–1952 1952 Limelight As themselves 1926 The General Johnnie Gray .*Director 1", page
    )


def test_each_role_is_counted_and_can_be_jumped_to(client):
    person = PersonFactory()
    for year, role in ((1926, "actor"), (1930, "actor"), (None, "director")):
        CreditFactory(person=person, title=MovieFactory(year=year), role=role)
    page = client.get(person.get_absolute_url()).content.decode()
    assert re.findall(r'<a class="chip" href="#as-(\w+)">', page) == ["actor", "director"]
    assert re.findall(r"<p>(\d title[^<]*)</p>", page) == ["2 titles, 1926–1930", "1 title"]


def test_the_best_known_titles_come_first_with_their_pictures(client):
    person = PersonFactory()
    for place in range(8):
        CreditFactory(person=person, title=MovieFactory(name=f"Film {place}", popularity=place))
    page = client.get(person.get_absolute_url()).content.decode()
    shelf = page[page.index("Best known for") : page.index('id="as-actor"')]
    assert re.findall(r"<h3><a [^>]*>([^<]*)</a>", shelf) == [f"Film {place}" for place in range(7, 1, -1)]


def test_what_sources_write_is_never_markup(client):
    person = PersonFactory()
    CreditFactory(person=person, title=MovieFactory(name="<b>Bold</b>"), character="<script>")
    page = client.get(person.get_absolute_url()).content.decode()
    assert "<b>Bold" not in page
    assert "<script>" not in page[page.index("as-actor") :]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"born": date(1950, 1, 2)}, "Born 2 January 1950"),
        ({"died": date(1999, 1, 2)}, "Died 2 January 1999"),
        ({}, "1 title in this catalogue"),
    ],
)
def test_as_much_of_a_life_as_is_known(client, known, said):
    person = CreditFactory(person=PersonFactory(**known)).person
    assert said in text(client, person)


def test_a_title_is_named_once_for_a_role_with_all_its_parts(client):
    person, title = PersonFactory(), TitleFactory(name="Dragnet")
    for character in ("Officer", "Thief"):
        CreditFactory(person=person, title=title, character=character, episode=EpisodeFactory(title=title))
    assert "Dragnet Officer, Thief, 2 episodes" in text(client, person)


def test_only_what_the_viewer_may_see_is_named(client):
    person = CreditFactory(title=MovieFactory(name="For all")).person
    CreditFactory(person=person, title=MovieFactory(name="For adults", min_age=18))
    page = text(client, person)
    assert "For all" in page
    assert "For adults" not in page


def test_a_person_of_whom_nothing_may_be_seen_is_not_found(client):
    hidden = CreditFactory(title=MovieFactory(min_age=18)).person
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(PersonFactory().get_absolute_url()).status_code == 404


def test_a_former_address_leads_to_the_present_one(client):
    person = CreditFactory().person
    SlugHistory.objects.create(kind="person", slug="once", person=person)
    answer = client.get("/people/once/")
    assert (answer.status_code, answer.url) == (301, person.get_absolute_url())


def test_old_facts_are_served_and_asked_for_again(client, django_capture_on_commit_callbacks):
    person = CreditFactory(person=PersonFactory(detailed_at=datetime.now(UTC) - timedelta(days=15))).person
    ExternalIdFactory(title=None, person=person, kind=Subject.PERSON)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.get(person.get_absolute_url()).status_code == 200
    assert [job.args for job in django_rq.get_queue("default").jobs] == [(person.pk,)]


def test_four_hundred_works_are_light_and_cost_what_few_do(client, viewer, queries):
    person = PersonFactory()
    CreditFactory(person=person)
    few = queries(person.get_absolute_url())
    for number in range(400):
        title = MovieFactory(name=f"The Story of Nights {number}", slug=f"the-story-of-nights-{number}", year=1900)
        CreditFactory(person=person, title=title, character="Somebody", role=["actor", "director"][number % 2])
    assert queries(person.get_absolute_url()) == few
    assert len(client.get(person.get_absolute_url()).content) < 60_000
