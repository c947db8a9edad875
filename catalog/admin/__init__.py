"""Staff's view of the catalogue."""

from . import matches, people, pictures, runs, shelves, sources, titles

__all__ = ["matches", "people", "pictures", "runs", "shelves", "sources", "titles"]
