"""The rows of an import as they are judged: many at once, so without the weight of model instances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection

from tracking.models import ImportRow, LogImport

COLUMNS = (
    "pk",
    "kind",
    "key",
    "work__title_id",
    "is_of_part",
    "season_number",
    "episode_number",
    "episode_name",
    "episode_ids",
    "precision",
    "watched_at",
    "watched_on",
    "zone",
    "says",
    "verdict",
    "reason",
    "season_id",
    "episode_id",
    "is_chosen",
)

SAVE = """
update tracking_importrow r set verdict = s.verdict, reason = s.reason, episode_id = s.episode, season_id = s.season
from unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
    as s (id, verdict, reason, episode, season)
where r.id = s.id
"""

MARK_APPLIED = "update tracking_importrow set is_applied = true where id = any(%s)"


@dataclass(slots=True)
class Line:
    """A row whose work is a title of ours; the fields are those of `ImportRow`."""

    pk: int
    kind: str
    key: str
    title_id: int
    is_of_part: bool
    season_number: int | None
    episode_number: int | None
    episode_name: str
    episode_ids: dict[str, str]
    precision: str
    watched_at: datetime | None
    watched_on: date | None
    zone: str
    says: dict[str, Any]
    verdict: str
    reason: str
    season_id: int | None
    episode_id: int | None
    is_chosen: bool

    @property
    def outcome(self) -> tuple[str, str, int | None, int | None]:
        return self.verdict, self.reason, self.episode_id, self.season_id

    @property
    def given_at(self) -> datetime | None:
        """When an opinion was given, as far as the row says."""
        if self.watched_at or not self.watched_on:
            return self.watched_at
        return datetime.combine(self.watched_on, time.min, UTC)


def load(log_import: LogImport, titles: Sequence[int]) -> list[Line]:
    """Those of these titles (pks) that are not in the log yet, in the order of the file."""
    rows = ImportRow.objects.filter(log_import=log_import, work__title__in=titles, is_applied=False)
    ordered = rows.order_by("file", "line", "pk").values_list(*COLUMNS)
    return [Line(*row) for row in ordered]


def save(lines: Sequence[Line]) -> None:
    """What became of them."""
    if not lines:
        return
    columns = zip(*((each.pk, *each.outcome) for each in lines), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in columns])


def mark_applied(lines: Sequence[Line]) -> None:
    """They are in the log from now on."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_APPLIED, [[each.pk for each in lines]])
