"""The embedded servers, started for real in homes of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import redis

from config import embedded
from config.embedded import HomeError, Servers, processes
from tests.servers import new_home
from tests.site import ROOT, wait_until

HOLD = "import sys; from config.embedded import *; s = Servers(Path(sys.argv[1])); s.start(); print(1); input()"


@pytest.fixture
def home(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    home = new_home()
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def servers():
    """Of a home that tests only look at."""
    home = new_home()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL")
        patch.delenv("REDIS_URL")
        servers = Servers(home, durable=False, tied=True)
    servers.start()
    yield servers
    servers.stop()
    shutil.rmtree(home)


def query(servers, statement):
    folder = parse_qs(urlsplit(servers.environment["DATABASE_URL"]).query)["host"][0]
    with psycopg.connect(host=folder, user="marquee", dbname="marquee", autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def valkey(servers):
    return redis.Redis.from_url(servers.environment["REDIS_URL"])


@pytest.mark.parametrize("name", ["a space", "a, comma and “é”", "x" * 120])
def test_a_home_may_be_called_anything(home, name):
    (home / name).mkdir()
    servers = Servers(home / name, durable=False, tied=True)
    servers.start()
    try:
        assert query(servers, "select current_database()") == [("marquee",)]
        assert valkey(servers).ping()
    finally:
        servers.stop()
        if servers.home.sockets.parent == Path("/tmp"):
            shutil.rmtree(servers.home.sockets)


def test_nothing_listens_on_the_network(servers):
    assert query(servers, "show listen_addresses") == [("",)]
    assert valkey(servers).config_get("port") == {"port": "0"}
    assert servers.home.sockets.stat().st_mode & 0o077 == 0


def test_text_is_unicode_whatever_the_machine_speaks(servers):
    assert query(servers, "select lower('ÉÑ'), current_setting('server_encoding')") == [("éñ", "UTF8")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_lends_the_servers_an_account_without_rights(servers):
    assert (servers.home.state / "postgres").stat().st_uid != 0
    assert servers.home.root.stat().st_uid == 0


def test_the_last_user_stops_them(home):
    first, second = Servers(home, durable=False, tied=True), Servers(home)
    first.start()
    second.start()
    first.stop()
    assert valkey(second).ping()
    second.stop()
    with pytest.raises(redis.ConnectionError):
        valkey(second).ping()


def test_the_next_user_takes_over_after_one_was_killed(home):
    command = [sys.executable, "-c", f"from pathlib import Path; {HOLD}", str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed:
        killed.stdout.readline()
        killed.kill()
    following = Servers(home)
    assert all(server.answers() for server in following.servers)
    following.start()
    following.stop()
    assert not any(server.pid() for server in following.servers)


def test_killed_servers_are_started_again_with_all_they_knew(home):
    servers = Servers(home)
    servers.start()
    query(servers, "create table kept as select 1 as number")
    valkey(servers).set("kept", "1")
    wait_until(lambda: "kept" in "".join(path.read_text() for path in home.glob("valkey/appendonlydir/*.incr.aof")))
    killed = [server.pid() for server in servers.servers]
    processes.stop(killed)
    assert servers.keep_alive() == ["PostgreSQL", "Valkey"]
    assert query(servers, "select number from kept") == [(1,)]
    assert valkey(servers).get("kept") == b"1"
    servers.stop()


def test_files_of_a_crash_that_name_a_living_process_do_not_matter(home):
    """The numbers of processes are used again, after a restart of the machine above all."""
    servers = Servers(home, durable=False, tied=True)
    servers.start()
    remains = [(server.pid_file, server.pid_file.read_text().split("\n", 1)[1:]) for server in servers.servers]
    servers.stop()
    for file, rest in remains:
        file.write_text("\n".join([str(os.getpid()), *rest]))
    servers.start()
    assert query(servers, "select 1") == [(1,)]
    servers.stop()


def test_an_interrupted_first_start_is_made_good(home):
    servers = Servers(home, durable=False, tied=True)
    (home / "postgres.new").mkdir(mode=0o700)
    (home / "postgres.new" / "PG_VERSION").write_text("18")
    servers.start()
    assert query(servers, "select 1") == [(1,)]
    servers.stop()


def test_the_secret_key_is_made_once_and_for_us_alone(home):
    embedded.make_root(home)
    first = (home / "secret-key").read_text()
    embedded.make_root(home)
    assert (home / "secret-key").read_text() == first
    assert len(first) > 50
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600


def test_an_unusable_home_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match=f"{tmp_path}/file cannot be Marquee's home"):
        Servers(tmp_path / "file")


def test_given_servers_are_used(monkeypatch, tmp_path):
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/marquee")
    with embedded.running_servers():
        assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/marquee"
    assert list(tmp_path.iterdir()) == []


def test_only_the_missing_one_is_started(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/marquee")
    assert list(Servers(home).environment) == ["REDIS_URL"]


def test_a_zombie_is_not_alive():
    with subprocess.Popen(["true"]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert not processes.is_alive(ended.pid)
