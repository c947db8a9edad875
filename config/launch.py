"""What manage.py settles before Django reads its settings: the home, the address of the site, the databases."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from config import embedded
from config.address import Address, claim
from config.leftovers import Record, only_copy

WITHOUT_SERVERS = {"check", "collectstatic", "compilemessages", "makemessages", "help", "version"}
HELP = {"-h", "--help", "--version"}


@dataclass(frozen=True)
class Launch:
    """Of `up`: where it lives, where it is reached, and the record of the processes it starts."""

    home: Path
    address: Address
    record: Record


current: Launch | None = None
_ended_by = 0


@contextmanager
def prepared(arguments: list[str]) -> Iterator[list[str]]:
    """The same arguments without --home, which every command understands."""
    arguments, home = _without_home(arguments)
    os.environ["MARQUEE_HOME"] = str(home)
    with ExitStack() as stack:
        try:
            _settle(arguments[1:] or ["help"], home, stack)
            yield arguments
        except embedded.HomeError as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            sys.exit(128 + signal.SIGINT)


def _settle(arguments: list[str], home: Path, stack: ExitStack) -> None:
    if arguments[0] in WITHOUT_SERVERS or not HELP.isdisjoint(arguments):
        if not os.environ.get("SECRET_KEY"):
            embedded.make_root(home)
        return
    _end_orderly_on(signal.SIGTERM, signal.SIGHUP)
    if arguments[0] == "up":
        _end_orderly_on(signal.SIGINT)
        _prepare_up(home, arguments[1:], stack)
    stack.enter_context(embedded.running_servers())


def _prepare_up(home: Path, arguments: list[str], stack: ExitStack) -> None:
    """First whatever may fail, so that nothing is started in vain."""
    global current
    embedded.make_root(home)
    record = stack.enter_context(only_copy(home))
    current = Launch(home, claim(arguments), record)


def _without_home(arguments: list[str]) -> tuple[list[str], Path]:
    for position, argument in enumerate(arguments):
        name, joined, value = argument.partition("=")
        if name == "--home":
            end = position + (1 if joined else 2)
            value = value if joined else "".join(arguments[position + 1 : end])
            if not value:
                sys.exit("--home needs a folder.")
            return arguments[:position] + arguments[end:], Path(value).expanduser().resolve()
    return arguments, embedded.default_root()


def _end_orderly_on(*signals: signal.Signals) -> None:
    """Through every `finally`, which stop the servers; not where somebody wants a signal ignored, as nohup does."""
    for signum in signals:
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, _exit)


def _exit(signum: int, frame: FrameType | None) -> None:
    global _ended_by
    _ended_by = signum
    sys.exit(128 + signum)


def stop_if_asked() -> None:
    """Python drops what a signal raises while it is inside an import or a destructor; `up` asks after each step."""
    if _ended_by:
        sys.exit(128 + _ended_by)
