import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from catalog import search
from catalog.models import CollectionItem, EpisodeNumber, ImportRun, Person, RecentSearch, SearchChange, Title
from config.tables import BigTableAdmin, ReadOnlyAdmin
from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    ExternalIdFactory,
    LibraryEntryFactory,
    PersonFactory,
    SeasonFactory,
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
    on_pages_of_their_parents, for_nobody_else = {CollectionItem, EpisodeNumber}, {RecentSearch}
    assert ours - set(MODELS) == on_pages_of_their_parents | for_nobody_else


def test_viewers_may_not_enter(client):
    client.force_login(UserFactory())
    assert client.get(reverse("admin:index")).status_code == 302


def saved(client, row, **changed):
    """Save the form of a row as it is but for these fields; the row as it is then."""
    meta = row._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    said = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
    said |= {"genres": []} if "genres" in said else {}
    for formset in page.context["inline_admin_formsets"]:
        said |= {f"{formset.formset.prefix}-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    response = client.post(url, said | changed)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize("factory", [TitleFactory, PersonFactory, SeasonFactory, EpisodeFactory])
def test_what_staff_change_is_locked(client, staff, factory):
    row = saved(client, factory(), name="As staff say")
    assert (row.name, row.field_sources) == ("As staff say", {"name": "staff"})


@pytest.mark.parametrize("factory", [TitleFactory, PersonFactory, SeasonFactory, EpisodeFactory])
def test_staff_let_the_sources_write_again(client, staff, factory):
    row = factory(field_sources={"name": "staff", "overview": "tvmaze"})
    other = factory(field_sources={"name": "staff"})
    meta = row._meta
    chosen = {"action": "let_sources_write", "_selected_action": row.pk}
    page = client.post(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"), chosen, follow=True)
    assert "all fields of 1 row." in page.content.decode()
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.field_sources, other.field_sources) == ({"overview": "tvmaze"}, {"name": "staff"})


def test_what_is_not_locked_can_be_let_go_as_well(client, staff):
    title = TitleFactory(field_sources={"name": "tvmaze"})
    chosen = {"action": "let_sources_write", "_selected_action": title.pk}
    page = client.post(reverse("admin:catalog_title_changelist"), chosen, follow=True)
    assert "all fields of 0 rows." in page.content.decode()


def test_who_may_not_change_a_title_may_not_let_it_go(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_title"))
    client.force_login(user)
    title = TitleFactory(field_sources={"name": "staff"})
    client.post(
        reverse("admin:catalog_title_changelist"), {"action": "let_sources_write", "_selected_action": title.pk}
    )
    assert Title.objects.get(pk=title.pk).field_sources == {"name": "staff"}


def test_an_episode_that_staff_change_is_counted_anew(client, staff):
    special = EpisodeFactory()
    saved(client, special, kind="special")
    title = Title.objects.get(pk=special.title_id)
    assert (title.episode_count, bool(title.episodes_changed_at)) == (0, True)


def listed(client, model, words):
    page = client.get(reverse(f"admin:catalog_{model}_changelist"), {"q": words})
    return [row.pk for row in page.context["cl"].result_list]


@pytest.fixture
def searchable(client, staff):
    """A series in the index, one that staff hid, and what hangs on the first."""
    shown = TitleFactory(name="The Lamplighters", slug="the-lamplighters")
    TitleFactory(name="Lamps of old", slug="lamps-of-old", is_published=False)
    EpisodeFactory(title=shown, name="A Distinct Name")
    CreditFactory(title=shown, person=PersonFactory(name="Somebody", slug="somebody"))
    ExternalIdFactory(title=shown, value="4711")
    search.note_changes("series", Title.objects.values_list("pk", flat=True))
    search.apply_changes()
    return shown


@pytest.mark.parametrize("words", ["lamplighters", "The Lamplihgters", "the lamp", "4711"])
def test_titles_are_found_by_name_misspelt_name_and_id_elsewhere(client, searchable, words):
    assert listed(client, "title", words) == [searchable.pk]


def test_titles_are_found_by_their_number(client, searchable):
    assert searchable.pk in listed(client, "title", str(searchable.pk))


def test_hidden_titles_are_found_by_the_beginning_of_their_address(client, searchable):
    assert listed(client, "title", "Lamps of") == [Title.objects.get(slug="lamps-of-old").pk]


@pytest.mark.parametrize("words", ["distinct", "A distinct name", "the lamplighters"])
def test_episodes_are_found_by_their_name_and_that_of_their_series(client, searchable, words):
    assert searchable.episodes.get().pk in listed(client, "episode", words)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("season", "lamplighters"),
        ("credit", "lamplighters"),
        ("credit", "somebody"),
        ("person", "somebody"),
        ("externalid", "4711"),
        ("externalid", "lamplighters"),
        ("searchentry", "lamplighters"),
    ],
)
def test_what_hangs_on_a_title_is_found_by_its_name(client, searchable, model, words):
    assert len(listed(client, model, words)) == 1


@pytest.mark.parametrize("words", ["%", "'", "\\", "zzqx", "0" * 300, "|"])
def test_nonsense_finds_nothing(client, searchable, words):
    for model in ("title", "person", "episode", "season", "credit", "externalid", "sourcerecord", "searchentry"):
        assert listed(client, model, words) == []


def test_large_tables_are_neither_counted_nor_sorted(client, staff):
    for model, table in admin.site._registry.items():
        if isinstance(table, BigTableAdmin):
            assert not table.show_full_result_count, model
            assert set(table.sortable_by) <= {"popularity"}, model


def test_a_run_leads_to_its_page(client, staff):
    run = ImportRun.objects.create(source="tvmaze", what="index", state="running")
    page = client.get(reverse("admin:catalog_importrun_change", args=[run.pk])).content.decode()
    assert f'href="{reverse("catalog:import_detail", args=[run.pk])}"' in page


def test_runs_can_be_stopped_from_their_list(client, staff):
    run = ImportRun.objects.create(source="tvmaze", what="index", state="running")
    client.post(reverse("admin:catalog_importrun_changelist"), {"action": "stop", "_selected_action": run.pk})
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_the_rq_dashboard_is_for_staff(client, staff):
    assert client.get(reverse("admin:django_rq_dashboard_changelist")).status_code == 200


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
