"""Pages of what is newest first: the next one starts behind the last row shown, however many rows there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from config import keys

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True)
class Page(Generic[ModelT]):
    """Some rows, and the key behind the last of them; empty when there are no more."""

    rows: Sequence[ModelT]
    after: str


def newest(rows: QuerySet[ModelT], moment: str, *, after: str, size: int) -> Page[ModelT]:
    """One page of `rows`, the newest by the datetime field `moment` first; a key without sense is the first page."""
    key = keys.read(after, [keys.Column(moment, keys.moment), keys.ROW_ID])
    if key:
        at, pk = key
        rows = rows.filter(**{f"{moment}__lte": at}).filter(Q(**{f"{moment}__lt": at}) | Q(pk__lt=pk))
    found = list(rows.order_by(f"-{moment}", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], keys.write(getattr(last, moment), last.pk) if last else "")
