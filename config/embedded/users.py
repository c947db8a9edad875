"""Which processes use the servers of a home: file locks, which the system lets go when a process dies, however."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Users:
    """Every user holds a shared lock on one file; whoever starts or stops servers holds another one alone."""

    def __init__(self, folder: Path) -> None:
        self._turn = folder / "turn"
        self._users = folder / "users"
        self._place: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process at a time."""
        handle = _open(self._turn)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def join(self) -> bool:
        """In our turn: become a user. True when nobody else is one."""
        if self._place is None:
            self._place = _open(self._users)
        alone = self._is_alone()
        fcntl.flock(self._place, fcntl.LOCK_SH)
        return alone

    def leave(self) -> bool:
        """In our turn: stop being a user. True when nobody else is one."""
        if self._place is None:
            return False
        alone = self._is_alone()
        os.close(self._place)
        self._place = None
        return alone

    def _is_alone(self) -> bool:
        assert self._place is not None
        try:
            fcntl.flock(self._place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _open(path: Path) -> int:
    """Reading is enough for a lock, so that root and the owner of a home can share one."""
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
