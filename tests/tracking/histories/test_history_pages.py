"""The pages on which a history is brought, looked over and added."""

from datetime import UTC, datetime, timedelta

import django_rq
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from catalog.models import Source
from catalog.search import rebuild
from tests.factories import EpisodeFactory, ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory
from tracking import jobs
from tracking.histories import receiving, working
from tracking.models import ImportRow, ImportWork, LogImport, Watch

from . import trakt_shapes as trakt

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)
DAY = "2024-02-01T08:00:00.000Z"
HTMX = {"HX-Request": "true", "HX-Target": "history"}


@pytest.fixture
def profile(client):
    user = UserFactory()
    client.force_login(user)
    return ProfileFactory(household=user.household)


@pytest.fixture
def film():
    film = MovieFactory(name="Night Ferry", year=1999)
    rebuild()
    return film


def read(profile, *movies):
    content = trakt.export(watched__history=[trakt.played_movie(DAY, of=movie) for movie in movies])
    log_import = receiving.receive(profile, ContentFile(content), "export.zip", at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    return log_import


def test_a_file_is_taken_in_and_read_by_a_worker(client, profile, film):
    content = trakt.export(watched__history=[trakt.played_movie(DAY)])
    response = client.post("/import/", {"file": SimpleUploadedFile("export.zip", content)})
    log_import = LogImport.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/import/{log_import.pk}/")
    jobs.work_on_history(log_import.pk)
    assert LogImport.objects.get().state == "ready"


@pytest.mark.parametrize("files", [{}, {"file": SimpleUploadedFile("empty.zip", b"")}])
def test_without_a_file_the_form_says_so(client, profile, files):
    response = client.post("/import/", files)
    assert response.status_code == 422
    assert not LogImport.objects.exists()


def test_a_file_that_is_too_large_is_not_kept(client, profile, settings):
    settings.MOST_UPLOADED_BYTES = 1000
    response = client.post("/import/", {"file": SimpleUploadedFile("large.zip", b"x" * 5000)})
    assert response.status_code == 422
    assert not LogImport.objects.exists()


def test_while_a_worker_reads_the_page_asks_again(client, profile):
    log_import = receiving.receive(profile, ContentFile(b"x"), "export.zip", at=NOW)
    page = client.get(log_import.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 1s"' in page


def test_the_preview_says_what_would_be_added(client, profile, film):
    log_import = read(profile, trakt.movie(), trakt.movie("Nowhere", 2001))
    page = client.get(log_import.get_absolute_url()).content.decode()
    assert "1 viewing" in page
    assert "Nowhere" in page
    assert 'hx-trigger="every 1s"' not in page


def test_one_press_says_which_title_is_meant(client, profile, film):
    log_import = read(profile, trakt.movie(year=2005))
    work = ImportWork.objects.get()
    url = reverse("tracking:history_work", args=[log_import.pk, work.pk])
    response = client.post(url, {"title": film.pk}, headers=HTMX)
    assert 'id="history"' in response.content.decode()
    assert "1 viewing" in response.content.decode()
    assert ImportWork.objects.get().title == film


def test_after_a_press_the_focus_stays_with_what_is_left_to_decide(client, profile, film):
    log_import = read(profile, trakt.movie(year=2005), trakt.movie(year=2006))
    one, other = ImportWork.objects.order_by("pk")
    for work, holder in ((one, '<ul class="claims"'), (other, '<div class="applybar"')):
        url = reverse("tracking:history_work", args=[log_import.pk, work.pk])
        page = client.post(url, {"title": film.pk}, headers=HTMX).content.decode()
        assert f'{holder} id="work-{work.pk}-{film.pk}" tabindex="-1"' in page
        assert page.count(f'id="work-{work.pk}-{film.pk}"') == 1


def test_a_press_is_told_in_the_number_of_its_rows(client, profile, film):
    log_import = read(profile, trakt.movie(year=2005))
    url = reverse("tracking:history_work", args=[log_import.pk, ImportWork.objects.get().pk])
    assert "1 row goes there." in client.post(url, {"title": film.pk}, headers=HTMX).content.decode()


@pytest.mark.parametrize("asked", ["9" * 5000, "²", "-1", "none at all"])
def test_an_id_that_is_none_decides_nothing(client, profile, film, asked):
    log_import = read(profile, trakt.movie(year=2005))
    work = reverse("tracking:history_work", args=[log_import.pk, ImportWork.objects.get().pk])
    row = reverse("tracking:history_row", args=[log_import.pk, ImportRow.objects.get().pk])
    assert client.post(work, {"title": asked}).status_code == 404
    assert client.post(row, {"episode": asked}).status_code == 404
    assert ImportRow.objects.get().verdict == "doubtful"


def test_nothing_is_offered_to_be_added_before_it_is_decided(client, profile, film):
    log_import = read(profile, trakt.movie(year=2005))
    page = client.get(log_import.get_absolute_url()).content.decode()
    assert "Nothing is to be added before you have decided." in page


def test_a_press_is_taken_back(client, profile, film):
    log_import = read(profile, trakt.movie(year=2005))
    url = reverse("tracking:history_work", args=[log_import.pk, ImportWork.objects.get().pk])
    client.post(url, {"title": "none"})
    assert ImportRow.objects.get().verdict == "refused"
    client.post(url)
    assert ImportRow.objects.get().verdict == "doubtful"


def test_a_title_is_found_by_name(client, profile, film):
    log_import = read(profile, trakt.movie("That boat film", None))
    url = reverse("tracking:history_work", args=[log_import.pk, ImportWork.objects.get().pk])
    assert "Night Ferry" in client.get(url, {"q": "night fer"}).content.decode()


def test_all_is_added_and_taken_back_with_a_press_each(client, profile, film):
    log_import = read(profile, trakt.movie())
    client.post(reverse("tracking:history_apply", args=[log_import.pk]))
    jobs.work_on_history(log_import.pk)
    assert Watch.objects.get().title == film
    client.post(reverse("tracking:history_undo", args=[log_import.pk]))
    jobs.work_on_history(log_import.pk)
    assert not Watch.objects.exists()


def test_a_double_press_adds_once(client, profile, film):
    log_import = read(profile, trakt.movie())
    for _press in range(2):
        client.post(reverse("tracking:history_apply", args=[log_import.pk]))
        jobs.work_on_history(log_import.pk)
    assert Watch.objects.count() == 1


def test_what_was_thrown_away_cannot_be_added(client, profile, film):
    log_import = read(profile, trakt.movie())
    client.post(reverse("tracking:history_cancel", args=[log_import.pk]))
    client.post(reverse("tracking:history_apply", args=[log_import.pk]))
    assert LogImport.objects.get().state == "cancelled"


@pytest.mark.parametrize("verdict", ["added", "unknown", "refused", "nonsense"])
def test_the_rows_of_each_verdict_are_listed(client, profile, film, verdict):
    log_import = read(profile, trakt.movie(), trakt.movie("Nowhere", 2001))
    url = reverse("tracking:history_rows", args=[log_import.pk])
    assert client.get(url, {"verdict": verdict}).status_code == 200


def test_rows_are_paged_by_key(client, profile, film, monkeypatch):
    monkeypatch.setattr("tracking.views.histories.ROWS", 2)
    movies = [trakt.movie(f"Nowhere {number}", 2001) for number in range(5)]
    log_import = read(profile, *movies)
    url, seen, query = reverse("tracking:history_rows", args=[log_import.pk]), [], "?verdict=unknown"
    while query:
        response = client.get(url + query)
        seen += [row.work.name for row in response.context["rows"]]
        query = response.context["next"]
    assert seen == [movie["title"] for movie in movies]


@pytest.mark.parametrize("name", ["history", "history_rows"])
def test_the_imports_of_others_are_not_there(client, profile, film, name):
    log_import = read(ProfileFactory(), trakt.movie())
    assert client.get(reverse(f"tracking:{name}", args=[log_import.pk])).status_code == 404


@pytest.mark.parametrize("name", ["history_apply", "history_undo", "history_cancel", "history_proposals"])
def test_nobody_changes_the_imports_of_others(client, profile, film, name):
    log_import = read(ProfileFactory(), trakt.movie())
    assert client.post(reverse(f"tracking:{name}", args=[log_import.pk])).status_code == 404
    assert client.get(reverse(f"tracking:{name}", args=[log_import.pk])).status_code == 405


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get("/import/")["Location"].startswith("/accounts/login/")


def test_the_page_costs_the_same_for_many_works(client, profile, film, django_assert_max_num_queries):
    log_import = read(profile, *(trakt.movie(year=1900 + number) for number in range(9)))
    client.get(log_import.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(log_import.get_absolute_url())


def test_a_series_whose_episode_is_in_doubt_is_settled_with_a_press(client, profile):
    series = TitleFactory(name="The Lamplighters", year=2011)
    ExternalIdFactory(source=Source.TVDB, value="81189", title=series)
    episode = EpisodeFactory(title=series, number=1, name="Fog")
    rebuild()
    content = trakt.export(watched__history=[trakt.played(1, DAY, of=trakt.show(tvdb=81189), name="The Winter Ball")])
    log_import = receiving.receive(profile, ContentFile(content), "export.zip", at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    row = ImportRow.objects.get()
    client.post(reverse("tracking:history_row", args=[log_import.pk, row.pk]), {"episode": episode.pk})
    assert ImportRow.objects.get().verdict == "added"


# -- manage.py import_history ------------------------------------------------------------------------------------------


def test_the_command_says_what_it_would_add_and_adds_it_when_told(profile, film, tmp_path, capsys):
    file = tmp_path / "export.zip"
    file.write_bytes(trakt.export(watched__history=[trakt.played_movie(DAY)]))
    call_command("import_history", "trakt", str(file), profile=profile.pk, skip_checks=True)
    assert "1 to be added" in capsys.readouterr().out
    assert not Watch.objects.exists()
    call_command("import_history", "trakt", str(file), profile=profile.pk, apply=True, skip_checks=True)
    assert Watch.objects.count() == 1


@pytest.mark.parametrize(("service", "who"), [("netflix", None), ("trakt", 999_999)])
def test_the_command_refuses_in_words(profile, film, tmp_path, service, who):
    file = tmp_path / "export.zip"
    file.write_bytes(trakt.export(watched__history=[trakt.played_movie(DAY)]))
    with pytest.raises(CommandError):
        call_command("import_history", service, str(file), profile=who or profile.pk, skip_checks=True)


def test_an_import_whose_job_was_lost_is_taken_up_again(profile, film, django_capture_on_commit_callbacks):
    content = trakt.export(watched__history=[trakt.played_movie(DAY)])
    log_import = receiving.receive(profile, ContentFile(content), "export.zip", at=NOW)
    assert [each.pk for each in working.abandoned(NOW + timedelta(minutes=5))] == [log_import.pk]
    for _sweep in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.ask_for_history(log_import)
    assert len(django_rq.get_queue("default").jobs) == 1


def test_an_import_that_breaks_off_again_and_again_is_given_up(profile, film):
    content = trakt.export(watched__history=[trakt.played_movie(DAY)])
    log_import = receiving.receive(profile, ContentFile(content), "export.zip", at=NOW)

    def killed(_import):
        raise KeyboardInterrupt

    for _try in range(working.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            working.carry_on(log_import, clock=lambda: NOW, watch=killed)
    working.carry_on(log_import, clock=lambda: NOW)
    assert (log_import.state, bool(log_import.error)) == ("failed", True)
