"""What sources offer: kept as rows, fetched when somebody looks."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

# One statement for each kind of thing. A new address is fetched anew if the old picture was; equal rows stay.
_OFFER = """
INSERT INTO catalog_picture AS kept ({target}, source, url, state, key, error, error_count)
SELECT given.id, %(source)s, given.url, 'offered', '', '', 0
FROM unnest(%(ids)s::bigint[], %(urls)s::text[]) AS given (id, url)
ON CONFLICT ({target}, source) WHERE {target} IS NOT NULL DO UPDATE SET
    url = excluded.url, error = '', error_count = 0, next_try_at = NULL,
    state = CASE WHEN kept.state = 'offered' THEN 'offered' ELSE 'wanted' END
WHERE kept.url <> excluded.url
"""


def offer(
    source: str,
    *,
    titles: Mapping[int, str] | None = None,
    episodes: Mapping[int, str] | None = None,
    people: Mapping[int, str] | None = None,
) -> None:
    """Keep the addresses of pictures by the pk of what they show; an empty address leaves what is there."""
    for target, told in (("title_id", titles), ("episode_id", episodes), ("person_id", people)):
        given = {pk: url for pk, url in (told or {}).items() if url}
        if given:
            with connection.cursor() as cursor:
                parameters: dict[str, Any] = {"source": source, "ids": list(given), "urls": list(given.values())}
                cursor.execute(_OFFER.format(target=target), parameters)
