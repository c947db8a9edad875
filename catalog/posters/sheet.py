"""The sheet that a picture is printed on."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from catalog.posters.dice import Dice
from catalog.posters.glyphs import FaceName
from catalog.posters.inks import Inks
from catalog.posters.lettering import Align, Box
from catalog.posters.moods import Mood
from catalog.posters.shapes import rect


@dataclass(slots=True)
class Sheet:
    """One picture being drawn; `title` is what may be lettered, empty when the whole sheet is for the picture."""

    width: float
    height: float
    dice: Dice
    inks: Inks
    mood: Mood
    key: str
    title: str = ""
    parts: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)

    @property
    def margin(self) -> float:
        return self.width * 0.07

    @property
    def is_wide(self) -> bool:
        return self.width > self.height

    @property
    def is_open(self) -> bool:
        """No lettering: the picture may take the whole sheet."""
        return not self.title

    def add(self, *parts: str) -> None:
        self.parts.extend(parts)

    def cover(self, top: float) -> None:
        """Paper for the lettering, over whatever the picture spilt there."""
        if not self.is_open:
            self.add(rect(0, top, self.width, self.height, self.inks.paper))

    def clip(self, shape: str, inner: str) -> str:
        name = f"{self.key}-{len(self.definitions)}"
        self.definitions.append(f'<clipPath id="{name}">{shape}</clipPath>')
        return f'<g clip-path="url(#{name})">{inner}</g>'

    def define(self, inner: str) -> str:
        """The id under which the drawing can be used many times."""
        name = f"{self.key}-{len(self.definitions)}"
        self.definitions.append(f'<g id="{name}">{inner}</g>')
        return name

    def svg(self, name: str) -> str:
        defs = f"<defs>{''.join(self.definitions)}</defs>" if self.definitions else ""
        return document(self.width, self.height, name, defs + "".join(self.parts))


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a composition leaves room for the title, in which ink and in which faces."""

    box: Box
    ink: str
    faces: Sequence[FaceName]
    anchor: Literal["top", "foot", "slope"] = "foot"
    align: Align = "left"
    tilt: float = 0
    small_ink: str = ""
    """For the line of facts at the foot, where that does not lie on paper."""


Draw = Callable[[Sheet], Zone | None]


def foot_zone(sheet: Sheet, share: float, *faces: FaceName, align: Align = "left") -> Zone:
    """Above the line of facts, as high as a share of the sheet."""
    margin = sheet.margin
    box = Box(margin, sheet.height - margin * 1.9, sheet.width - 2 * margin, sheet.height * share)
    return Zone(box, sheet.inks.ink, faces, align=align)


def document(width: float, height: float, name: str, drawing: str) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    title = f"<title>{escape(name)}</title>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">{title}{drawing}</svg>'


def key_for(*seed: object) -> str:
    """A prefix for the ids in one picture, so that several can stand in one page."""
    return "p" + hashlib.sha256("\x1f".join(map(str, seed)).encode(errors="backslashreplace")).hexdigest()[:10]
