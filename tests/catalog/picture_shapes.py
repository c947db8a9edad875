"""Pictures made up for tests, in the formats of real ones, and rows for them."""

import struct
import zlib
from io import BytesIO

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from catalog.models import Picture, Source
from tests.factories import TitleFactory

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)


class PictureFactory(DjangoModelFactory):
    """Offered; of a title unless an episode or a person is named."""

    class Meta:
        model = Picture

    title = factory.Maybe("is_of_title", factory.SubFactory(TitleFactory), None)
    episode = None
    person = None
    source = Source.TVMAZE
    url = factory.Sequence(lambda n: f"https://pictures.example/{n}.jpg")

    class Params:
        is_of_title = factory.LazyAttribute(lambda picture: not (picture.episode or picture.person))


def picture(width=1000, height=1500, format="JPEG", *, colour=RED, mode="RGB", **saved):  # noqa: A002 -- Pillow's word
    """The upper half in one colour, the lower in another, so that turning it shows."""
    image = Image.new("RGB", (width, height), colour)
    image.paste(BLUE, (0, height // 2, width, height))
    return encoded(image.convert(mode), format, **saved)


def encoded(image, format, **saved):  # noqa: A002
    file = BytesIO()
    image.save(file, format, **saved)
    return file.getvalue()


def blank_png(width, height, *, rows=None):
    """A PNG of this size, all black and hardly larger than its header; with only so many of its rows."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = b"\0" * (1 + (width + 7) // 8)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(row * (height if rows is None else rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def opened(content):
    image = Image.open(BytesIO(content))
    image.load()
    return image
