"""Many new rows at once by COPY, in about a fifth of the time that `bulk_create` takes."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from psycopg import sql


def insert(rows: Iterable[models.Model]) -> None:
    """Insert new instances of one model as they are, and give them their ids; defaults of the database do not apply."""
    several = list(rows)
    if not several:
        return
    meta = several[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    columns: list[sql.Composable] = [sql.Identifier(str(field.column)) for field in fields]
    copy = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(meta.db_table), sql.SQL(", ").join(columns))
    with connection.cursor() as cursor:
        for row, pk in zip(several, _new_ids(cursor, meta.db_table, len(several)), strict=True):
            row.pk = pk
        with cursor.copy(copy) as stream:
            for row in several:
                stream.write_row([_value(field, getattr(row, field.attname)) for field in fields])
    for row in several:
        row._state.adding = False


def _new_ids(cursor: Any, table: str, count: int) -> list[int]:
    cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count])
    return [row[0] for row in cursor.fetchall()]


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return json.dumps(value, cls=field.encoder)
    return str(value) if isinstance(value, models.Choices) else value
