"""Titles that are one and the same become one row, and part again where that was wrong.

Nothing is ever deleted: a merged title and its doubled episodes stay as husks that lead to what they became.
"""

from .merges import MergeError, merge
from .movers import Joining, Move, Mover, Parting, Stay, present_episode, register, registered
from .parting import refuse, undo
from .splitting import Split, split

__all__ = [
    "Joining",
    "MergeError",
    "Move",
    "Mover",
    "Parting",
    "Split",
    "Stay",
    "merge",
    "present_episode",
    "refuse",
    "register",
    "registered",
    "split",
    "undo",
]
