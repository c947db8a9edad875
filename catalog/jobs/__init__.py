"""Jobs of the catalogue: thin, safe to run twice. What talks to another server happens here and in commands only."""

from .collections import compute_collections
from .genres import remap_genres
from .growth import count_catalogue
from .imports import clean_import_runs, enqueue_import, import_index, start_pipeline
from .matching import hint_refresh, match_new, match_titles
from .people import refresh_person, refresh_stale_people, request_person
from .pictures import clean_pictures, fetch_due_pictures, fetch_picture, mend_pictures, report_lost, request_picture
from .search import hint_search, request_search, search_source, sweep_search, update_search
from .titles import refresh_stale, refresh_title, request_refresh
from .updates import follow_tmdb, follow_tvdb, follow_tvmaze, refresh_all_stale

__all__ = [
    "clean_import_runs",
    "clean_pictures",
    "compute_collections",
    "count_catalogue",
    "enqueue_import",
    "fetch_due_pictures",
    "fetch_picture",
    "follow_tmdb",
    "follow_tvdb",
    "follow_tvmaze",
    "hint_refresh",
    "hint_search",
    "import_index",
    "match_new",
    "match_titles",
    "mend_pictures",
    "refresh_all_stale",
    "refresh_person",
    "refresh_stale",
    "refresh_stale_people",
    "refresh_title",
    "remap_genres",
    "report_lost",
    "request_person",
    "request_picture",
    "request_refresh",
    "request_search",
    "search_source",
    "start_pipeline",
    "sweep_search",
    "update_search",
]
