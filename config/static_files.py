"""Collect the static files when they changed, and only then."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_changed(say: Callable[[str], None]) -> None:
    """Nothing to do with DEBUG on: files are then served from where they lie."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = _fingerprint()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == now):
        return
    say("Collecting the static files...")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)


def _fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for path in sorted(_sources()):
        found = path.stat()
        digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
