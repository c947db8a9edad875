"""What the operating system knows about processes; ids of dead ones are reused, and dead ones may linger unreaped."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1


def is_alive(pid: int) -> bool:
    """A zombie is not alive, though the system still answers to its id (in a container without init, for ever)."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def living_in(folder: Path, program: str, among: Iterable[int] | None = None) -> Iterator[int]:
    """Ids of the processes called so that work in a folder, as PostgreSQL and Valkey do in their data folder."""
    for pid in psutil.pids() if among is None else among:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            if process.name() == program and is_alive(pid) and process.cwd() == str(folder):
                yield pid


def wait_until_gone(pids: list[int], seconds: float) -> list[int]:
    """Those still alive when the time is over."""
    deadline = time.monotonic() + seconds
    while (pids := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return pids


def stop(pids: list[int], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn, each with its seconds to obey, to whichever is left; the last resort is SIGKILL."""
    for signum, seconds in (*steps, (signal.SIGKILL, 5.0)):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signum)
        pids = wait_until_gone(pids, seconds)


def end_with_parent(signum: signal.Signals) -> None:
    """In a new child: the kernel sends it the signal when its parent is gone, even by SIGKILL (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)


def die_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """The same as a `preexec_fn`, which also notices a parent that was gone before the kernel was told."""
    parent = os.getpid()

    def in_the_child() -> None:
        end_with_parent(signum)
        if os.getppid() != parent:
            os.kill(os.getpid(), signum)

    return in_the_child
