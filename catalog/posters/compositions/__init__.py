"""Each composition lays a picture on the sheet and says where the title may stand, unless it has set it itself."""

from dataclasses import dataclass

from catalog.posters.compositions.circles import contour, iris, slices
from catalog.posters.compositions.figures import blinds, stairs
from catalog.posters.compositions.land import horizon, rays
from catalog.posters.compositions.letters import broadside, diagonal, overprint
from catalog.posters.compositions.paper import cutout, frames, tiles
from catalog.posters.sheet import Draw

COMPOSITIONS: dict[str, Draw] = {
    "blinds": blinds,
    "broadside": broadside,
    "contour": contour,
    "cutout": cutout,
    "diagonal": diagonal,
    "frames": frames,
    "horizon": horizon,
    "iris": iris,
    "overprint": overprint,
    "rays": rays,
    "slices": slices,
    "stairs": stairs,
    "tiles": tiles,
}

WITHOUT_LETTERING = {"broadside": "rays", "diagonal": "horizon", "overprint": "stairs"}
"""What stands in for a composition that lives on its letters."""


@dataclass(frozen=True, slots=True)
class Hang:
    """How deep a picture hangs below its title, and how high that may be."""

    drop: int = 196
    room: int = 126


HANGING = dict.fromkeys(("blinds", "contour", "cutout", "iris", "overprint", "slices", "stairs", "tiles"), Hang()) | {
    "frames": Hang(drop=164, room=114)
}
"""These may hang below their title. A strip of frames is taller than the others and would lose its last row."""
