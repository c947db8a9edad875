"""A real PostgreSQL that listens on nothing but a Unix socket in a folder only its account may enter."""

import shutil
import subprocess
from pathlib import Path
from signal import Signals
from urllib.parse import quote

import psutil

from config.embedded.home import HomeError, private_folder, replace_file
from config.embedded.server import Server

NAME = "marquee"  # of the database and of its owner
CONFIGURATION = """\
# Written by Marquee at each start, after what is in postgresql.conf.
include 'postgresql.conf'
listen_addresses = ''
unix_socket_directories = '"{sockets}"'
unix_socket_permissions = 0700
shared_buffers = {buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
autovacuum = {durable}
"""


class Postgres(Server):
    title = "PostgreSQL"
    program = "postgres"
    variable = "DATABASE_URL"
    # A fast shutdown loses nothing; an immediate one recovers from its log at the next start.
    stopping = ((Signals.SIGINT, 60.0), (Signals.SIGQUIT, 10.0))

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.home.sockets), safe='')}"

    def command(self) -> list[str]:
        settings = f"config_file={self.data / 'marquee.conf'}"
        return [str(self.programs.postgres / "postgres"), "-D", str(self.data), "-c", settings]

    def answers(self) -> bool:
        ready = str(self.programs.postgres / "pg_isready")
        command = [ready, "-q", "-h", str(self.home.sockets), "-U", NAME, "-d", NAME]
        return subprocess.run(command, stderr=subprocess.DEVNULL, cwd="/").returncode == 0

    def clear_leftovers(self) -> None:
        """PostgreSQL trusts the number in these files when any process, even a zombie, has it."""
        self.pid_file.unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.home.sockets / name).unlink(missing_ok=True)

    def prepare(self) -> None:
        if not self.data.exists():
            self._make_cluster()
        replace_file(self.data / "marquee.conf", self._configuration(), self.home.account)

    def _make_cluster(self) -> None:
        """Under another name first, so that an interrupted first start leaves nothing that looks finished."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        private_folder(fresh, self.home.account)
        self._run("initdb", "-D", str(fresh), f"--username={NAME}", "--encoding=UTF8", "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8", "--locale=C", "--auth-local=trust", "--auth-host=reject",
                  *([] if self.durable else ["--no-sync"]))  # fmt: skip
        self._run("postgres", "--single", "-D", str(fresh), "postgres", statement=f"CREATE DATABASE {NAME}\n")
        fresh.rename(self.data)

    def _run(self, program: str, *arguments: str, statement: str = "") -> None:
        """A program that makes the cluster; not in our process group, so that Ctrl-C ends it only through us."""
        command = [str(self.programs.postgres / program), *arguments]
        done = subprocess.run(command, input=statement, capture_output=True, text=True, cwd="/",
                              start_new_session=True, **self.home.account.popen)  # fmt: skip
        if done.returncode:
            raise HomeError(f"PostgreSQL's {program} failed:\n{(done.stderr or done.stdout).strip()}")

    def _configuration(self) -> str:
        memory = psutil.virtual_memory().total // 2**20
        return CONFIGURATION.format(
            sockets=self.home.sockets,
            buffers=max(32, min(256, memory // 8)),
            cache=max(128, memory // 2),
            durable="on" if self.durable else "off",
        )
