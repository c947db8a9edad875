"""Finding by name: the journal of what changed, the entries made from it, and the answers to a query."""

from .found import Found, load
from .journal import apply_changes, note_changes, note_leaving, rebuild
from .marking import pieces
from .query import Hit, Match, find, find_episodes, tidy
from .sieve import Sieve

__all__ = [
    "Found",
    "Hit",
    "Match",
    "Sieve",
    "apply_changes",
    "find",
    "find_episodes",
    "load",
    "note_changes",
    "note_leaving",
    "pieces",
    "rebuild",
    "tidy",
]
