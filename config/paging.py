"""Paging by key: the next page starts behind the last row shown, however many rows there are."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True)
class Page(Generic[ModelT]):
    """Some rows, and the key behind the last of them; empty when there are no more."""

    rows: Sequence[ModelT]
    after: str


def newest(rows: QuerySet[ModelT], moment: str, *, after: str, size: int) -> Page[ModelT]:
    """One page of `rows`, the newest by the datetime field `moment` first; a key without sense is the first page."""
    key = _read(after)
    if key:
        at, pk = key
        rows = rows.filter(**{f"{moment}__lte": at}).filter(Q(**{f"{moment}__lt": at}) | Q(pk__lt=pk))
    found = list(rows.order_by(f"-{moment}", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], _write(getattr(last, moment), last.pk) if last else "")


def _write(at: datetime, pk: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), pk]).encode()).decode().rstrip("=")


def _read(key: str) -> tuple[datetime, int] | None:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
    return (moment, pk) if moment.tzinfo and type(pk) is int and 0 <= pk < 2**63 else None
