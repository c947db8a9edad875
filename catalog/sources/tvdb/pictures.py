"""Addresses of pictures at TheTVDB."""

from dataclasses import replace

from catalog.sources.fields import Record

from .words import ARTWORKS, NO_PICTURE


def picture(record: Record, name: str = "image") -> str:
    """The address, some of which lack their host; TheTVDB has a picture of its own for what has none."""
    path = record.data.get(name)
    if isinstance(path, str) and path.startswith("/"):
        record = replace(record, data={name: f"{ARTWORKS}{path}"})
    address = record.link(name)
    return "" if NO_PICTURE in address else address
