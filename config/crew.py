"""The processes of a running site, watched: started again when they die, stopped together."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from config.embedded import processes

SECONDS_TO_STOP = 25.0  # a worker gives its job ten of them, then puts it back into the queue
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds after which a process counts as started well
ROUND = 0.2
LARGEST_LOG = 10 * 2**20


@dataclass
class Member:
    """One process. Without a log it writes to our terminal."""

    name: str
    command: list[str]
    log: Path | None = None
    keeps: tuple[int, ...] = ()  # file descriptors
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0

    def start(self, now: float) -> int:
        """In a session of its own, since Ctrl-C is for us to hand on; it ends when we are killed."""
        output: IO[bytes] | None = self.log.open("ab") if self.log else None
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=self.keeps,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        if output:
            output.close()
        self.started = now
        return self.process.pid

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self, now: float) -> None:
        """At once after a long life, later and later while it dies young."""
        steady = now - self.started > STEADY_AFTER
        self.due = now + (0 if steady else self.pause)
        self.pause = 1.0 if steady else min(self.pause * 2, LONGEST_PAUSE)
        self.process = None


@dataclass
class Chore:
    """Something the watch does every so many seconds."""

    seconds: float
    action: Callable[[], None]
    due: float = 0.0

    def tend(self, now: float) -> None:
        if now >= self.due:
            self.due = now + self.seconds
            self.action()


@dataclass
class Crew:
    members: list[Member]
    started: Callable[[int], None]  # told the id of each new process
    say: Callable[[str], None]
    chores: Iterable[Chore] = ()
    stopping: int = field(default=0)  # how often we were asked to stop

    def run(self) -> None:
        """Until SIGINT, SIGTERM or SIGHUP; a second one does not wait for unfinished work."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup says that losing the terminal is no reason; a shell's “&” ignores SIGINT without meaning it.
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
                signal.signal(signum, self._ask_to_stop)
        try:
            while not self.stopping:
                now = time.monotonic()
                self._tend(now)
                for chore in self.chores:
                    chore.tend(now)
                time.sleep(ROUND)
        finally:
            self._stop()

    def _ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping += 1

    def _tend(self, now: float) -> None:
        for member in self.members:
            if member.has_ended():
                status = member.process.returncode if member.process else 0
                where = f" See {member.log}." if member.log else ""
                self.say(f"{member.name} ended with status {status} and is started again.{where}")
                member.plan_restart(now)
            if member.process is None and now >= member.due and not self.stopping:
                self.started(member.start(now))

    def _stop(self) -> None:
        self.say("Stopping...")
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while self._left() and time.monotonic() < deadline and self.stopping < 2:
            time.sleep(ROUND / 4)
        self._signal(signal.SIGKILL)
        for process in self._left():
            process.wait()

    def _left(self) -> list[subprocess.Popen[bytes]]:
        return [member.process for member in self.members if member.process and member.process.poll() is None]

    def _signal(self, signum: signal.Signals) -> None:
        for process in self._left():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signum)


def trim_logs(folder: Path) -> None:
    """Keep one older part of a log that grew too long; its writers append, so they go on at its new end."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
