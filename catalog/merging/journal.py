"""What a merge changed, column by column, as the database itself writes it: so it can be put back exactly.

Each column of a row is changed at most once in a merge, or it could not be told which of its values came first.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from catalog.models import MergedRow, TitleMerge

NOTE_BEFORE = """
insert into catalog_mergedrow (merge_id, model, object_id, before, after)
select %(merge)s, %(model)s, t.id, {columns}, '{{}}' from {table} t where t.id = any(%(pks)s::bigint[]) order by t.id
"""

NOTE_AFTER = """
update catalog_mergedrow m set after = {columns} from {table} t
where m.merge_id = %(merge)s and m.model = %(model)s and m.object_id = t.id
    and m.after = '{{}}' and m.before is not null
"""

# Only columns that still hold what the merge wrote: what was changed since is newer than what was before. Materialized,
# or a planner that knows nothing of rows that were just written may work it out for each of them.
PUT_BACK = """
with noted as materialized (
    select m.object_id as id, jsonb_object_agg(was.key, was.value) as before
    from catalog_mergedrow m
    join {table} t on t.id = m.object_id
    cross join lateral jsonb_each(m.before) was
    where m.merge_id = %(merge)s and m.model = %(model)s and {columns} -> was.key = m.after -> was.key
    group by m.object_id
)
update {table} t set {assignments}
from noted n join {table} now on now.id = n.id cross join lateral jsonb_populate_record(now, n.before) as old
where t.id = n.id
"""

# A later merge found what this one had written. It finds now what was there before this one. By a window and not by a
# join: what the planner guesses of rows that were just written may make a join look at each for each.
HAND_ON = """
with changes as (
    select r.id, c.key, c.value as before, lag(r.merge_id) over earlier as earlier_merge,
        lag(c.value) over earlier as earlier_before, lag(r.after -> c.key) over earlier as earlier_after
    from catalog_mergedrow r cross join lateral jsonb_each(r.before) c
    where r.merge_id = any(%(merges)s::bigint[])
    window earlier as (partition by r.model, r.object_id, c.key order by r.id)
)
update catalog_mergedrow later set before = later.before || handed.before
from (
    select id, jsonb_object_agg(key, earlier_before) as before from changes
    where earlier_merge = %(merge)s and earlier_after = before
    group by id
) handed
where later.id = handed.id
"""


class Journal:
    """The rows of one merge."""

    def __init__(self, merge: TitleMerge) -> None:
        self.merge = merge

    def update(self, rows: models.QuerySet[Any], **values: Any) -> None:
        """Update these rows as the queryset would, and note them."""
        pks = list(rows.order_by().values_list("pk", flat=True))
        with self.watching(rows.model, pks, values):
            rows.model._base_manager.filter(pk__in=pks).update(**values)

    @contextmanager
    def watching(self, model: type[models.Model], pks: Collection[int], fields: Iterable[str]) -> Iterator[None]:
        """Note these fields of the rows as they are before and after what is done inside."""
        columns = {name: str(row.column) for row in model._meta.concrete_fields for name in (row.name, row.attname)}
        names = [columns[name] for name in fields]
        if pks:
            self._run(NOTE_BEFORE, model, names, pks=list(pks))
        yield
        if pks:
            self._run(NOTE_AFTER, model, names)

    def made(self, rows: Iterable[models.Model]) -> None:
        """Note rows that exist because of the merge."""
        MergedRow.objects.bulk_create(
            [MergedRow(merge=self.merge, model=row._meta.label_lower, object_id=row.pk, after={}) for row in rows]
        )

    def rows_of(self, model: type[models.Model]) -> models.QuerySet[MergedRow]:
        return MergedRow.objects.filter(merge=self.merge, model=model._meta.label_lower)

    def put_back(self) -> None:
        """Undo every change that nobody changed since, and remove what the merge made unless something hangs on it."""
        self._hand_on()
        rows = MergedRow.objects.filter(merge=self.merge).order_by("model")
        changed = [apps.get_model(label) for label in rows.values_list("model", flat=True).distinct()]
        for model in changed:
            self._put_back(model)
        for model in changed:
            self._remove_made(model)

    def _hand_on(self) -> None:
        titles = [self.merge.kept_id, self.merge.merged_id]
        same = models.Q(kept__in=titles) | models.Q(merged__in=titles)
        later = list(TitleMerge.objects.filter(same, pk__gt=self.merge.pk, undone_at=None).values_list("pk", flat=True))
        if later:
            with connection.cursor() as cursor:
                cursor.execute(HAND_ON, {"merge": self.merge.pk, "merges": [self.merge.pk, *later]})

    def _put_back(self, model: type[models.Model]) -> None:
        noted = self.rows_of(model).filter(before__isnull=False)
        keys = models.Func(models.F("before"), function="jsonb_object_keys", output_field=models.TextField())
        names = list(noted.annotate(name=keys).order_by().values_list("name", flat=True).distinct())
        if names:
            self._run(PUT_BACK, model, names)

    def _remove_made(self, model: type[models.Model]) -> None:
        for pk in self.rows_of(model).filter(before__isnull=True).values_list("object_id", flat=True):
            row = model._base_manager.filter(pk=pk).first()
            if row and not is_pointed_to(row):
                row.delete()

    def _run(self, statement: str, model: type[models.Model], names: list[str], **more: Any) -> None:
        pairs = [part for name in names for part in (sql.Literal(name), sql.Identifier("t", name))]
        sets = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("old", name)) for name in names]
        query = sql.SQL(statement).format(
            table=sql.Identifier(model._meta.db_table),
            columns=sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs)),
            assignments=sql.SQL(", ").join(sets),
        )
        with connection.cursor() as cursor:
            cursor.execute(query, {"merge": self.merge.pk, "model": model._meta.label_lower, **more})


def is_pointed_to(row: models.Model) -> bool:
    """Whether any row of any table hangs on this one."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.related_objects
    )
