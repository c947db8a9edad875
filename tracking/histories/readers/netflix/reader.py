"""Which of the files of Netflix is what, and what only the viewer can tell."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tracking.histories.facts import Choice, Options, Row
from tracking.histories.readers.cells import name
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import LogImport

from . import activity, history, opinions


class Netflix:
    service = LogImport.Service.NETFLIX

    def recognises(self, upload: Upload) -> bool:
        return any(history.is_one(upload, file) or _is_of_account(upload, file) for file in upload.names)

    def choices(self, upload: Upload) -> list[Choice]:
        found = []
        for file in upload.names:
            if history.is_one(upload, file):
                found += history.choices(upload, file)
        profiles = _profiles(upload)
        if len(profiles) > 1:
            values = tuple((each, each) for each in profiles)
            found.append(Choice("profile", _("Whose viewings are these to be?"), values))
        return found

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        profile = _chosen(_profiles(upload), options)
        for file in upload.names:
            if history.is_one(upload, file):
                yield from history.read(upload, file, options)
            elif activity.is_one(upload, file):
                yield from activity.read(upload, file, profile, options.zone)
            elif opinions.is_one(upload, file):
                yield from opinions.read(upload, file, profile, options.zone)


def _is_of_account(upload: Upload, file: str) -> bool:
    return activity.is_one(upload, file) or opinions.is_one(upload, file)


def _profiles(upload: Upload) -> list[str]:
    """Everybody in the files of a whole account, each once."""
    files = [file for file in upload.names if _is_of_account(upload, file)]
    return list(dict.fromkeys(name(row["Profile Name"]) for file in files for _line, row in upload.table(file)))


def _chosen(profiles: list[str], options: Options) -> str:
    chosen = options.said.get("profile", "") if len(profiles) > 1 else next(iter(profiles), "")
    if chosen not in profiles and profiles:
        raise UnreadableError(_("Several people watched in this file: say whose viewings are meant."))
    return chosen


READER = Netflix()
