"""From the bytes of somebody's server to the copies that pages show.

The file is judged by its content alone, its size by its header, before any of it is decoded. Copies hold pixels and
nothing else: no place, no camera, no colour profile, no comment of the original.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from catalog import picture_keys

READ = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MOST_PIXELS = 30_000_000
SHORTEST_SIDE = 40
LONGEST_SHAPE = 4
"""How much longer than the other a side may be."""

PAPER = (255, 255, 255)
"""What shows through where a picture is transparent."""

SAVED_AS = {"avif": {"quality": 60, "speed": 9}, "webp": {"quality": 80, "method": 0}}
"""Measured: a tenth of a second for a poster; slower ways of saving take four times that for a tenth fewer bytes."""

# Also for frames inside a file that claim to be larger than its header says: Pillow refuses them at twice this.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class RefusedError(Exception):
    """This will never be a picture of ours; the message says why."""


class UnreadableError(Exception):
    """It is not a picture now; another try may find one."""


@dataclass(frozen=True)
class Copies:
    """`width` and `height` are those of the original; `files` its copies by their names in the store."""

    key: str
    width: int
    height: int
    files: dict[str, bytes]


def make(thing: str, original: bytes) -> Copies:
    """Raises RefusedError or UnreadableError."""
    try:
        opened = Image.open(BytesIO(original), formats=READ)
        _check(*opened.size)
        width, height = opened.size
        picture = _plain(opened)
    except (RefusedError, UnreadableError):
        raise
    except Image.DecompressionBombError as error:
        raise RefusedError(f"It is too large: {error}") from error
    except UnidentifiedImageError as error:
        raise _stranger(original) from error
    except Exception as error:  # what the readers of Pillow raise at damaged files is not written down anywhere
        raise UnreadableError(f"It is damaged: {error}") from error
    key = picture_keys.make(thing, original, picture.width)
    return Copies(key, width, height, dict(_files(key, picture)))


def _check(width: int, height: int) -> None:
    size = f"{width} × {height} pixels"
    if width * height > MOST_PIXELS:
        raise RefusedError(f"It is too large: {size}.")
    if min(width, height) < SHORTEST_SIDE:
        raise RefusedError(f"It is too small: {size}.")
    if max(width, height) > LONGEST_SHAPE * min(width, height):
        raise RefusedError(f"It is too narrow: {size}.")


def _stranger(original: bytes) -> Exception:
    if original.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower().startswith((b"<?xml", b"<svg")):
        return RefusedError("It is an SVG, which may carry scripts.")
    return UnreadableError("It is not a JPEG, PNG, WebP, GIF or AVIF file.")


def _plain(opened: Image.Image) -> Image.Image:
    """The first frame, upright, opaque, and free of everything but its pixels."""
    enough = max(widths[-1] for widths in picture_keys.WIDTHS.values())
    opened.draft("RGB", (enough, enough))  # a large JPEG is decoded at a half, a quarter or an eighth
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    if upright.has_transparency_data:
        glass = upright.convert("RGBA")
        upright = Image.new("RGB", glass.size, PAPER)
        upright.paste(glass, mask=glass.getchannel("A"))
    plain = upright.convert("RGB")
    plain.info = {}
    return plain


def _files(key: str, picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    for width in picture_keys.widths(key):
        size = (width, max(1, round(picture.height * width / picture.width)))
        copy = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        for extension in picture_keys.FORMATS:
            file = BytesIO()
            copy.save(file, extension.upper(), **SAVED_AS[extension])
            yield picture_keys.file_name(key, width, extension), file.getvalue()
