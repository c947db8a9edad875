"""Staff change what a source's label means, and the titles that have it follow."""

import django_rq
import pytest
from django.utils import timezone

from catalog import jobs
from catalog.models import GenreLabel, SearchChange, SourceRecord, Title
from tests.catalog import tvmaze_shapes as shapes
from tests.factories import ExternalIdFactory, GenreFactory, TitleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def crime():
    return GenreFactory(name="Crime", slug="crime")


@pytest.fixture
def label(crime):
    return GenreLabel.objects.create(source="tvmaze", label="Murk & “Fog”", genre=crime)


def known(number, *labels, theirs="tvmaze", **fields):
    """A title of which TVmaze gave these labels, and whose genres come from `theirs`."""
    title = TitleFactory(field_sources={"genres": theirs} if theirs else {}, **fields)
    ExternalIdFactory(title=title, value=str(number))
    answer = shapes.show(number, genres=list(labels), type="Scripted")
    SourceRecord.objects.create(
        source="tvmaze", kind="series", external_id=str(number), data=answer, fetched_at=timezone.now()
    )
    return title


def genres_of(title):
    return set(title.genres.values_list("slug", flat=True))


def test_titles_with_the_label_get_what_it_means_now(label):
    foggy, other = known(1, label.label), known(2, "Something else")
    jobs.remap_genres([label.pk])
    assert (genres_of(foggy), genres_of(other)) == ({"crime"}, set())


def test_what_the_label_meant_before_is_taken_away_and_other_labels_count_on(label, crime):
    GenreLabel.objects.create(source="tvmaze", label="Tears", genre=GenreFactory(name="Drama", slug="drama"))
    title = known(1, label.label, "Tears")
    title.genres.set([crime])
    GenreLabel.objects.filter(pk=label.pk).update(genre=GenreFactory(name="Weather", slug="weather"))
    jobs.remap_genres([label.pk])
    assert genres_of(title) == {"drama", "weather"}


def test_a_label_that_means_nothing_any_more_leaves_the_title_without_it(label, crime):
    title = known(1, label.label)
    title.genres.set([crime])
    GenreLabel.objects.filter(pk=label.pk).update(genre=None)
    jobs.remap_genres([label.pk])
    assert genres_of(title) == set()


def test_genres_of_staff_and_of_a_better_source_stay(label):
    by_staff = known(1, label.label, theirs="staff")
    by_another = known(2, label.label, theirs="tmdb", kind=Title.Kind.SERIES)
    jobs.remap_genres([label.pk])
    assert genres_of(by_staff) == set()
    assert genres_of(by_another) == {"crime"}  # of a series TVmaze is believed before TMDB
    assert Title.objects.get(pk=by_another.pk).field_sources["genres"] == "tvmaze"


def test_a_title_without_genres_gets_its_first_ones(label):
    title = known(1, label.label, theirs="")
    jobs.remap_genres([label.pk])
    assert genres_of(title) == {"crime"}
    assert Title.objects.get(pk=title.pk).field_sources == {"genres": "tvmaze"}


def test_only_titles_that_changed_are_noted_for_the_search(label, crime):
    moved, same = known(1, label.label), known(2, label.label)
    same.genres.set([crime])
    jobs.remap_genres([label.pk])
    assert list(SearchChange.objects.values_list("kind", "object_id")) == [("series", moved.pk)]


def test_many_titles_are_taken_in_chunks(label, monkeypatch):
    monkeypatch.setattr("catalog.remapping.CHUNK", 2)
    titles = [known(number, label.label) for number in range(1, 6)]
    jobs.remap_genres([label.pk])
    assert all(genres_of(title) == {"crime"} for title in titles)


def test_an_answer_without_a_name_is_passed_over(label):
    title = known(1, label.label)
    SourceRecord.objects.update(data={"genres": [label.label]})
    jobs.remap_genres([label.pk])
    assert genres_of(title) == set()


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))


LIST = "/admin/catalog/genrelabel/"


def choose(client, **chosen):
    """Save the list with these genres in its rows, as a browser would."""
    page = client.get(LIST, {"q": "Murk"})
    formset = page.context["cl"].formset
    data = {f"form-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset:
        data |= {f"{form.prefix}-id": form.instance.pk, f"{form.prefix}-genre": form.initial["genre"] or ""}
    return client.post(f"{LIST}?q=Murk", data | chosen | {"_save": "Save"})


def test_the_map_is_edited_in_its_list(client, staff, label, django_capture_on_commit_callbacks):
    drama = GenreFactory(name="Drama", slug="drama")
    with django_capture_on_commit_callbacks(execute=True):
        assert choose(client, **{"form-0-genre": drama.pk}).status_code == 302
    label.refresh_from_db()
    assert label.genre == drama
    assert [job.args for job in django_rq.get_queue("bulk").jobs] == [([label.pk],)]


def test_a_list_saved_as_it_was_asks_for_nothing(client, staff, label, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        choose(client)
    assert django_rq.get_queue("bulk").count == 0


def test_the_list_costs_the_same_for_more_labels(client, staff, label, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(12) as queries:
            page = client.get(LIST, {"q": "Murk"})
        assert f'<option value="{label.genre_id}" selected>Crime</option>' in page.content.decode()
        return len(queries)

    few = cost()
    for number in range(10):
        GenreLabel.objects.create(source="tvmaze", label=f"Murk {number}", genre=label.genre)
    assert cost() == few


def test_labels_without_a_genre_can_be_listed(client, staff, label):
    GenreLabel.objects.create(source="tvmaze", label="Murkier")
    page = client.get(LIST, {"q": "Murk", "genre__isempty": "1"})
    assert [row.label for row in page.context["cl"].result_list] == ["Murkier"]
