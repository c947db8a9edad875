"""Looking further for what a file names and the catalogue does not have: alike names first, then the sources."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q

from catalog import fetching, search
from catalog.models import Title
from catalog.sources.errors import SourceError
from tracking.models import ImportWork, LogImport

from . import verdicts, working
from .choosing import OPEN

logger = logging.getLogger(__name__)

ASKED_EVERY = timedelta(days=7)
LOOKED_FOR = timedelta(days=365)
"""After which what was not found is left alone."""

PATIENCE = timedelta(hours=1)
MOST_AT_ONCE = 300
"""Works about which the sources are asked in one go; the next night goes on."""

Unknown = ImportWork.Verdict.UNKNOWN


def look_further(log_import: LogImport, *, clock: Callable[[], datetime]) -> int:
    """Say more about the works that were not recognised; what becomes certain is to be added then, and not added by
    itself. Returns about how many the sources were asked."""
    unknown = ImportWork.objects.filter(log_import=log_import, verdict=Unknown, title=None)
    working.rematch(log_import, unknown.filter(candidates=[]), thorough=True)
    due = unknown.filter(_due(clock())).order_by("-row_count", "pk")[:MOST_AT_ONCE]
    asked = 0
    for work in list(due):
        if LogImport.objects.filter(pk=log_import.pk, state__in=OPEN).exists():
            asked += _ask(log_import, work, at=clock())
    return asked


def bare_series(log_import: LogImport) -> list[int]:
    """The series among its titles whose episodes are not known yet, those with most rows first (pks)."""
    works = ImportWork.objects.filter(log_import=log_import, title__kind=Title.Kind.SERIES, title__detailed_at=None)
    return list(dict.fromkeys(works.order_by("-row_count", "pk").values_list("title_id", flat=True)))


def look_into(log_import: LogImport, title_id: int) -> None:
    """Judge the rows of a title anew: its episodes are known now."""
    works = ImportWork.objects.filter(log_import=log_import, title=title_id)
    verdicts.settle(log_import, list(works.values_list("pk", flat=True)))


def is_pending(log_import: LogImport, now: datetime) -> bool:
    """Whether a worker still looks for what is missing; one that found nothing for an hour has been stopped by then."""
    if log_import.state not in OPEN or log_import.updated_at < now - PATIENCE:
        return False
    unasked = ImportWork.objects.filter(log_import=log_import, verdict=Unknown, title=None, asked_at=None)
    return unasked.exists() or bool(bare_series(log_import))


def due(now: datetime) -> list[int]:
    """Imports of the last year with works that were not recognised and have not been asked about lately (pks)."""
    works = ImportWork.objects.filter(_due(now), verdict=Unknown, title=None)
    late = LogImport.objects.filter(state__in=OPEN, created_at__gt=now - LOOKED_FOR)
    return list(
        late.filter(pk__in=works.values("log_import")).order_by("-created_at").values_list("pk", flat=True)[:100]
    )


def _due(now: datetime) -> Q:
    return Q(asked_at=None) | Q(asked_at__lt=now - ASKED_EVERY)


def _ask(log_import: LogImport, work: ImportWork, *, at: datetime) -> int:
    kinds = [work.kind] if work.kind else ["series", "movie"]
    try:
        found = any(fetching.by_ids(kind, work.ids, at=at) for kind in kinds) if work.ids else False
        if not found and fetching.by_name(work.name, kinds, at=at):
            while search.apply_changes():
                pass  # what was found is looked for by its name next
    except SourceError as error:
        logger.warning("Work %s of import %s was not asked about: %s", work.pk, log_import.pk, error)
        return 0
    ImportWork.objects.filter(pk=work.pk).update(asked_at=at)
    working.rematch(log_import, [work])
    return 1
