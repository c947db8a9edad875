import hashlib
import math
import re
from xml.etree import ElementTree

import pytest

from catalog.posters import portrait, poster, still
from catalog.posters.compositions import COMPOSITIONS, HANGING, WITHOUT_LETTERING
from catalog.posters.emblems import EMBLEMS
from catalog.posters.glyphs import faces
from catalog.posters.inks import INKS, contrast
from catalog.posters.lettering import RAGGED_PIECES, breaks, ragged, small_print
from catalog.posters.moods import MOODS, PLAIN, mood_for
from catalog.posters.portraits import initials
from catalog.posters.wording import letterable, shortened, tidy

TITLES = [
    "M",
    "It",
    "Quiet",
    "Où est Élise ?",
    "“Crocodile” Dundee",
    "The Grand Budapest Hotel",
    "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
    "Supercalifragilisticexpialidocious",
    "W" * 300,
    "word " * 60,
    "A B C D E F G H I J K L M N O P",
    "?!",
]
ODD_NAMES = [
    "", "  \t\n ", "...", "☆☆☆", "👩‍👩‍👧", "Amélie ☆", "Сталкер", "七人の侍", "العربية", "עברית", "a\x00b\x1bc\x85d",
    "x\ud800y", "\udfff", "\ufffe\uffff", "<&>\"' ]]>", "</title><script>alert(1)</script>", "W" * 300, "word " * 60,
]  # fmt: skip
GENRES = [
    "drama", "comedy", "crime", "mystery", "thriller", "horror", "science-fiction", "fantasy", "adventure",
    "action", "romance", "family", "children", "animation", "anime", "documentary", "western", "war", "history",
    "music", "sports", "food", "travel", "nature", "medical", "legal", "espionage", "supernatural", "reality",
    "game-show", "talk-show", "news", "diy", "adult",
]  # fmt: skip


def film(name, *genres, year=1950, credit=""):
    return poster(name, year=year, kind="movie", genres=genres, credit=credit)


def parsed(svg):
    return ElementTree.fromstring(svg)  # noqa: S314


def titles_in(svg, element=None, transforms=()):
    """Every lettered title as the points of its outline, in units of the view box."""
    element = parsed(svg) if element is None else element
    transforms = (*transforms, *re.findall(r"(rotate|translate)\(([^)]*)\)", element.get("transform", "")))
    if element.get("data-part") == "title":
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", element.get("d"))]
        yield [moved(point, transforms) for point in zip(numbers[::2], numbers[1::2], strict=True)]
    for child in element:
        yield from titles_in(svg, child, transforms)


def moved(point, transforms):
    x, y = point
    for kind, numbers in reversed(transforms):
        if kind == "translate":
            dx, dy = map(float, numbers.split())
            x, y = x + dx, y + dy
        else:
            degrees, cx, cy = map(float, numbers.split())
            sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
            x, y = cx + (x - cx) * cosine - (y - cy) * sine, cy + (x - cx) * sine + (y - cy) * cosine
    return x, y


@pytest.mark.parametrize(
    ("svg", "digest"),
    [
        (film("Metropolis", "science-fiction", year=1927, credit="Fritz Lang"), "cfe26e6a21ab77cc"),
        (film("High Noon", "western", year=1952), "3ede0639396485dc"),
        (still("Planet Earth", "Ice Worlds", genres=["nature"]), "d92cca1aa7f9dbc9"),
        (portrait("Agnès Varda"), "12c82ebf54ad9c7e"),
    ],
)
def test_the_same_words_give_the_same_picture_for_ever(svg, digest):
    assert hashlib.sha256(svg.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_gives_well_formed_svg_that_a_strict_policy_allows(name):
    for svg in (film(name, "horror", credit=name), still(name, name, genres=["news"]), portrait(name)):
        for element in parsed(svg).iter():
            tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
            assert tag in {"svg", "title", "defs", "clipPath", "g", "use", "path", "rect", "circle", "ellipse"}
            assert not [key for key in element.attrib if key == "style" or key.startswith("on")]
            assert element.get("href", "#").startswith("#")


def test_pictures_in_one_page_share_no_ids_and_find_their_own():
    pictures = [film("Twins", genre, year=year) for genre in GENRES for year in (None, 1950)]
    pictures += [still("Twins", name, genres=[genre]) for genre in GENRES for name in ("", "Twins")]
    pictures += [portrait(f"Twin {number}") for number in range(50)]
    ids = [name for svg in pictures for name in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))
    for svg in pictures:
        assert set(re.findall(r'#(p[\w-]+)[")]', svg)) <= set(re.findall(r'\bid="([^"]+)"', svg))


