"""What `manage.py check` says of the settings of the catalogue."""

from typing import Any

from django.conf import settings
from django.core import checks

from catalog.sources import tmdb


@checks.register
def sources_have_usable_keys(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """A key that cannot be used is as good as none, which is no mistake: then the source is not asked."""
    if not settings.TMDB_API_KEY or tmdb.is_configured():
        return []
    return [
        checks.Warning("TMDB_API_KEY is not a key of the kind that is needed.", hint=tmdb.ADVICE, id="catalog.W001")
    ]
