"""Whom the servers run as. PostgreSQL refuses to run as root, so root lends them an account without rights."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_ACCOUNT = "marquee-db"
ROOT = 0


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @classmethod
    def for_home(cls, root: Path) -> "Account":
        """Ourselves; for root the owner of the home, or else the system account."""
        if os.geteuid() != ROOT:
            return cls(os.geteuid(), os.getegid())
        owner = root.stat()
        if owner.st_uid != ROOT:
            return cls(owner.st_uid, owner.st_gid)
        entry = _system_account()
        return cls(entry.pw_uid, entry.pw_gid)

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make a program run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_another else {}

    def can_enter(self, folder: Path) -> bool:
        return self.can_run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])

    def can_run(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **self.popen)
        except OSError:
            return False
        return done.returncode == 0


def _system_account() -> pwd.struct_passwd:
    """Made on first use where `useradd` exists."""
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not useradd:
        return pwd.getpwnam("nobody")
    options = ["--system", "--user-group", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    # A second copy may be making the same account at this moment: what counts is that it is there afterwards.
    subprocess.run([useradd, *options, SYSTEM_ACCOUNT], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        return pwd.getpwnam("nobody")