@pytest.mark.parametrize("name", TITLES)
def test_a_title_never_runs_off_the_sheet(name):
    for number, genre in enumerate(MOODS):
        (points,) = titles_in(film(name, genre, year=1950 + number))
        assert min(x for x, _ in points) >= 10
        assert max(x for x, _ in points) <= 390
        assert min(y for _, y in points) >= 38
        assert max(y for _, y in points) <= 568


def test_a_title_in_lines_keeps_all_its_words():
    name = "Birds of Prey (and the Fantabulous Emancipation of One Harley Quinn)"
    assert " ".join(ragged(name, faces()["plain"], 344, 120).lines) == name


@pytest.mark.parametrize("text", ["word " * 60, "W" * 300, "A B C D E F G H I J K L M N O P"])
def test_the_ways_to_break_a_title_stay_countable(text):
    assert len(list(breaks(shortened(text.strip()), RAGGED_PIECES))) <= 163


@pytest.mark.parametrize("name", ["Сталкер", "七人の侍", "العربية", "עברית", "π", "Ёлки 2", "☆☆☆", "", " "])
def test_a_name_the_faces_cannot_spell_gets_a_picture_without_lettering(name):
    for genre in MOODS:
        svg = film(name, genre)
        assert not list(titles_in(svg))
        assert len(list(parsed(svg).iter())) >= 7


@pytest.mark.parametrize(
    ("name", "lettered"),
    [
        ("Amélie ☆", "Amélie"),
        ("Tetsuo 鉄男", "Tetsuo"),
        ("Pokémon 名探偵ピカチュウ", ""),
        ("8½", "8 1/2"),
        ("Alien³", "Alien3"),
        ("WALL•E", "WALL·E"),
        ('"Crocodile" Dundee', "“Crocodile” Dundee"),
        ("Wait…", "Wait..."),
        ("¡Three Amigos!", "Three Amigos!"),
        ("Mùa hè chiều thẳng đứng", "Mùa hè chiêu thăng đung"),
        ("Ｍ Ⅱ", "M II"),
        ("Ame\u0301lie", "Amélie"),
    ],
)
def test_what_cannot_be_drawn_is_spelt_out_or_dropped(name, lettered):
    assert letterable(tidy(name)) == lettered


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Birds of Prey (and the Fantabulous Emancipation of One Harley Quinn)", None),
        ("Borat: Cultural Learnings of America for Make Benefit Glorious Nation of Kazakhstan", "Borat"),
        ("word " * 20, "word word word word word word word word word word word word word..."),
        ("x" * 80, "x" * 69 + "..."),
    ],
)
def test_only_a_very_long_title_is_shortened(name, short):
    assert shortened(name.strip()) == (short or name)


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_of_the_catalogue_has_a_mood(genre):
    assert mood_for(["unheard-of", genre]) is not PLAIN


def test_a_title_without_a_known_genre_is_drawn_all_the_same():
    assert mood_for(["unheard-of"]) is mood_for([]) is PLAIN
    assert list(titles_in(film("Untitled")))


@pytest.mark.parametrize("mood", [PLAIN, *MOODS.values()])
def test_a_mood_names_only_what_exists(mood):
    assert INKS.keys() >= set(mood.inks)
    assert EMBLEMS.keys() >= set(mood.emblems)
    assert COMPOSITIONS.keys() >= {*mood.compositions, *HANGING, *WITHOUT_LETTERING.values()}


@pytest.mark.parametrize("inks", INKS.values(), ids=INKS)
def test_lettering_reads_on_its_sheet(inks):
    assert contrast(inks.ink, inks.paper) >= 4.5


def test_the_facts_on_a_poster_read_on_whatever_lies_behind_them():
    for inks in INKS.values():
        assert contrast(inks.clearest_on(inks.second), inks.second) >= 4.5


def test_a_long_credit_stops_before_the_year():
    credit, year = re.findall(r'd="([^"]+)"', small_print("Somebody Else, " * 9, "1950", 28, 580, 344, "#000"))
    assert max(map(float, re.findall(r"[ML](\S+)", credit))) < min(map(float, re.findall(r"[ML](\S+)", year)))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Agnès Varda", "AV"),
        ("Madonna", "M"),
        ("Robert Downey Jr.", "RD"),
        ("J. R. R. Tolkien", "JT"),
        ("50 Cent", "C"),
        ("Élodie Bouchez", "ÉB"),
        ("Андрей Тарковский", ""),
        ("黒澤明", ""),
        ("...", ""),
        ("", ""),
    ],
)
def test_a_portrait_shows_the_initials_it_can_draw(name, letters):
    assert initials(name) == letters
