"""The folder of one installation: data, logs, media, the secret key, and where the servers put their sockets."""

import errno
import hashlib
import os
import re
import secrets
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from config.embedded.account import ROOT, Account

PROJECT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib/marquee")
SHARED_TEMPORARY = Path("/tmp")  # noqa: S108 -- not tempfile's choice, which differs between sessions of one machine
LONGEST_SOCKET = 100  # of the 104 (macOS) or 108 (Linux) bytes that the address of a Unix socket may have
PLAIN_PATH = re.compile(r"[\w./ +-]*", re.ASCII)  # libpq reads a comma in a host as two hosts


class HomeError(Exception):
    """The home cannot be used; the message is for the person who started Marquee."""


@dataclass(frozen=True)
class Home:
    """`state` holds the servers' data: the root itself, or a folder elsewhere that the servers' account can reach."""

    root: Path
    state: Path
    sockets: Path
    account: Account

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def logs(self) -> Path:
        return self.root / "logs"


def default_root() -> Path:
    return Path(os.environ.get("MARQUEE_HOME") or PROJECT / "var").expanduser().resolve()


def make_root(root: Path) -> None:
    """Make what is missing of a home, and its secret key. Raises HomeError when it cannot be used."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "it is not ours to write to")
        for name in ("locks", "logs", "media"):
            if not (root / name).exists():
                (root / name).mkdir(exist_ok=True)
                _give(root / name, root)
        _keep_secret_key(root)
    except OSError as error:
        raise _unusable(root, error) from error


def open_home(root: Path) -> Home:
    """A home that `make_root` has made, with the places for its servers' data and sockets."""
    try:
        account = Account.for_home(root)
        state = _state(root, account)
        return Home(root, state, _sockets(root, state, account), account)
    except OSError as error:
        raise _unusable(root, error) from error


def private_folder(folder: Path, account: Account) -> None:
    """Only the account may enter it. What others put in its place, as anybody can in /tmp, is refused."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise HomeError(f"{folder} is not a private folder of {account.name}; remove it and try again.") from None


def replace_file(path: Path, text: str, account: Account) -> None:
    """In the account's own folder, where root must not follow a link that the account may have put there."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        os.fchown(file.fileno(), account.uid, account.gid)
    fresh.rename(path)


def _keep_secret_key(root: Path) -> None:
    """A random key, written once; config.settings reads it."""
    kept = root / "secret-key"
    if not kept.exists():
        fresh = kept.with_name(f"secret-key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50) + "\n")
        _give(fresh, root)
        fresh.rename(kept)


def _give(path: Path, root: Path) -> None:
    """What root makes in another's home belongs to that other."""
    if os.geteuid() == ROOT:
        owner = root.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _unusable(root: Path, error: OSError) -> HomeError:
    return HomeError(f"{root} cannot be Marquee's home ({error.strerror or error}). Choose another with --home.")


def _state(root: Path, account: Account) -> Path:
    """Once data is somewhere it stays there: a changed permission must not look like an empty database."""
    outside = OUTSIDE / mark_of(root)
    if (root / "postgres").exists() or not account.is_another:
        return root
    if outside.exists() or not account.can_enter(root):
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not outside.exists():
            sys.stderr.write(f"{root} is closed to the account {account.name}: its databases live in {outside}.\n")
        private_folder(outside, account)
        return outside
    return root


def _sockets(root: Path, state: Path, account: Account) -> Path:
    folder = state / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET or not PLAIN_PATH.fullmatch(str(folder)):
        folder = SHARED_TEMPORARY / f"marquee-{mark_of(root)}"
    private_folder(folder, account)
    return folder


def mark_of(root: Path) -> str:
    """A short name for a home, the same in every process."""
    return hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
