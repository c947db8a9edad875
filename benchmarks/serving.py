"""Pages per second through a real gunicorn, as `script/server` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import connection
from django.urls import reverse

from .measuring import Benchmark, Budget, Measured, SkippedError, Took, clocked
from .site import Site

HOME = Budget(per_second=150)
CONNECTIONS = 8
SECONDS = 8.0
SECONDS_TO_START = 30.0


def home(site: Site) -> Measured:
    """Eight connections that ask again at once, by threads of this process, which shares the cores with the server."""
    if connection.in_atomic_block:
        raise SkippedError("the server cannot see rows of a transaction that goes on")
    cookie = f"{settings.SESSION_COOKIE_NAME}={site.client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with gunicorn() as port:
        _ask(port, cookie, seconds=min(2.0, site.rounds / 10))
        times, seconds = _ask(port, cookie, seconds=min(SECONDS, site.rounds / 5))
    return Measured(times, per_second=len(times) / seconds, note=f"{CONNECTIONS} connections")


@contextmanager
def gunicorn() -> Iterator[int]:
    """Two processes of four threads; yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    environment = os.environ | {"WEB_CONCURRENCY": "2", "WEB_THREADS": "4"}
    root = Path(settings.BASE_DIR)
    with (Path(settings.HOME) / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, start_new_session=True, stdout=log, stderr=log)
    try:
        _await(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
        with suppress(OSError):
            if _get(HTTPConnection("127.0.0.1", port, timeout=5), "/healthz", "") == 200:
                return
    raise SkippedError("gunicorn did not start, see gunicorn.log")


def _get(server: HTTPConnection, path: str, cookie: str) -> int:
    server.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "identity"})
    response = server.getresponse()
    response.read()
    return response.status


def _ask(port: int, cookie: str, *, seconds: float) -> tuple[list[Took], float]:
    """The time of each answer, and the seconds it took in all."""
    over, path = Event(), reverse("home")

    def ask(server: HTTPConnection) -> None:
        status = _get(server, path, cookie)
        if status != 200:
            raise HTTPException(f"{path} answered {status}")

    def visitor() -> list[Took]:
        server, times = HTTPConnection("127.0.0.1", port, timeout=10), []
        while not over.is_set():
            times.append(clocked(lambda: ask(server)))
        return times

    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as visitors:
        answers = [visitors.submit(visitor) for _ in range(CONNECTIONS)]
        over.wait(seconds)
        over.set()
        times = [took for answer in answers for took in answer.result()]
    return times, time.perf_counter() - started


BENCHMARKS = (Benchmark("home, pages per second", HOME, home),)
