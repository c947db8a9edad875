from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class ExactEncoder(DjangoJSONEncoder):
    """Keeps the microseconds that Django's own encoder drops: an undo must bring back the very same row."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)
