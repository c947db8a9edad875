"""The services whose files are read, and telling a file's service from what is in it."""

from django.utils.translation import gettext as _

from tracking.histories.facts import Reader
from tracking.histories.uploads import UnreadableError, Upload

from . import imdb, letterboxd, marquee, netflix, prime, seriesguide, simkl, tmdb, trakt, tvtime, watcharr, yamtrack

READERS: tuple[Reader, ...] = (
    marquee.READER,
    tvtime.READER,
    trakt.READER,
    simkl.READER,
    seriesguide.READER,
    letterboxd.READER,
    imdb.READER,
    tmdb.READER,
    yamtrack.READER,
    watcharr.READER,
    prime.READER,
    netflix.READER,
)
"""In the order in which they are asked: those that know their files by name come first."""


def recognise(upload: Upload) -> Reader:
    """Whose file it is. Raises UnreadableError where nobody knows it or it cannot be opened."""
    for reader in READERS:
        if reader.recognises(upload):
            return reader
    if not upload.is_zip and upload.name.casefold().endswith(".json"):
        upload.json(upload.name)
    services = ", ".join(reader.service.label for reader in READERS)
    raise UnreadableError(
        _(
            "This is no export that is known here. Bring the file as the service gave it, under its own name: "
            "the ZIP, or one file of it. Known are those of %(services)s."
        )
        % {"services": services}
    )
