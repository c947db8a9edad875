import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from catalog.models import CollectionItem, EpisodeNumber, ImportRun, Person, SearchChange, Title
from config.tables import ReadOnlyAdmin
from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    ExternalIdFactory,
    LibraryEntryFactory,
    PersonFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)

pytestmark = pytest.mark.django_db

MODELS = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "catalog", "tracking")]


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    EpisodeFactory()
    CreditFactory()
    ExternalIdFactory()
    WatchFactory()
    LibraryEntryFactory()
    return user


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_opens(client, staff, model):
    meta = model._meta
    assert client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"), {"q": "a"}).status_code == 200
    added = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_add")).status_code
    assert added == (403 if isinstance(admin.site._registry[model], ReadOnlyAdmin) else 200)
    row = model.objects.first()
    if row:
        assert client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])).status_code == 200


def test_every_model_of_ours_has_a_table():
    ours = {model for app in ("accounts", "catalog", "tracking") for model in apps.get_app_config(app).get_models()}
    assert ours - set(MODELS) == {CollectionItem, EpisodeNumber}  # they stand on the pages of their parents


def test_viewers_may_not_enter(client):
    client.force_login(UserFactory())
    assert client.get(reverse("admin:index")).status_code == 302


def test_what_staff_change_is_locked(client, staff):
    title = TitleFactory()
    url = reverse("admin:catalog_title_change", args=[title.pk])
    form = client.get(url).context["adminform"].form
    said = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
    said["genres"] = []
    for inline in ("aliases", "certifications", "external_ids"):
        said |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    client.post(url, {**said, "name": "As staff say"})
    assert Title.objects.get(pk=title.pk).field_sources == {"name": "staff"}


def test_the_rq_dashboard_is_for_staff(client, staff):
    assert client.get(reverse("admin:django_rq_dashboard_changelist")).status_code == 200


def test_a_run_shows_how_far_it_is(client, staff):
    run = ImportRun.objects.create(
        source="tvmaze", what="index", state="running", step="Page 3", done=3, total=12, started_at=timezone.now()
    )
    page = client.get(reverse("admin:catalog_importrun_progress", args=[run.pk])).content.decode()
    assert "25 %" in page
    assert "hx-get" in page


def test_what_staff_rename_or_delete_is_found_as_it_is_now(client, staff):
    person, title = PersonFactory(name="Before"), TitleFactory()
    client.post(
        reverse("admin:catalog_person_change", args=[person.pk]), {"name": "After", "slug": "a", "popularity": 0}
    )
    chosen = {"action": "delete_selected", "_selected_action": title.pk, "post": "yes"}
    client.post(reverse("admin:catalog_title_changelist"), chosen)
    noted = set(SearchChange.objects.values_list("kind", "object_id"))
    assert noted >= {("person", person.pk), ("series", title.pk)}
    assert (Title.objects.filter(pk=title.pk).exists(), Person.objects.get(pk=person.pk).name) == (False, "After")
