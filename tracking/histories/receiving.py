"""Taking a file in: stored as it is, and given to a worker to read."""

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import Profile
from tracking.models import LogImport

from .uploads import MEGABYTE, UnreadableError, Upload


def receive(profile: Profile, file: File, name: str, *, at: datetime, service: str = "", zone: str = "") -> LogImport:
    """Keep a file of somebody's history; what is in it is not looked at yet. Raises UnreadableError when it is empty or
    too large. `zone` names the zone of times that do not say theirs, the profile's if it is empty."""
    if not file.size:
        raise UnreadableError(_("The file is empty."))
    if file.size > settings.MOST_UPLOADED_BYTES:
        most = {"most": settings.MOST_UPLOADED_BYTES // MEGABYTE}
        raise UnreadableError(_("The file is larger than an export is: at most %(most)s MB.") % most)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return LogImport.objects.create(
        profile=profile,
        service=service,
        file_name=PurePosixPath(name.replace("\\", "/")).name[:255] or "file",
        file=default_storage.save(f"histories/{uuid.uuid4()}", file),
        digest=digest.hexdigest(),
        zone=zone or profile.time_zone,
        created_at=at,
        updated_at=at,
    )


@contextmanager
def unpacked(log_import: LogImport) -> Iterator[Upload]:
    """The stored file at hand: it may lie in a bucket. Raises UnreadableError when it is not there any more."""
    with tempfile.TemporaryDirectory(prefix="marquee-history-") as folder:
        path = Path(folder) / "file"
        try:
            with log_import.file.open("rb") as stored, path.open("wb") as copy:
                shutil.copyfileobj(stored, copy, MEGABYTE)
        except (OSError, ValueError) as error:
            raise UnreadableError(_("The file is gone. Bring it once more.")) from error
        yield Upload(path, log_import.file_name)


def forget_file(log_import: LogImport) -> None:
    """Every row of it is kept: the file itself is not needed any more."""
    if log_import.file:
        log_import.file.delete(save=False)
        LogImport.objects.filter(pk=log_import.pk).update(file="")
