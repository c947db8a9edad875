"""Sessions in Redis, which do not end because Redis cannot be reached for a moment."""

from typing import Any

from django.contrib.sessions.backends import cache
from django.core.cache import cache as store


class SessionStore(cache.SessionStore):
    def load(self) -> dict[str, Any]:
        """Let an unreachable Redis raise. Django takes it for an ended session, and so signs out whoever calls."""
        data: dict[str, Any] | None = store.get(self.cache_key)
        if data is None:
            self._session_key = None
        return data or {}
