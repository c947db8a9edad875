"""The clean-up of the store."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import groupby

from django.core.files.storage import default_storage
from django.db.models.functions import Collate

from catalog import picture_keys
from catalog.models import Picture

UNTOUCHED_FOR = timedelta(days=1)
"""Younger files may belong to a picture that is being stored."""


def forget_unused(*, now: datetime) -> int:
    """Delete the copies that no picture names any more, and drafts that were left behind; how many.

    One folder of the store is in memory at a time, and the keys come sorted by folder.
    """
    stored = Picture.objects.exclude(key="").order_by(Collate("key", "C")).values_list("key", flat=True)
    left, deleted = set(_folders()), 0
    for folder, keys in groupby(stored.iterator(), key=picture_keys.folder):
        deleted += _forget_unnamed(folder, set(keys), now=now)
        left.discard(folder)
    return deleted + sum(_forget_unnamed(folder, (), now=now) for folder in left)


def _forget_unnamed(folder: str, keys: Collection[str], *, now: datetime) -> int:
    unnamed = [f"{folder}/{file}" for file in _files(folder) if file.rpartition("-")[0] not in keys]
    old = [name for name in unnamed if default_storage.get_modified_time(name) < now - UNTOUCHED_FOR]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _folders() -> list[str]:
    try:
        return [f"{picture_keys.FOLDER}/{name}" for name in default_storage.listdir(picture_keys.FOLDER)[0]]
    except FileNotFoundError:
        return []


def _files(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []
