"""The rows behind a change of the log, kept whole so that an undo brings them back exactly."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.db import models

from accounts.models import Profile
from catalog.models import Title
from tracking import locks
from tracking.models import LibraryEntry, Watch

Row = dict[str, Any]
ModelT = TypeVar("ModelT", bound=models.Model)


def freeze(instance: models.Model | None) -> Row | None:
    """Every column of a row, by its column name."""
    if instance is None:
        return None
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def thaw(model: type[ModelT], row: Row) -> ModelT:
    """The row as an instance again, from what JSON kept of it; not saved."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in row.items() if name in fields})


def frozen_watches(profile: Profile, pks: Collection[int]) -> dict[str, Row | None]:
    """The viewings as they are now, by pk; null for those that do not exist."""
    found = {watch.pk: freeze(watch) for watch in Watch.objects.of(profile).filter(pk__in=pks)} if pks else {}
    return {str(pk): found.get(pk) for pk in pks}


def restore_watches(profile: Profile, rows: dict[str, Row | None]) -> None:
    """Put the viewings back as they were. What they are of may have been merged or split since: that stays as it is."""
    for pk, row in rows.items():
        there = Watch.objects.of(profile).filter(pk=int(pk))
        if row is None:
            there.delete()
        else:
            thaw(Watch, row | (there.values("title_id", "episode_id").first() or _present(row))).save()


def _present(row: Row) -> Row:
    """What a viewing that was removed would be of today."""
    if row["episode_id"] is None:
        return {"title_id": locks.present_title(row["title_id"]).pk}
    episode = locks.present_episode(row["episode_id"])
    return {"title_id": episode.title_id, "episode_id": episode.pk}


def restore_entry(profile: Profile, title: Title, row: Row | None) -> None:
    if row is None:
        LibraryEntry.objects.of(profile).filter(title=title).delete()
    else:
        thaw(LibraryEntry, row).save()
