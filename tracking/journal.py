"""The rows behind a change of the log, kept whole so that an undo brings them back exactly."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import models

from accounts.models import Profile
from catalog.models import Season, Title
from tracking import locks
from tracking.models import Dismissal, LibraryEntry, List, ListItem, Note, Position, Rating, Watch

Row = dict[str, Any]
Rows = dict[str, Row | None]
"""By pk; null for what does not exist."""

Touched = Mapping[str, Collection[int]]
"""The pks of what a change concerns, by the names of SECTIONS."""

ModelT = TypeVar("ModelT", bound=models.Model)

SECTIONS: dict[str, tuple[type[models.Model], str]] = {
    "watches": (Watch, "profile"),
    "ratings": (Rating, "profile"),
    "notes": (Note, "profile"),
    "items": (ListItem, "list__profile"),
    "dismissals": (Dismissal, "profile"),
    "positions": (Position, "profile"),
}
"""The models that the journal keeps, each with the way to the profile whose rows they are."""

ONCE = {
    "ratings": ("profile_id", "title_id", "season_id", "episode_id"),
    "notes": ("profile_id", "title_id"),
    "items": ("list_id", "title_id", "episode_id"),
    "dismissals": ("profile_id", "title_id"),
    "positions": ("profile_id", "title_id", "episode_id"),
}
"""What may be there only once: the newer one stays when an older one would come back beside it."""


def freeze(instance: models.Model | None) -> Row | None:
    """Every column of a row, by its column name."""
    if instance is None:
        return None
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def thaw(model: type[ModelT], row: Row) -> ModelT:
    """The row as an instance again, from what JSON kept of it; not saved."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in row.items() if name in fields})


def frozen(profile: Profile, touched: Touched) -> dict[str, Rows]:
    """The rows as they are now; viewings always, the other sections where something of them is touched."""
    return {name: _frozen(profile, name, touched.get(name, ())) for name in SECTIONS if name in {"watches", *touched}}


def _frozen(profile: Profile, section: str, pks: Collection[int]) -> Rows:
    found = {row.pk: freeze(row) for row in _of(profile, section).filter(pk__in=pks)} if pks else {}
    return {str(pk): found.get(pk) for pk in pks}


def _of(profile: Profile, section: str) -> models.QuerySet[Any]:
    model, owner = SECTIONS[section]
    return model._default_manager.filter(**{owner: profile})


def restore(profile: Profile, before: Mapping[str, Any]) -> None:
    """Put the rows back as they were. What they are of may have been merged or split since: that stays as it is."""
    for section in SECTIONS:
        rows = before.get(section, {})
        made = [int(pk) for pk, row in rows.items() if row is None]
        if made:
            _of(profile, section).filter(pk__in=made).only("pk").delete()
        for pk, row in rows.items():
            if row is not None:
                _restore(profile, section, int(pk), row)


def _restore(profile: Profile, section: str, pk: int, row: Row) -> None:
    there = _of(profile, section).filter(pk=pk)
    subject = there.values(*(name for name in ("title_id", "season_id", "episode_id") if name in row)).first()
    row = row | (subject or _present(row))
    if not _is_taken(profile, section, pk, row) and not _lost_its_list(row):
        thaw(SECTIONS[section][0], row).save()


def _present(row: Row) -> Row:
    """What a row that was removed would be of today."""
    if row.get("episode_id"):
        episode = locks.present_episode(row["episode_id"])
        return {"title_id": episode.title_id, "episode_id": episode.pk}
    title = locks.present_title(row["title_id"])
    if not row.get("season_id") or title.pk == row["title_id"]:
        return {"title_id": title.pk}
    number = Season.objects.values("number").filter(pk=row["season_id"])[:1]
    season = Season.objects.filter(title=title, number=models.Subquery(number)).first()
    return {"title_id": title.pk, "season_id": season.pk} if season else {}


def _is_taken(profile: Profile, section: str, pk: int, row: Row) -> bool:
    same = {name: row[name] for name in ONCE.get(section, ())}
    return bool(same) and _of(profile, section).filter(**same).exclude(pk=pk).exists()


def _lost_its_list(row: Row) -> bool:
    """Of an item whose list was removed so long ago that it was deleted."""
    return "list_id" in row and not List.objects.filter(pk=row["list_id"]).exists()


def restore_entry(profile: Profile, title: Title, row: Row | None) -> None:
    if row is None:
        LibraryEntry.objects.of(profile).filter(title=title).delete()
    else:
        thaw(LibraryEntry, row).save()
