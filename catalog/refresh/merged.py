"""What becomes of an id whose source made one record of two."""

from datetime import datetime

from django.db import transaction

from catalog.models import ExternalId, Match, Source

from . import records

CERTAIN = 100


def note_merged(source: str, kind: str, old: str, new: str, *, at: datetime) -> bool:
    """What we know under the old id is called by the new one from now on; the old one stays with it, as gone.

    False when we do not know the old id, or when the new one is of something else of ours. Of two titles staff decide
    then whether they are the same.
    """
    with transaction.atomic():
        ours = ExternalId.objects.filter(source=source, kind=kind, value=old).first()
        if ours is None:
            return False
        records.opened(source, kind, old, at=at)
        records.note_gone(source, kind, old, at=at)
        targets = {f"{name}_id": getattr(ours, f"{name}_id") for name in ("title", "season", "episode", "person")}
        theirs, is_new = ExternalId.objects.get_or_create(source=source, kind=kind, value=new, defaults=targets)
        if is_new or all(getattr(theirs, name) == pk for name, pk in targets.items()):
            return True
        if ours.title_id and theirs.title_id:
            reason = f"{Source(source).label} merged {old} into {new}"
            _propose(ours.title_id, theirs.title_id, reason, at=at)
        return False


def _propose(one: int, other: int, reason: str, *, at: datetime) -> None:
    """A pair that staff judged already is not proposed again."""
    pair = Match(title_id=min(one, other), other_id=max(one, other), score=CERTAIN, reasons=[reason], created_at=at)
    Match.objects.bulk_create([pair], ignore_conflicts=True)
