"""Many rows into PostgreSQL: COPY into tables that lay their indexes and constraints aside for it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Field, GeneratedField, JSONField, Model

Row = Sequence[object]
LINES_AT_ONCE = 2000


@dataclass(frozen=True)
class Loaded:
    table: str
    rows: int
    seconds: float


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def written(model: type[Model]) -> dict[str, Field]:
    """The columns that are not made by PostgreSQL itself."""
    fields = model._meta.concrete_fields
    return {
        field.column: field
        for field in fields
        if field.column and not field.primary_key and not isinstance(field, GeneratedField)
    }


def fillers(model: type[Model], columns: Sequence[str], at: datetime) -> dict[str, object]:
    """What the columns that are not written themselves are filled with: the defaults of the model, `at` for moments."""
    fields = written(model).items()
    return {column: _filler(field, at) for column, field in fields if column not in columns and not field.null}


def _filler(field: Field, at: datetime) -> object:
    value = field.get_default()
    if isinstance(value, datetime):
        return at
    return "{}" if isinstance(field, JSONField) else value


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row], *, at: datetime) -> Loaded:
    """Write the rows; they hold text without tabs, line breaks and backslashes, numbers, dates and None."""
    started = time.perf_counter()
    rest = fillers(model, columns, at)
    table = model._meta.db_table
    names = ", ".join(quoted(name) for name in [*columns, *rest])
    tail = "".join(f"\t{_text(value)}" for value in rest.values()) + "\n"
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {quoted(table)} ({names}) FROM STDIN") as copy:
        lines = ("\t".join([_text(value) for value in row]) + tail for row in rows)
        while batch := list(islice(lines, LINES_AT_ONCE)):
            copy.write("".join(batch))
            count += len(batch)
    return Loaded(table, count, time.perf_counter() - started)


def _text(value: object) -> str:
    if value is None:
        return r"\N"
    return value.isoformat() if isinstance(value, date) else str(value)


def insert(table: str, columns: Sequence[str], select: str, params: Sequence[Any] = ()) -> Loaded:
    """Fill a table from a query."""
    started = time.perf_counter()
    names = ", ".join(quoted(name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quoted(table)} ({names}) {select}", params)
        return Loaded(table, cursor.rowcount, time.perf_counter() - started)


def insert_rest(
    model: type[Model], columns: Sequence[str], select: str, params: Sequence[Any] = (), *, at: datetime
) -> Loaded:
    """Like `insert` for a query that names only some of the columns and leaves room: “SELECT a, b {rest} FROM …”."""
    rest = fillers(model, columns, at)
    before = select.partition("{rest}")[0].count("%s")
    values = [*params[:before], *rest.values(), *params[before:]]
    return insert(model._meta.db_table, [*columns, *rest], select.replace("{rest}", ", %s" * len(rest)), values)


@contextmanager
def in_order_of(model: type[Model], order: str) -> Iterator[None]:
    """Rows written within it are rearranged at the end, ids and all, as if they had come in that order."""
    yield
    table = quoted(model._meta.db_table)
    names = ", ".join(quoted(column) for column in written(model))
    run(f"CREATE TEMP TABLE heap ON COMMIT DROP AS SELECT {names} FROM {table}")
    run(f"TRUNCATE {table} RESTART IDENTITY")
    run(f"INSERT INTO {table} ({names}) SELECT {names} FROM heap ORDER BY {order}")
    run("DROP TABLE heap")


def run(statement: str, params: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _all(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


@contextmanager
def bare(models: Iterable[type[Model]]) -> Iterator[None]:
    """Within it these tables have no foreign keys and no index but that of their primary key; call in a transaction.

    What was taken away is put back from PostgreSQL's own description of it, and so checked against the new rows.
    """
    tables = [model._meta.db_table for model in models]
    constraints = _all(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u') ORDER BY contype = 'f', conname",
        [tables],
    )
    for table, name, _definition in reversed(constraints):
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = _all(
        "SELECT quote_ident(i.indexname), i.indexdef FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname"
        " JOIN pg_index x ON x.indexrelid = c.oid WHERE i.schemaname = current_schema() AND i.tablename = ANY(%s)"
        " AND NOT x.indisprimary ORDER BY 1",
        [tables],
    )
    for name, _definition in indexes:
        run(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        run(definition)
    for table, name, definition in constraints:
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def restart_ids(models: Iterable[type[Model]]) -> None:
    """The next id of every table follows its last row."""
    for model in models:
        table, key = model._meta.db_table, model._meta.pk
        if key is not None and key.column and key.get_internal_type().endswith("AutoField"):
            run(
                f"SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max({quoted(key.column)}), 0) + 1, false)"
                f" FROM {quoted(table)}",
                [quoted(table), key.column],
            )
