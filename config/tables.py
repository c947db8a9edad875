"""Change lists that open fast on tables of millions of rows, and how many rows tables have."""

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

EXACT_BELOW = 10_000
"""Fewer rows than these are counted; of more the planner's guess is told, which its statistics keep near."""


def sizes(models: Iterable[type[Model]]) -> dict[type[Model], int]:
    """How many rows each table has, or about how many a large one has."""
    tables = {model._meta.db_table: model for model in models}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE oid = ANY(%s::regclass[])", [[*tables]])
        guesses = {tables[table]: guess for table, guess in cursor.fetchall()}
    return {
        model: guess if guess >= EXACT_BELOW else model._default_manager.count() for model, guess in guesses.items()
    }


def about(rows: "QuerySet[Any]") -> int:
    """How many rows a query finds, or about how many where the planner expects more than it is worth counting."""
    try:
        query, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}", params)
        (plan,) = cursor.fetchone()
    guess: int = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"]
    return guess if guess >= EXACT_BELOW else rows.order_by()[:EXACT_BELOW].count()


class EstimatePaginator(Paginator):
    """Guesses how many rows a large list has, and does not lead where PostgreSQL would count through half a table."""

    MOST_PAGES = 100

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if rows.query.where or rows.query.distinct:
            return about(rows)
        return sizes([rows.model])[rows.model]

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, self.MOST_PAGES)


class BigTableAdmin(admin.ModelAdmin):
    """Nothing here reads a whole table: no exact counts, no facets, no sorting by what no index has in order."""

    paginator = EstimatePaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    sortable_by: ClassVar[list[str] | tuple[str, ...] | None] = ()


class ReadOnlyAdmin(BigTableAdmin):
    """For what only jobs write: staff may look."""

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Model | None = None) -> bool:
        return False
