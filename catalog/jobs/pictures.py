"""Pictures, fetched when somebody looks at the drawing in their place."""

import logging
from datetime import datetime, timedelta

import django_rq
from django.utils import timezone
from django_rq import job

from catalog import pictures
from catalog.models import Picture
from catalog.sources import images
from catalog.sources.errors import ForbiddenError, MalformedError, SourceError

from .asking import is_first

logger = logging.getLogger(__name__)

FETCH_SECONDS = 120
DUE_AT_ONCE = 500
DUE_AGAIN_AFTER = timedelta(hours=1)
"""A due picture may wait so long behind other bulk work before it is asked for once more."""


@job("default", timeout=FETCH_SECONDS)
def fetch_picture(picture_id: int) -> None:
    """Copy one picture. What goes wrong is kept in its row, which says when to try again: RQ need not."""
    picture = pictures.claim(picture_id, at=timezone.now())
    if picture is None:
        return
    try:
        pictures.keep(picture, images.fetch(picture.url), at=timezone.now())
    except (ForbiddenError, MalformedError, pictures.RefusedError) as error:
        pictures.refuse(picture, str(error))
        logger.warning("Picture %s is refused: %s", picture_id, error)
    except (SourceError, pictures.UnreadableError) as error:
        pictures.put_off(picture, str(error))
        logger.warning("Picture %s is put off: %s", picture_id, error)


def request_picture(thing: str, pk: int, *, now: datetime) -> bool:
    """Ask for the picture of something that is still drawn, at most once a minute. Whether there is one to come."""
    picture = pictures.awaited(thing, pk, now=now)
    if picture and is_first(f"picture:{picture.pk}"):
        fetch_picture.delay(picture.pk)
    return picture is not None


@job("default", timeout=300)
def fetch_due_pictures() -> None:
    """Ask for those that replace a picture that is shown, and for those that failed; as bulk work, one job each."""
    due = list(Picture.objects.due(timezone.now()).values_list("pk", flat=True)[:DUE_AT_ONCE])
    asked = [pk for pk in due if is_first(f"picture-due:{pk}", every=DUE_AGAIN_AFTER)]
    for pk in asked:
        django_rq.get_queue("bulk").enqueue(fetch_picture, pk, job_timeout=FETCH_SECONDS)
    logger.info("Asked for %s pictures that are due", len(asked))


@job("default", timeout=60)
def mend_pictures(thing: str, pk: int) -> None:
    if lost := pictures.mend(thing, pk, at=timezone.now()):
        logger.warning("Copies of %s pictures of %s %s were lost", lost, thing, pk)


def report_lost(thing: str, pk: int, key: str) -> None:
    """A copy was looked for in vain: see to it, if it is one that pages show."""
    if pictures.is_shown(thing, pk, key) and is_first(f"lost:{thing}:{pk}"):
        mend_pictures.delay(thing, pk)


@job("bulk", timeout=6 * 3600)
def clean_pictures() -> None:
    logger.info("Deleted %s copies that nothing shows", pictures.forget_unused(now=timezone.now()))
