"""One `up` for each home at a time, and the end of what a killed one left running."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from typing import TextIO

import psutil

from config.embedded import HomeError, processes

SECONDS_TO_END = 15.0


@dataclass
class Record:
    """Who runs, in the file that is also the lock: ids with their time of birth, since ids are used again."""

    file: TextIO
    children: dict[int, float] = field(default_factory=dict)
    url: str = ""

    def read(self) -> "Record":
        self.file.seek(0)
        with suppress(ValueError, KeyError):
            kept, _ = json.JSONDecoder().raw_decode(self.file.read())
            self.children = {int(pid): born for pid, born in kept["children"].items()}
            self.url = kept["url"]
        return self

    def write(self) -> None:
        """In one stroke, so that nobody reads half of it; what is left of a longer one comes after its end."""
        text = json.dumps({"pid": os.getpid(), "url": self.url, "children": self.children}).encode()
        os.pwrite(self.file.fileno(), text, 0)
        os.truncate(self.file.fileno(), len(text))

    def add(self, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):
            self.children[pid] = psutil.Process(pid).create_time()
        self.children = {pid: born for pid, born in self.children.items() if processes.is_alive(pid)}
        self.write()


def _record_file(home: Path) -> Path:
    file = home / "locks" / "up"
    file.touch()
    return file


@contextmanager
def only_copy(home: Path) -> Iterator[Record]:
    """Raises HomeError when another copy runs from this home."""
    with _record_file(home).open("r+") as file:
        record = Record(file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = record.read().url or "another terminal"
            raise HomeError(
                f"Marquee already runs from {home} ({where}). A second copy needs its own --home and --port."
            ) from None
        end_leftovers(record.read())
        record.children = {}
        record.write()
        yield record
        record.write()


def running_children(home: Path) -> set[int]:
    """Ids of what `up` has started from this home."""
    with _record_file(home).open() as file:
        return {pid for pid in Record(file).read().children if processes.is_alive(pid)}


def end_leftovers(record: Record) -> None:
    """A copy that was killed cannot stop its children; most end with it, some need a moment to finish a request."""
    left = [pid for pid, born in record.children.items() if _born(pid) == born]
    processes.stop(left, (Signals.SIGTERM, SECONDS_TO_END))


def _born(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0
