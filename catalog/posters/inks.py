"""The ink sets a picture is printed with."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours as #rrggbb: the sheet, its lettering (AA or better on the sheet), two spot colours and a third tone."""

    paper: str
    ink: str
    first: str
    second: str
    third: str

    def clearest_on(self, tone: str) -> str:
        """For small print on the tone: ink or paper where either is AA, else whatever reads best."""
        return max((self.ink, self.paper, self.first), key=lambda colour: min(contrast(colour, tone), 4.5))

    def sign_on(self, tone: str) -> str:
        """Paper, as if the sign were cut out of the tone; ink where the cut would hardly show."""
        return self.paper if contrast(self.paper, tone) > 1.9 else self.ink


@cache
def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


INKS = {
    "midnight": Inks("#141c2f", "#f3e9d2", "#f0a92e", "#3f5e8c", "#8fb0cf"),
    "newsprint": Inks("#efe5cf", "#1a2233", "#d9622b", "#1a2233", "#b9ad90"),
    "amber": Inks("#eda52a", "#191c28", "#191c28", "#f6e8c8", "#c26a1c"),
    "bottle": Inks("#12352f", "#efe6cc", "#d8b23c", "#2f6a58", "#9cc2a1"),
    "oxblood": Inks("#4a1520", "#f5e3cb", "#e79a72", "#8a2f35", "#1d0d14"),
    "sulphur": Inks("#d6cd4a", "#1b1d17", "#1b1d17", "#f4efd0", "#7d8a2c"),
    "cobalt": Inks("#1f3f94", "#f4ecd8", "#f3b13c", "#12265f", "#8fb5e6"),
    "coral": Inks("#ec8a6b", "#221a2a", "#f7e7cc", "#221a2a", "#b9472f"),
    "mint": Inks("#b4d3bd", "#17302c", "#e2612f", "#17302c", "#f3ecd4"),
    "sky": Inks("#a8cbdc", "#152338", "#f2e6c6", "#152338", "#d9742f"),
    "bone": Inks("#e9e1d1", "#141414", "#141414", "#8b8374", "#c5472c"),
    "pitch": Inks("#131312", "#eee6d6", "#eee6d6", "#47443d", "#c9a13b"),
    "teal": Inks("#0f5257", "#f5ead2", "#ef8354", "#0a3438", "#8fc1b5"),
    "rose": Inks("#eec3b4", "#33202a", "#a83a3c", "#33202a", "#f8ecdc"),
    "slate": Inks("#5b6b78", "#f6eedd", "#1c232c", "#a9b7bd", "#eec25a"),
    "ochre": Inks("#c98a2b", "#1d1a16", "#f5e8c9", "#1d1a16", "#7a4313"),
}
