"""PostgreSQL and Valkey for those who have none: started under MARQUEE_HOME, shared by all its processes.

Importable before the settings of Django, which read what is written into the environment here.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.home import HomeError, default_root, make_root, open_home
from config.embedded.postgres import Postgres
from config.embedded.programs import programs_for
from config.embedded.server import Server
from config.embedded.users import Users
from config.embedded.valkey import Valkey

__all__ = ["HomeError", "Servers", "default_root", "keep_alive", "make_root", "running_servers"]

KINDS: tuple[type[Server], ...] = (Postgres, Valkey)
_running: "Servers | None" = None


class Servers:
    """The servers of one home that the environment does not name already."""

    def __init__(self, root: Path, *, durable: bool = True, tied: bool = False) -> None:
        """`tied` servers die with this process; without `durable` a power cut may lose data, and nothing is vacuumed:
        that would tell the planner that tables whose rows are in an open transaction are empty. Both are for tests."""
        make_root(root)
        self.home = open_home(root)
        self.users = Users(self.home.locks)
        programs = programs_for(self.home.account)
        wanted = [kind for kind in KINDS if not os.environ.get(kind.variable)]
        self.servers = [kind(self.home, programs, durable=durable, tied=tied) for kind in wanted]

    @property
    def environment(self) -> dict[str, str]:
        return {server.variable: server.url for server in self.servers}

    def start(self) -> None:
        """Find or start each server, and be counted as their user. Raises HomeError."""
        with self.users.turn():
            alone = self.users.join()
            for server in self.servers:
                server.ensure(alone=alone)

    def stop(self) -> None:
        """Stop being their user; the last one stops them. A second Ctrl-C does not interrupt this."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        with self.users.turn():
            if self.users.leave():
                for server in self.servers:
                    server.stop()
        signal.signal(signal.SIGINT, before)

    def keep_alive(self) -> list[str]:
        """Start again what was killed meanwhile; says which."""
        dead = [server for server in self.servers if server.pid() is None]
        if dead:
            self.start()
        return [server.title for server in dead]


@contextmanager
def running_servers() -> Iterator[None]:
    """Start what DATABASE_URL and REDIS_URL do not name already, and name it there. Raises HomeError."""
    global _running
    if all(os.environ.get(kind.variable) for kind in KINDS):
        yield
        return
    _running = Servers(default_root())
    try:
        _running.start()
        os.environ.update(_running.environment)
        yield
    finally:
        _running.stop()
        _running = None


def keep_alive() -> list[str]:
    """Start again those of our servers that were killed; names them. Nothing to do where others run the servers."""
    return _running.keep_alive() if _running else []
