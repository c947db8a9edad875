"""What a profile watched, what it thinks of it, and the journal that makes every change undoable; import from here."""

from .changes import LogChange
from .histories import ImportRow, ImportWork, LogImport
from .library import LibraryEntry
from .lists import List, ListItem
from .opinions import Note, Rating
from .players import Play, Player, Position
from .reviews import YearPicture
from .services import ProfileService
from .taste import AlsoWatched, Dismissal, Recommendation
from .watches import Watch

__all__ = [
    "AlsoWatched",
    "Dismissal",
    "ImportRow",
    "ImportWork",
    "LibraryEntry",
    "List",
    "ListItem",
    "LogChange",
    "LogImport",
    "Note",
    "Play",
    "Player",
    "Position",
    "ProfileService",
    "Rating",
    "Recommendation",
    "Watch",
    "YearPicture",
]
