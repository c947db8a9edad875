"""What becomes of an offered picture: fetched by one worker at a time, kept, put off, refused, lost, found again."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from catalog import picture_keys
from catalog.models import Picture

from . import copies, ranking

TRY_AGAIN_AFTER = (
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
)
LONGEST_ERROR = 300
MOST_FAILURES = 1000
"""That are counted: the column is a small one."""

UNDER_WAY = "It is being fetched just now, or the worker was stopped before it had it."


def awaited(thing: str, pk: int, *, now: datetime) -> Picture | None:
    """The picture to fetch for a “title”, “episode” or “person” that is still drawn; None if there is none to hope
    for just now."""
    return Picture.objects.askable(now).filter(**{thing: pk}).order_by(ranking.RANK, "pk").first()


def claim(picture_id: int, *, at: datetime) -> Picture | None:
    """The picture for one worker alone; None when it is not to be fetched, or when another has it.

    It counts as failed until it is stored, so that one which kills its worker is tried the less often for it.
    """
    with transaction.atomic():
        picture = Picture.objects.askable(at).select_for_update(no_key=True).filter(pk=picture_id).first()
        if picture is None:
            return None
        wait = TRY_AGAIN_AFTER[min(picture.error_count, len(TRY_AGAIN_AFTER) - 1)]
        picture.state, picture.error, picture.next_try_at = Picture.State.FAILED, UNDER_WAY, at + wait
        picture.error_count = min(picture.error_count + 1, MOST_FAILURES)
        picture.save(update_fields=["state", "error", "error_count", "next_try_at"])
    return picture


def keep(picture: Picture, original: bytes, *, at: datetime) -> None:
    """Store copies of it, and show it if it is the best. Raises copies.RefusedError or UnreadableError."""
    made = copies.make(picture.thing, original)
    for name, content in made.files.items():
        default_storage.save(name, ContentFile(content))
    with transaction.atomic():
        # Meanwhile its source may have offered another address, or a merge moved it to another title.
        row = Picture.objects.filter(pk=picture.pk, url=picture.url).first()
        if row is None:
            return
        _lock(row.thing, row.thing_id)
        values = {"key": made.key, "width": made.width, "height": made.height, "fetched_at": at}
        stored = {"state": Picture.State.STORED, "error": "", "error_count": 0, "next_try_at": None}
        if Picture.objects.filter(pk=row.pk, url=row.url).update(**values, **stored):
            ranking.choose(row.thing, [row.thing_id], at=at)


def put_off(picture: Picture, reason: str) -> None:
    """It could not be had; `claim` has set when it is tried again."""
    _same(picture).update(error=reason[:LONGEST_ERROR])


def refuse(picture: Picture, reason: str) -> None:
    """It is never fetched from this address again. What was stored of it before stays."""
    _same(picture).update(state=Picture.State.REFUSED, error=reason[:LONGEST_ERROR], next_try_at=None)


def want(pictures: QuerySet[Picture]) -> int:
    """Have them fetched, whatever happened before; how many there are."""
    return pictures.update(state=Picture.State.WANTED, error="", error_count=0, next_try_at=None)


def is_shown(thing: str, pk: int, key: str) -> bool:
    return ranking.THINGS[thing]._default_manager.filter(pk=pk, picture=key).exists()


def mend(thing: str, pk: int, *, at: datetime) -> int:
    """Have those of its pictures fetched again of which a copy is gone from the store, and meanwhile show another or
    the drawing; how many."""
    known = Picture.objects.filter(**{thing: pk}).exclude(key="")
    lost = [picture.pk for picture in known if not _is_whole(picture.key)]
    if lost:
        with transaction.atomic():
            _lock(thing, pk)
            error = "Its copies were lost."
            known.filter(pk__in=lost).update(state=Picture.State.WANTED, key="", error=error, next_try_at=None)
            ranking.choose(thing, [pk], at=at)
    return len(lost)


def _is_whole(key: str) -> bool:
    return all(default_storage.exists(name) for name in picture_keys.file_names(key))


def _same(picture: Picture) -> QuerySet[Picture]:
    """The row, unless its source has offered another address meanwhile."""
    return Picture.objects.filter(pk=picture.pk, url=picture.url, state=Picture.State.FAILED)


def _lock(thing: str, pk: int) -> None:
    """What is shown before its pictures, in the order in which a refresh takes them."""
    things = ranking.THINGS[thing]._default_manager
    list(things.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))
