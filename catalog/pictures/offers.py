"""What sources offer: kept as rows, fetched when somebody looks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from .ranking import THINGS, worse_than

# One statement for each kind of thing; equal rows stay. What replaces a picture that is shown is wanted at once: nobody
# would look at the drawing, which is what asks for the others.
_OFFER = """
INSERT INTO catalog_picture AS kept ({thing}_id, source, url, state, key, error, error_count)
SELECT given.id, %(source)s, given.url, CASE WHEN shown.is_worse THEN 'wanted' ELSE 'offered' END, '', '', 0
FROM unnest(%(ids)s::bigint[], %(urls)s::text[]) AS given (id, url)
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM catalog_picture other
        WHERE other.{thing}_id = given.id AND other.key <> '' AND other.source = ANY(%(worse)s)) AS is_worse
) AS shown
ON CONFLICT ({thing}_id, source) WHERE {thing}_id IS NOT NULL DO UPDATE SET
    url = excluded.url, error = '', error_count = 0, next_try_at = NULL,
    state = CASE WHEN kept.key = '' THEN excluded.state ELSE 'wanted' END
WHERE kept.url <> excluded.url
RETURNING {thing}_id
"""


def offer(
    source: str,
    *,
    titles: Mapping[int, str] | None = None,
    episodes: Mapping[int, str] | None = None,
    people: Mapping[int, str] | None = None,
    at: datetime,
) -> None:
    """Keep the addresses of pictures by the pk of what they show; an empty address leaves what is there."""
    for thing, told in (("title", titles), ("episode", episodes), ("person", people)):
        given = {pk: url for pk, url in sorted((told or {}).items()) if url}
        if given:
            _draw_anew(thing, _keep(source, thing, given), at=at)


def _keep(source: str, thing: str, given: Mapping[int, str]) -> list[int]:
    """The pks of those whose address is new."""
    parameters: dict[str, Any] = {"source": source, "worse": worse_than(source)}
    parameters |= {"ids": list(given), "urls": list(given.values())}
    with connection.cursor() as cursor:
        cursor.execute(_OFFER.format(thing=thing), parameters)
        return [pk for (pk,) in cursor.fetchall()]


def _draw_anew(thing: str, pks: list[int], *, at: datetime) -> None:
    """Give the drawings another address: browsers keep them for a year, and looking at one asks for the picture."""
    drawn = THINGS[thing]._default_manager.filter(pk__in=pks, picture="").exclude(updated_at=at)
    drawn.update(updated_at=at)
