"""Many new rows at once by COPY, in about a fifth of the time that `bulk_create` takes."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg import sql

# The name of the sequence is asked for once, not for every row.
NEW_IDS = "select nextval((select pg_get_serial_sequence(%s, 'id')::regclass)) from generate_series(1, %s)"

Convert = Callable[[Any], Any]


def insert(rows: Iterable[models.Model]) -> None:
    """Insert new instances of one model as they are, and give them their ids; defaults of the database do not apply."""
    several = list(rows)
    if several:
        insert_plain(type(several[0]), several)
    for row in several:
        row._state.adding = False


def insert_plain(model: type[models.Model], rows: Sequence[Any]) -> None:
    """The same for whatever has the columns of the model as its attributes: where an instance weighs too much."""
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns: list[sql.Composable] = [sql.Identifier(str(field.column)) for field in fields]
    copy = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns))
    values, converters = attrgetter(*(field.attname for field in fields)), list(_converters(fields))
    with connection.cursor() as cursor:
        cursor.execute(NEW_IDS, [model._meta.db_table, len(rows)])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.id = pk
        with cursor.copy(copy) as stream:
            for row in rows:
                cells = list(values(row))
                for index, convert in converters:
                    cells[index] = convert(cells[index])
                stream.write_row(cells)


def _converters(fields: Sequence["models.Field[Any, Any]"]) -> Iterator[tuple[int, Convert]]:
    """What is to be done to the values of some columns, by their places."""
    for index, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            yield index, partial(_json, (field.encoder or json.JSONEncoder)().encode)


def _json(encode: Convert, value: Any) -> Any:
    return encode(value) if value else json.dumps(value)
