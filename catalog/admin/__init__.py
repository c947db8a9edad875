"""Staff's view of the catalogue."""

from . import people, runs, shelves, sources, titles

__all__ = ["people", "runs", "shelves", "sources", "titles"]
