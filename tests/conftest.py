"""The servers, the settings of tests, and the fixtures everybody needs.

The settings are not named in pyproject.toml: they read the addresses of the servers, which start here first.
"""

import os
import secrets
import shutil

import pytest
from pytest_httpserver import HTTPServer

from tests import servers
from tests.site import new_site, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 15_000
"""Milliseconds that a journey waits for what it expects: other tests run beside it."""

_servers = pytest.StashKey[servers.Servers]()


def pytest_addoption(parser):
    parser.addoption("--no-journeys", action="store_true", help="leave out what runs in a real browser")


def pytest_configure(config):
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests start their servers before the settings load.")
    os.environ |= {"DEBUG": "0", "SECRET_KEY": secrets.token_urlsafe(50)}
    for name in ("PUBLIC_URL", "ALLOWED_HOSTS", "EMAIL_URL", "RATING_COUNTRY", "TVDB_API_KEY", "TMDB_API_KEY"):
        os.environ.pop(name, None)
    if not is_worker(config):
        servers.remove_abandoned()
    if only_distributes(config):
        return
    config.stash[_servers] = servers.start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    adapt_settings()


def is_worker(config) -> bool:
    """Of pytest -n: each of them has servers of its own."""
    return hasattr(config, "workerinput")


def only_distributes(config) -> bool:
    return bool(config.getoption("numprocesses")) and not is_worker(config)


def pytest_unconfigure(config):
    if started := config.stash.get(_servers, None):
        servers.stop(started)


def adapt_settings():
    """Before the apps load: cheap passwords, and no need to collect the static files."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


def pytest_collection_modifyitems(config, items):
    """Journeys last: the browser's driver keeps an event loop running, in which Django refuses to query."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)
    if config.getoption("--no-journeys"):
        journeys = [item for item in items if item.get_closest_marker("journey")]
        config.hook.pytest_deselected(items=journeys)
        items[:] = [item for item in items if item not in journeys]


@pytest.fixture(autouse=True)
def empty_valkey():
    """Every test starts without sessions, caches and queued jobs."""
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as connection:
        connection.flushall()


@pytest.fixture(scope="session")
def tvmaze_server():
    """A TVmaze that knows three series by their index, and each of them whole: no test talks to the world."""
    from tests.catalog import tvmaze_shapes as tvmaze  # reads the settings, which load later than this file

    with HTTPServer(threaded=True) as server:
        names = ["The Lamplighters", "A Quiet Harbour", "Lantern Street"]
        shows = [tvmaze.show(number, name=name) for number, name in enumerate(names, start=1)]
        for show in shows:
            tvmaze.serve(
                server,
                show["id"],
                name=show["name"],
                seasons=[tvmaze.season()],
                episodes=[
                    tvmaze.episode(place, id=show["id"] * 1000 + place, summary=f"<p>What part {place} tells.</p>")
                    for place in (1, 2, 3)
                ],
                cast=[tvmaze.cast(show["id"], "The harbour master")],
            )
        tvmaze.serve_index(server, shows)
        yield server


@pytest.fixture(scope="session")
def tvmaze_url(tvmaze_server):
    return tvmaze_server.url_for("").rstrip("/")


@pytest.fixture(scope="session")
def site(tvmaze_url):
    """A whole site in processes of its own, empty at first. It has its own database."""
    with running(new_site(TVMAZE_URL=tvmaze_url), "--empty") as site:
        yield site


@pytest.fixture(scope="session")
def browser():
    """Chromium, or a skip that says why; a failure where MARQUEE_REQUIRE_JOURNEYS says that journeys must run."""
    complain = pytest.fail if os.environ.get("MARQUEE_REQUIRE_JOURNEYS") else pytest.skip
    if not CHROMIUM:
        complain("Chromium is not installed (on Debian: apt install chromium)")
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, site):
    """A page of a new visitor; `page.goto("/")` is the site's home."""
    with browser.new_context(base_url=site.url) as context:
        yield context.new_page()
