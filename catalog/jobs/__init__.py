"""Jobs of the catalogue: thin, safe to run twice. What talks to another server happens here and in commands only."""

from .imports import clean_import_runs, import_index
from .people import refresh_person, refresh_stale_people, request_person
from .search import hint_search, sweep_search, update_search
from .titles import refresh_stale, refresh_title, request_refresh

__all__ = [
    "clean_import_runs",
    "hint_search",
    "import_index",
    "refresh_person",
    "refresh_stale",
    "refresh_stale_people",
    "refresh_title",
    "request_person",
    "request_refresh",
    "sweep_search",
    "update_search",
]
