"""Files under MEDIA_ROOT that appear whole or not at all."""

import os
import secrets
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class MediaFiles(FileSystemStorage):
    """Writes a draft beside the name and then renames it: who is killed in between leaves no half of a file behind, and
    who reads meanwhile reads the old one. To be used with `allow_overwrite`."""

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return name
