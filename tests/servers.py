"""One PostgreSQL and one Valkey for a whole run of the tests, in a home of its own that is gone afterwards."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from config.embedded import Servers
from config.embedded.users import Users

PREFIX = "marquee-tests-"
FOLDER = Path("/tmp")


def start() -> Servers:
    """DATABASE_URL, when given, is used (pytest-django makes its own database there); Valkey is always ours: the
    tests empty it."""
    home = new_home()
    os.environ.pop("REDIS_URL", None)
    os.environ["MARQUEE_HOME"] = str(home)
    (home / "static").mkdir()  # WhiteNoise warns of its absence at every request
    servers = Servers(home, durable=False, tied=True)
    servers.start()
    os.environ.update(servers.environment)
    return servers


def stop(servers: Servers) -> None:
    servers.stop()
    shutil.rmtree(servers.home.root, ignore_errors=True)


def new_home() -> Path:
    """Not below pytest's own folder: that is closed to the account that the servers of root run as."""
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=FOLDER))
    home.chmod(0o711)
    return home


def remove_abandoned() -> None:
    """Homes of runs that were killed."""
    for home in FOLDER.glob(f"{PREFIX}*"):
        if os.access(home / "locks", os.W_OK) and home.stat().st_mtime < time.time() - 60:
            users = Users(home / "locks")
            with users.turn():
                users.join()
                is_abandoned = users.leave()
            if is_abandoned:
                shutil.rmtree(home, ignore_errors=True)
