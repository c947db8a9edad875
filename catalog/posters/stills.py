"""Stills: a frame of an episode that has no picture."""

from collections.abc import Sequence

from catalog.posters.compositions import COMPOSITIONS, WITHOUT_LETTERING
from catalog.posters.dice import Dice
from catalog.posters.inks import INKS
from catalog.posters.moods import Mood, mood_for
from catalog.posters.shapes import rect
from catalog.posters.sheet import Sheet, key_for
from catalog.posters.wording import tidy

WIDTH, HEIGHT = 640, 360
ANYWHERE = ("horizon", "iris", "contour", "rays", "frames", "tiles")


def still(title: str, name: str, *, genres: Sequence[str]) -> str:
    """A still of 640 x 360 as SVG, without lettering; one ink set per title, so a season looks like one film."""
    title, name = tidy(title), tidy(name)
    dice, mood = Dice("still", title, name), mood_for(genres)
    composition = dice.pick(_frames(mood))
    inks = INKS[Dice("ink", title).pick(mood.inks)]
    sheet = Sheet(WIDTH, HEIGHT, dice, inks, mood, key_for("still", title, name, *genres))
    sheet.add(rect(0, 0, WIDTH, HEIGHT, inks.paper))
    COMPOSITIONS[composition](sheet)
    return sheet.svg(name)


def _frames(mood: Mood) -> list[str]:
    """The compositions of the mood that need no lettering, and those that suit every mood: a season should vary."""
    own = [each for each in mood.compositions if each not in WITHOUT_LETTERING]
    return list(dict.fromkeys([*own, *ANYWHERE]))
