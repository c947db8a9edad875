"""A whole running site for the tests that look at it from outside."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from config.embedded.processes import die_with_parent
from tests.servers import new_home

ROOT = Path(__file__).resolve().parents[1]
OURS = ("DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "EMAIL_URL", "MARQUEE_HOME")
SECONDS_TO_START = 90


@dataclass
class Site:
    url: str
    home: Path
    environment: dict[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        return (self.home / "output").read_text()

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def manage(self, *arguments: str) -> str:
        """Run a manage.py command on this site; its output."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments, "--home", str(self.home)]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def letters(self) -> list[EmailMessage]:
        """What the site has sent by e-mail, oldest first."""
        files = sorted((self.home / "letters").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        texts = [text for file in files for text in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n") if text.strip()]
        return [message_from_bytes(text, policy=policy.default) for text in texts]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def new_site(home: Path | None = None, **extra: str) -> Site:
    """Not yet running. Ours to remove unless a home is given."""
    home = home or new_home()
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"EMAIL_URL": f"file:///{home / 'letters'}", "DJANGO_SETTINGS_MODULE": "config.settings"} | extra
    return Site(f"http://localhost:{free_port()}", home, environment)


@contextmanager
def running(site: Site, *options: str) -> Iterator[Site]:
    """From the first answered request to the end of all its processes; then its home is gone."""
    start(site, *options)
    try:
        wait_until(lambda: answers(site), SECONDS_TO_START, lambda: site.output)
        yield site
    finally:
        if site.process and site.process.poll() is None:
            stop(site)
        shutil.rmtree(site.home, ignore_errors=True)


def start(site: Site, *options: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--home", str(site.home), "--port", str(site.port)]
    with (site.home / "output").open("ab") as output:
        site.process = subprocess.Popen(
            [*command, *options],
            env=site.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )


def stop(site: Site, signum: signal.Signals = signal.SIGTERM) -> int:
    """The exit status."""
    assert site.process
    site.process.send_signal(signum)
    try:
        return site.process.wait(60)
    except subprocess.TimeoutExpired:
        site.process.kill()
        raise


def answers(site: Site) -> bool:
    assert site.process
    if site.process.poll() is not None:
        raise AssertionError(f"The site ended:\n{site.output}")
    try:
        with urllib.request.urlopen(f"{site.url}/healthz", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def wait_until(happened, seconds: float = 30, explain=lambda: ""):
    """What `happened` returns once it is true."""
    deadline = time.monotonic() + seconds
    while not (result := happened()):
        assert time.monotonic() < deadline, f"It did not happen in {seconds} seconds. {explain()}"
        time.sleep(0.05)
    return result
