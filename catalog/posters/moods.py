"""What kind of picture a genre asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Land = Literal["any", "roofs", "spires", "peaks"]


@dataclass(frozen=True, slots=True)
class Mood:
    """Names in INKS, COMPOSITIONS and EMBLEMS, any of which suits; `land` is what stands on a horizon.

    The order is part of the picture: a mood that is edited draws its titles anew.
    """

    inks: tuple[str, ...]
    compositions: tuple[str, ...]
    emblems: tuple[str, ...]
    land: Land = "any"


PLAIN = Mood(
    ("newsprint", "midnight", "amber", "slate"), ("overprint", "iris", "tiles", "broadside"), ("star", "eye", "sun")
)

MOODS = {
    "action": Mood(
        ("amber", "newsprint", "cobalt", "ochre"),
        ("diagonal", "rays", "slices", "broadside"),
        ("bolt", "arrow", "star"),
        "roofs",
    ),
    "adventure": Mood(
        ("bottle", "ochre", "sky", "teal", "cobalt"),
        ("horizon", "rays", "diagonal", "broadside"),
        ("arrow", "crown", "sun"),
        "peaks",
    ),
    "animation": Mood(
        ("mint", "sky", "amber", "teal"), ("tiles", "horizon", "frames", "cutout"), ("sun", "star", "bow")
    ),
    "comedy": Mood(
        ("amber", "coral", "mint", "sky", "rose"),
        ("frames", "cutout", "broadside", "tiles", "diagonal", "rays"),
        ("bowler", "bow", "star"),
    ),
    "crime": Mood(
        ("pitch", "newsprint", "slate", "amber", "oxblood"),
        ("slices", "blinds", "cutout", "overprint", "stairs"),
        ("keyhole", "eye", "bowler"),
        "roofs",
    ),
    "diy": Mood(
        ("ochre", "newsprint", "mint", "sky"),
        ("tiles", "cutout", "frames", "diagonal", "broadside"),
        ("hammer", "house", "star"),
    ),
    "documentary": Mood(
        ("bone", "slate", "newsprint", "sky"), ("tiles", "contour", "frames", "overprint"), ("eye", "sun")
    ),
    "drama": Mood(
        ("newsprint", "slate", "bone", "midnight", "oxblood"),
        ("stairs", "overprint", "horizon", "blinds"),
        ("moon", "hand", "heart"),
        "roofs",
    ),
    "espionage": Mood(
        ("pitch", "midnight", "slate", "teal", "sulphur"),
        ("blinds", "slices", "cutout", "stairs", "iris"),
        ("mask", "keyhole", "eye"),
        "roofs",
    ),
    "family": Mood(("sky", "mint", "amber", "coral"), ("tiles", "frames", "cutout", "horizon"), ("sun", "bow", "star")),
    "fantasy": Mood(
        ("teal", "midnight", "mint", "oxblood"), ("horizon", "contour", "rays", "cutout"), ("crown", "moon", "star")
    ),
    "food": Mood(
        ("coral", "mint", "amber", "newsprint", "sulphur"), ("tiles", "cutout", "frames", "broadside"), ("pear", "cup")
    ),
    "game-show": Mood(
        ("amber", "cobalt", "coral", "sulphur", "teal"),
        ("rays", "tiles", "broadside", "frames", "diagonal"),
        ("wheel", "die", "star"),
    ),
    "history": Mood(
        ("bone", "ochre", "oxblood", "bottle"),
        ("stairs", "broadside", "cutout", "horizon", "frames"),
        ("column", "crown", "hourglass"),
        "roofs",
    ),
    "horror": Mood(
        ("bottle", "oxblood", "sulphur", "pitch", "bone"),
        ("horizon", "slices", "iris", "cutout", "frames", "contour"),
        ("eye", "moon", "coffin", "hand"),
        "peaks",
    ),
    "legal": Mood(
        ("bone", "slate", "bottle", "newsprint"), ("stairs", "cutout", "broadside", "iris"), ("scales", "column")
    ),
    "medical": Mood(
        ("mint", "sky", "teal", "newsprint"),
        ("contour", "overprint", "cutout", "tiles", "iris"),
        ("cross", "pulse", "heart"),
    ),
    "music": Mood(
        ("cobalt", "coral", "pitch", "sulphur", "rose"),
        ("iris", "contour", "overprint", "slices", "tiles"),
        ("note", "record"),
    ),
    "mystery": Mood(
        ("teal", "bottle", "bone", "midnight", "ochre"),
        ("contour", "blinds", "stairs", "cutout", "iris"),
        ("keyhole", "eye", "pipe"),
        "roofs",
    ),
    "nature": Mood(
        ("bottle", "mint", "sky", "bone"),
        ("contour", "horizon", "tiles", "cutout", "iris"),
        ("leaf", "bird", "fir"),
        "peaks",
    ),
    "news": Mood(
        ("newsprint", "bone", "cobalt", "coral"),
        ("broadside", "overprint", "tiles", "iris", "cutout"),
        ("microphone", "bubble"),
        "roofs",
    ),
    "romance": Mood(
        ("rose", "coral", "newsprint", "oxblood"), ("overprint", "cutout", "iris", "frames"), ("heart", "moon")
    ),
    "science-fiction": Mood(
        ("midnight", "cobalt", "teal", "newsprint", "slate"),
        ("horizon", "iris", "overprint", "contour", "tiles", "diagonal"),
        ("saturn", "rocket", "eye"),
        "spires",
    ),
    "sports": Mood(
        ("cobalt", "amber", "mint", "newsprint"),
        ("diagonal", "rays", "broadside", "slices", "frames"),
        ("trophy", "ball", "bolt"),
    ),
    "supernatural": Mood(
        ("midnight", "bottle", "oxblood", "pitch", "teal"),
        ("contour", "horizon", "iris", "cutout", "frames"),
        ("candle", "moon", "ghost"),
        "peaks",
    ),
    "thriller": Mood(
        ("newsprint", "pitch", "coral", "cobalt"),
        ("slices", "diagonal", "contour", "stairs"),
        ("eye", "arrow", "keyhole"),
        "roofs",
    ),
    "travel": Mood(
        ("sky", "teal", "ochre", "cobalt", "coral"),
        ("horizon", "rays", "frames", "cutout", "diagonal"),
        ("compass", "kite", "sun"),
    ),
    "war": Mood(
        ("bone", "slate", "oxblood", "ochre", "pitch"),
        ("horizon", "slices", "diagonal", "stairs", "broadside"),
        ("helmet", "medal", "star"),
        "roofs",
    ),
    "western": Mood(("ochre", "coral", "oxblood"), ("horizon", "broadside", "rays"), ("sun", "star"), "peaks"),
}

SAME_MOOD = {
    "adult": "romance",
    "anime": "animation",
    "biography": "history",
    "children": "family",
    "film-noir": "crime",
    "musical": "music",
    "reality": "game-show",
    "sci-fi": "science-fiction",
    "soap": "drama",
    "sport": "sports",
    "talk-show": "news",
    "variety": "game-show",
}


def mood_for(genres: Iterable[str]) -> Mood:
    """The mood of the first genre that has one; genres are slugs or plain English names."""
    for genre in genres:
        slug = genre.strip().lower().replace(" ", "-")
        slug = SAME_MOOD.get(slug, slug)
        if slug in MOODS:
            return MOODS[slug]
    return PLAIN
