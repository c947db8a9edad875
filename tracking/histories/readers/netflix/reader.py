"""Which of the files of Netflix is what, and what only the viewer can tell."""

from collections.abc import Iterator

from tracking.histories.facts import Choice, Options, Row
from tracking.histories.uploads import Upload
from tracking.models import LogImport

from . import activity, history


class Netflix:
    service = LogImport.Service.NETFLIX

    def recognises(self, upload: Upload) -> bool:
        return any(history.is_one(upload, name) or activity.is_one(upload, name) for name in upload.names)

    def choices(self, upload: Upload) -> list[Choice]:
        found = []
        for name in upload.names:
            if history.is_one(upload, name):
                found += history.choices(upload, name)
            elif activity.is_one(upload, name):
                found += activity.choices(upload, name)
        return found

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        for name in upload.names:
            if history.is_one(upload, name):
                yield from history.read(upload, name, options)
            elif activity.is_one(upload, name):
                yield from activity.read(upload, name, options)


READER = Netflix()
