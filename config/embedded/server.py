"""What starting, finding and stopping have in common for PostgreSQL and Valkey."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from signal import Signals

from config.embedded import processes
from config.embedded.home import Home, HomeError
from config.embedded.programs import Programs

SECONDS_TO_START = 600.0  # after a crash PostgreSQL first reads its log again
SECONDS_OF_SILENCE = 3.0


class Server:
    """One server of a home. It outlives us on purpose: other processes may use it; the last one stops it."""

    title: str
    program: str  # the process's name
    variable: str  # the setting that tells Django where it is
    stopping: tuple[tuple[Signals, float], ...]

    def __init__(self, home: Home, programs: Programs, *, durable: bool = True, tied: bool = False) -> None:
        """`tied` servers die with the process that starts them; without `durable` a power cut may lose data."""
        self.home = home
        self.programs = programs
        self.durable = durable
        self.tied = tied

    @property
    def data(self) -> Path:
        return self.home.state / self.program

    @property
    def pid_file(self) -> Path:
        raise NotImplementedError

    @property
    def url(self) -> str:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def prepare(self) -> None:
        """Write the configuration, and the data folder where there is none."""
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def clear_leftovers(self) -> None:
        """Remove what a killed server left and a new one would stumble over; called when none is alive."""
        raise NotImplementedError

    def pid(self) -> int | None:
        """Of the running server. The file may be stale and its number may be somebody else's by now."""
        with suppress(OSError, ValueError, IndexError):
            pid = int(self.pid_file.read_text().split()[0])
            if pid in processes.living_in(self.data, self.program, among=[pid]):
                return pid
        return None

    def ensure(self, *, alone: bool) -> None:
        """Start the server unless it answers. `alone` says that no other process uses this home."""
        if self.answers() or (self.pid() and self._wait(None)):
            return
        remains = list(processes.living_in(self.data, self.program))
        if remains and not alone:
            raise HomeError(f"{self.title} does not answer, and others use it. Stop them, or see {self.log}.")
        processes.stop(remains, *self.stopping)
        self.clear_leftovers()
        self.prepare()
        self._start()

    def stop(self) -> None:
        processes.stop([pid for pid in [self.pid()] if pid], *self.stopping)

    @property
    def log(self) -> Path:
        return self.home.logs / f"{self.program}.log"

    def _start(self) -> None:
        """In a session of its own: the Ctrl-C of a terminal is meant for us, not for the database."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=processes.die_with_parent(self.stopping[-1][0]) if self.tied else None,
                **self.home.account.popen,
            )
        if not self._wait(process):
            raise HomeError(f"{self.title} did not start. The end of {self.log}:\n{self._last_lines()}")

    def _wait(self, process: subprocess.Popen[bytes] | None) -> bool:
        """Until it answers; False when it ends (or is hung) instead."""
        begun, silent = time.monotonic(), True
        while not self.answers():
            ended = process.poll() is not None if process else not self.pid()
            if ended or time.monotonic() - begun > SECONDS_TO_START:
                return False
            if silent and time.monotonic() - begun > SECONDS_OF_SILENCE:
                silent = False
                sys.stderr.write(f"{self.title} is still getting ready; see {self.log}.\n")
            time.sleep(0.02)
        return True

    def _last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
