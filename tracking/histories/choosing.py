"""What the viewer decides by hand before anything is added; the rows concerned are judged anew at once."""

from django.db import transaction

from catalog.models import Episode, Title
from tracking.models import ImportRow, ImportWork, LogImport

from . import verdicts

OPEN = (LogImport.State.READY, LogImport.State.APPLIED, LogImport.State.UNDONE)
"""States in which something can be decided."""


@transaction.atomic
def choose(work: ImportWork, title: Title) -> None:
    """All rows of the work are of this title."""
    work.title, work.verdict, work.score = title, ImportWork.Verdict.CHOSEN, 100
    work.save(update_fields=["title", "verdict", "score"])
    verdicts.settle(work.log_import, [work.pk])


@transaction.atomic
def leave_out(work: ImportWork) -> None:
    work.title, work.verdict = None, ImportWork.Verdict.LEFT_OUT
    work.save(update_fields=["title", "verdict"])
    verdicts.settle(work.log_import, [])


@transaction.atomic
def reopen(work: ImportWork) -> None:
    """Take a decision back; the proposals are there still."""
    work.title = None
    work.verdict = ImportWork.Verdict.DOUBTFUL if work.candidates else ImportWork.Verdict.UNKNOWN
    work.save(update_fields=["title", "verdict"])
    ImportRow.objects.filter(work=work, is_applied=False).update(is_chosen=False)
    verdicts.settle(work.log_import, [])


@transaction.atomic
def take_proposals(log_import: LogImport) -> int:
    """Let every doubtful work be the title that comes first, and every doubtful row the episode that comes closest;
    returns how many works and rows that were."""
    works = list(ImportWork.objects.filter(log_import=log_import, verdict=ImportWork.Verdict.DOUBTFUL))
    proposed = [work.candidates[0]["title"] for work in works if work.candidates]
    there = set(Title.objects.filter(pk__in=proposed, merged_into=None).values_list("pk", flat=True))
    taken = [work for work in works if work.candidates and work.candidates[0]["title"] in there]
    for work in taken:
        work.title_id, work.verdict = work.candidates[0]["title"], ImportWork.Verdict.CHOSEN
    ImportWork.objects.bulk_update(taken, ["title", "verdict"], batch_size=1000)
    rows = ImportRow.objects.filter(log_import=log_import, verdict=ImportRow.Verdict.DOUBTFUL, episode__isnull=False)
    count = rows.update(is_chosen=True)
    verdicts.settle(log_import)
    return len(taken) + count


@transaction.atomic
def choose_episode(row: ImportRow, episode: Episode) -> None:
    """The row is of this episode of its title. Raises ValueError when it is of another."""
    if episode.title_id != row.title_id:
        raise ValueError(f"{episode} is not of the title of {row}")
    row.episode, row.season, row.is_chosen, row.is_of_part = episode, None, True, True
    row.save(update_fields=["episode", "season", "is_chosen", "is_of_part"])
    verdicts.settle(row.log_import, [row.work_id] if row.work_id else [])
