"""The house itself: parts and pages, toasts, ways back, the theme, the probes and the pages of faults."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_htmx.middleware import HtmxDetails
from redis.exceptions import ConnectionError as RedisConnectionError

from config import http
from config.views import bad_request, server_error
from tests.factories import ProfileFactory, TitleFactory, UserFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def viewer(client):
    user = UserFactory()
    client.force_login(user)
    return ProfileFactory(household=user.household, name="Living room")


@pytest.fixture
def fragment_request(rf):
    request = rf.post("/", headers={**HTMX, "HX-Current-URL": "http://testserver/log/?show=films"})
    request.htmx = HtmxDetails(request)
    request._messages = CookieStorage(request)
    return request


# -- pages and parts


@pytest.mark.django_db
def test_htmx_gets_only_the_part_that_it_replaces(client):
    TitleFactory(name="Whole cloth")
    answer = client.get(reverse("catalog:series_list"), headers={**HTMX, "HX-Target": "results"})
    assert answer.content.strip().startswith(b'<section id="results"')
    assert "HX-Target" in answer["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"HX-Target": "nowhere"}, {}, {"HX-Target": "results", "HX-Boosted": "true"}])
def test_htmx_gets_the_page_when_the_page_has_no_such_part(client, more):
    answer = client.get(reverse("catalog:series_list"), headers={**HTMX, **more})
    assert b"</html>" in answer.content


@pytest.mark.django_db
def test_the_page_names_the_section_one_is_in(client, viewer):
    page = client.get(reverse("catalog:series_list")).content.decode()
    assert f'href="{reverse("catalog:series_list")}" aria-current="page"' in page
    assert 'aria-label="Menu of Living room"' in page


# -- toasts


@pytest.mark.django_db
def test_a_toast_waits_for_the_next_page(client, viewer):
    form = {"name": "Attic", "colour": "mint", "language": "en", "time_zone": "UTC", "rating_scale": "stars"}
    page = client.post(reverse("accounts:profile_add"), form, follow=True).content.decode()
    assert "Attic is saved." in page


def test_a_fragment_carries_the_toast_and_the_way_to_take_it_back(fragment_request):
    http.toast(fragment_request, "Logged.", undo="/log/undo/3/")
    sent = http.only_toasts(fragment_request).content.decode()
    assert 'hx-swap-oob="innerHTML"' in sent
    assert 'action="/log/undo/3/"' in sent
    assert 'name="next" value="/log/?show=films"' in sent


def test_a_fragment_without_news_carries_no_toasts(fragment_request):
    assert http.only_toasts(fragment_request).content == b""


def test_a_page_leaves_its_toasts_to_its_own_template(rf):
    request = rf.get("/")
    request._messages = CookieStorage(request)
    http.toast(request, "Logged.")
    http.add_toasts(request, response := HttpResponse("<html>"))
    assert response.content == b"<html>"
    assert [str(message) for message in get_messages(request)] == ["Logged."]


# -- ways back


@pytest.mark.django_db
def test_a_fragment_asked_for_after_the_session_ended_leads_to_the_door_and_back(client):
    headers = {**HTMX, "HX-Current-URL": "http://testserver/movies/?sort=name"}
    answer = client.get(reverse("tracking:log"), headers=headers)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Fmovies%2F%3Fsort%3Dname"


@pytest.mark.parametrize(
    "asked", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:alert(1)", "home", "nothing"]
)
def test_a_form_leads_to_nothing_but_a_path_of_the_house(rf, asked):
    assert http.back(rf.post("/", {"next": asked}), "/default/") == "/default/"


# -- the theme


def test_the_theme_is_kept_for_a_year(client):
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "/movies/"})
    assert answer.url == "/movies/"
    assert (answer.cookies["theme"].value, answer.cookies["theme"]["max-age"]) == ("dark", 31536000)


@pytest.mark.django_db
def test_the_first_paint_is_in_the_theme_that_was_chosen(client):
    client.cookies["theme"] = "dark"
    assert b'<html lang="en" data-theme="dark">' in client.get(reverse("account_login")).content


def test_the_theme_answers_htmx_with_nothing_to_paint(client):
    assert client.post(reverse("theme"), {"theme": "light"}, headers=HTMX).status_code == 204


def test_a_theme_that_does_not_exist_is_not_kept(client):
    assert "theme" not in client.post(reverse("theme"), {"theme": "pink"}).cookies


# -- probes


def test_the_process_answers_without_asking_anyone(client):
    assert client.get(reverse("healthz")).content == b"ok"


def test_a_site_with_its_servers_is_ready(client):
    assert client.get(reverse("readyz")).json() == {"ready": True, "postgresql": "ok", "redis": "ok"}


def test_the_probe_says_when_redis_is_away(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get(reverse("readyz"))
    assert (answer.status_code, answer.json()["redis"], answer.json()["postgresql"]) == (503, "unreachable", "ok")


def test_the_probe_says_when_postgresql_is_away(client, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    answer = client.get(reverse("readyz"))
    assert (answer.status_code, answer.json()["postgresql"], answer.json()["redis"]) == (503, "unreachable", "ok")


# -- faults: these pages are rendered here without a database, a session or a profile


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (OperationalError(), 503, "A short interval"),
        (RedisConnectionError(), 503, "A short interval"),
        (ValueError(), 500, "The film has snapped"),
    ],
)
def test_a_fault_has_a_page_that_needs_nothing(rf, fault, status, words):
    try:
        raise fault
    except type(fault):
        answer = server_error(rf.get("/"))
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer.has_header("Retry-After") == (status == 503)


def test_a_request_without_sense_has_a_page_in_the_chosen_theme(rf):
    request = rf.get("/")
    request.COOKIES["theme"] = "light"
    answer = bad_request(request, ValueError())
    assert answer.status_code == 400
    assert b'data-theme="light"' in answer.content


@pytest.mark.django_db
def test_nobody_is_signed_out_because_redis_is_away_for_a_moment(client, viewer, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    client.raise_request_exception = False
    answer = client.get(reverse("account_email"))
    assert answer.status_code == 503
    assert "sessionid" not in answer.cookies


@pytest.mark.django_db
def test_an_unknown_address_offers_a_search(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert b"This reel is missing" in answer.content
    assert f'action="{reverse("catalog:search")}"'.encode() in answer.content


@pytest.mark.django_db
def test_a_form_of_an_old_page_is_told_so():
    answer = Client(enforce_csrf_checks=True).post(reverse("theme"), {"theme": "dark"})
    assert answer.status_code == 403
    assert b"That form had grown old" in answer.content


# -- the door


@pytest.mark.django_db
def test_a_wrong_password_is_a_422_with_the_reason(client):
    answer = client.post(reverse("account_login"), {"login": "a@example.org", "password": "wrong"})
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content


@pytest.mark.django_db
def test_what_is_wrong_with_a_field_is_said_beside_it(client):
    page = client.post(reverse("account_signup"), {"email": "no address"}).content.decode()
    assert 'aria-describedby="id_email_error"' in page
    assert '<div id="id_email_error"><p class="oops">' in page


@pytest.mark.django_db
def test_a_lost_password_is_answered_alike_for_known_and_unknown_addresses(client, mailoutbox):
    known = UserFactory()
    for email in (known.email, "nobody@example.org"):
        answer = client.post(reverse("account_reset_password"), {"email": email})
        assert answer.url == reverse("account_reset_password_done")
    assert [mail.subject for mail in mailoutbox] == ["A new password for Marquee", "No account with this address"]
