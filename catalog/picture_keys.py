"""The key of a stored picture says all that a page must know: what it shows, its width, and so where its copies are.

“p3kq5mtu7xw2ya4bcdefg-680” is a poster: copies are 180, 360 and 680 pixels wide, each as AVIF and as WebP. The middle
is taken from the content of the original, so that equal pictures share their copies, no copy ever changes, and nobody
finds one by guessing.
"""

import hashlib
from base64 import b32encode
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

# By the first letter of a key. Copies of these widths lie in stores: another set of widths takes another letter.
WIDTHS = {"p": (180, 360, 720), "s": (360, 720, 1280), "f": (180, 360, 540)}
LETTERS = {"title": "p", "episode": "s", "person": "f"}
THINGS = {letter: thing for thing, letter in LETTERS.items()}
FORMATS = ("avif", "webp")
KEY = r"[psf][a-z2-7]{20}-[1-9][0-9]{1,3}"
FOLDER = "pictures"


@dataclass(frozen=True)
class Addresses:
    """Of the copies of one picture: all AVIF ones for `srcset`, and one WebP for what does not read AVIF."""

    srcset: str
    src: str


def make(thing: str, original: bytes, width: int) -> str:
    """The key of the picture of a “title”, “episode” or “person”; the width of its largest copy is never above
    `width`."""
    letter = LETTERS[thing]
    digest = b32encode(hashlib.sha256(original).digest()).decode().lower()
    return f"{letter}{digest[:20]}-{min(width, WIDTHS[letter][-1])}"


def widths(key: str) -> tuple[int, ...]:
    widest = int(key.rpartition("-")[2])
    return (*(width for width in WIDTHS[key[0]] if width < widest), widest)


def folder(key: str) -> str:
    return f"{FOLDER}/{key[:3]}"


def file_name(key: str, width: int, extension: str) -> str:
    """Where a copy lies in the store."""
    return f"{folder(key)}/{key}-{width}.{extension}"


def file_names(key: str) -> list[str]:
    return [file_name(key, width, extension) for width in widths(key) for extension in FORMATS]


@lru_cache(maxsize=20_000)
def addresses(pk: int, key: str) -> Addresses:
    """Worked out once: a wall asks for a hundred. The pk is that of what is shown: should the copy be lost, it leads to
    the drawing."""
    known = widths(key)
    stem = reverse("catalog:stored_picture", args=[pk, key, 1, "avif"]).removesuffix("1.avif")
    srcset = ",".join(f"{stem}{width}.avif {width}w" for width in known)
    return Addresses(srcset, f"{stem}{known[len(known) // 2]}.webp")
