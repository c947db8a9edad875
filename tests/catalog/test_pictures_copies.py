"""From an original, whatever it is, to the copies that pages show. No database, no network."""

import pytest
from PIL import Image, ImageCms

from catalog import picture_keys
from catalog.pictures import copies

from .picture_shapes import BLUE, GREEN, RED, blank_png, encoded, opened, picture


def sizes(made, extension):
    return [opened(content).size for name, content in made.files.items() if name.endswith(extension)]


def is_near(pixel, colour, most=12):
    return all(abs(one - other) <= most for one, other in zip(pixel, colour, strict=True))


def corner(made):
    """The colour in the upper left of the largest copy."""
    return opened(list(made.files.values())[-1]).getpixel((5, 5))


# -- copies


def test_copies_have_the_widths_of_pages_in_both_formats():
    made = copies.make("title", picture(1000, 1500))
    assert (made.width, made.height) == (1000, 1500)
    assert sizes(made, ".avif") == sizes(made, ".webp") == [(180, 270), (360, 540), (720, 1080)]
    assert {opened(content).format for content in made.files.values()} == {"AVIF", "WEBP"}


@pytest.mark.parametrize(
    ("thing", "width", "expected"),
    [
        ("title", 150, [150]),
        ("title", 210, [180, 210]),
        ("title", 680, [180, 360, 680]),
        ("title", 720, [180, 360, 720]),
        ("episode", 250, [250]),
        ("episode", 1920, [360, 720, 1280]),
        ("person", 540, [180, 360, 540]),
        ("person", 4000, [180, 360, 540]),
    ],
)
def test_no_copy_is_larger_than_the_original(thing, width, expected):
    made = copies.make(thing, picture(width, width * 3 // 4))
    assert [size[0] for size in sizes(made, ".avif")] == expected == list(picture_keys.widths(made.key))


def test_the_key_names_every_file():
    made = copies.make("episode", picture(1280, 720))
    assert list(made.files) == picture_keys.file_names(made.key)
    assert len(made.key) <= 64


def test_the_same_picture_has_the_same_key_and_files_for_ever():
    original = picture(60, 90)
    assert copies.make("title", original) == copies.make("title", original)


def test_another_picture_or_another_use_has_another_key():
    red, green = picture(60, 90), picture(60, 90, colour=GREEN)
    keys = {copies.make(thing, original).key for thing in ("title", "person") for original in (red, green)}
    assert len(keys) == 4


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_known_format_is_read(format):  # noqa: A002
    assert is_near(corner(copies.make("title", picture(300, 450, format))), RED)


@pytest.mark.parametrize(
    ("format", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("GIF", "P")]
)
def test_every_kind_of_colour_is_read(format, mode):  # noqa: A002
    made = copies.make("title", picture(300, 450, format, mode=mode))
    assert {opened(content).mode for content in made.files.values()} == {"RGB"}


def test_of_something_that_moves_the_first_frame_is_kept():
    frames = [Image.new("RGB", (200, 300), colour) for colour in (GREEN, RED, BLUE)]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    made = copies.make("title", moving)
    assert is_near(corner(made), GREEN)
    assert {getattr(opened(content), "n_frames", 1) for content in made.files.values()} == {1}


def test_what_is_transparent_lies_on_paper():
    glass = encoded(Image.new("RGBA", (200, 300), (0, 0, 0, 0)), "PNG")
    assert is_near(corner(copies.make("title", glass)), copies.PAPER)


def test_a_picture_lying_on_its_side_is_put_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the upper edge is at the right
    made = copies.make("title", picture(450, 300, exif=exif))
    assert sizes(made, ".avif")[-1] == (300, 450)


def test_a_copy_tells_nothing_but_its_pixels():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told = picture(300, 450, exif=exif, icc_profile=profile, comment=b"secret place", xmp=b"<x>secret place</x>")
    assert b"secret place" in told
    for content in copies.make("title", told).files.values():
        assert b"secret place" not in content
        assert not {"exif", "icc_profile", "xmp", "comment"} & opened(content).info.keys()


# -- what is refused for good


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("original", "reason"),
    [
        pytest.param(blank_png(6000, 6000), "too large", id="36 million pixels"),
        pytest.param(blank_png(65_000, 65_000, rows=1), "too large", id="four billion pixels"),
        pytest.param(blank_png(39, 300), "too small", id="narrow as a hair"),
        pytest.param(blank_png(1, 1), "too small", id="one pixel, to count who looks"),
        pytest.param(blank_png(100, 401), "too narrow", id="a ribbon"),
        pytest.param(blank_png(2001, 500), "too narrow", id="a banner"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "scripts", id="svg"),
        pytest.param(b'\xef\xbb\xbf\n<?xml version="1.0"?><svg/>', "scripts", id="svg with a prologue"),
    ],
)
def test_what_can_never_be_a_picture_is_refused(original, reason):
    with pytest.raises(copies.RefusedError, match=reason):
        copies.make("title", original)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_before_any_of_it_is_unpacked(monkeypatch):
    def unpack(*_arguments):
        pytest.fail("It was decoded.")

    monkeypatch.setattr(Image.Image, "load", unpack)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpack)
    with pytest.raises(copies.RefusedError, match="6000 × 6000 pixels"):
        copies.make("title", blank_png(6000, 6000))


def test_a_frame_larger_than_its_own_header_says_is_no_way_around():
    small = bytearray(encoded(Image.new("P", (100, 100)), "GIF"))
    place = small.index(b",") + 5  # width and height of the first frame
    small[place : place + 4] = b"\xff\xff\xff\xff"
    with pytest.raises((copies.RefusedError, copies.UnreadableError)):
        copies.make("title", bytes(small))


# -- what another try may find whole


@pytest.mark.parametrize(
    "original",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<!doctype html><title>Back in a minute</title><svg></svg>", id="a page"),
        pytest.param(b'{"error": 1}', id="json"),
        pytest.param(b"PK\x03\x04" + b"\0" * 100, id="an archive"),
        pytest.param(picture(60, 90, "BMP"), id="a bitmap"),
        pytest.param(picture(60, 90, "TIFF"), id="a TIFF"),
        pytest.param(picture(60, 90, "EPS"), id="an EPS, which other programs would be called for"),
        pytest.param(picture()[:5000], id="half a JPEG"),
        pytest.param(picture(format="PNG")[:200], id="half a PNG"),
        pytest.param(picture(format="WEBP")[:-20], id="a WebP without its end"),
        pytest.param(picture(format="AVIF")[:-20], id="an AVIF without its end"),
        pytest.param(picture(format="GIF")[:900], id="half a GIF"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\xff" * 5000, id="only the beginning of a JPEG"),
    ],
)
def test_what_is_not_whole_is_unreadable(original):
    with pytest.raises(copies.UnreadableError):
        copies.make("title", original)


def test_damaged_pictures_never_break_anything_else():
    """Every byte of a small picture changed, one after the other."""
    for format in ("PNG", "GIF", "JPEG", "WEBP"):  # noqa: A001
        whole = picture(48, 48, format)
        for place in range(0, len(whole), max(1, len(whole) // 60)):
            damaged = bytearray(whole)
            damaged[place] ^= 0xFF
            try:
                copies.make("person", bytes(damaged))
            except (copies.RefusedError, copies.UnreadableError):
                continue
