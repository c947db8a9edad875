"""`manage.py up`, run as a newcomer runs it."""

import shutil
import subprocess
import sys
import urllib.request
from contextlib import suppress

import psutil
import pytest

from config.embedded import processes
from config.leftovers import running_children
from tests.site import ROOT, answers, new_site, running, start, stop, wait_until


def second_copy(site, *options):
    """Try to start one that is expected to end by itself: its exit status and what it said."""
    command = [sys.executable, str(ROOT / "manage.py"), "up", *options]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def family(site):
    """Ids of everything that runs for a site: what was started with its home, the servers, and the first of all."""
    found = {site.process.pid} if site.process.poll() is None else set()
    found |= {*processes.living_in(site.home / "postgres", "postgres")}
    found |= {*processes.living_in(site.home / "valkey", "valkey-server")}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MARQUEE_HOME") == str(site.home) and processes.is_alive(process.pid):
                found.add(process.pid)
    return found


def test_the_site_answers_where_it_says(site):
    wait_until(lambda: f"open at {site.url}" in site.output)
    with urllib.request.urlopen(f"{site.url}/healthz") as response:
        assert response.status == 200


def test_a_command_uses_the_databases_of_the_running_site(site):
    count = "from accounts.models import User; print(User.objects.filter(email='').count(), 'nameless')"
    assert "0 nameless" in site.manage("shell", "-c", count)
    assert answers(site)


def test_a_backup_fills_an_empty_home(site, tmp_path):
    site.manage("shell", "-c", "from accounts.models import Household; Household.objects.create(name='Kept')")
    site.manage("backup", f"{tmp_path}/backup")
    other = new_site()
    other.manage("backup", "--restore", f"{tmp_path}/backup")
    look = "from accounts.models import Household; print(*Household.objects.values_list('name', flat=True))"
    assert "Kept" in other.manage("shell", "-c", look)
    shutil.rmtree(other.home)


def test_a_second_copy_from_the_same_home_is_refused(site):
    status, said = second_copy(site, "--home", str(site.home), "--port", "0")
    assert status == 1
    assert said.splitlines() == [
        f"Marquee already runs from {site.home} ({site.url}). A second copy needs its own --home and --port."
    ]


def test_a_port_in_use_is_said_in_one_line_before_anything_starts(site, tmp_path):
    status, said = second_copy(site, f"--home={tmp_path}", "--port", str(site.port))
    assert status == 1
    assert "Choose another with --port." in said
    assert said.count("\n") == 1
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize("whom", ["only up", "everything"])
def test_a_killed_site_starts_again_and_stops_without_a_trace(whom, tvmaze_url):
    with running(new_site(TVMAZE_URL=tvmaze_url), "--empty") as site:
        wait_until(lambda: len(running_children(site.home)) == 4)
        for pid in {site.process.pid} if whom == "only up" else family(site):
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        site.process.wait(30)
        start(site, "--empty")
        wait_until(lambda: site.output.count("open at") == 2, 60)
        assert answers(site)
        assert stop(site) == 0
        assert family(site) == set()
        assert "Everything is kept" in site.output
