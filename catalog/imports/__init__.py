"""Long work that brings data in, as steps of many pieces. Threads fetch the answers; all are saved in order.

How far it is stands in the run's row, written in the transaction of what was saved: whatever interrupts it, the next
one goes on behind the last thing that is in the database. What failed three times is tried once more at the end; what
fails then too is named, and is all that the next one has left to do.
"""

from collections.abc import Callable
from datetime import datetime

from catalog import runs
from catalog.models import ImportRun
from catalog.sources.provider import Client
from catalog.sources.tmdb import TMDB
from catalog.sources.tvdb import TheTVDB
from catalog.sources.tvmaze import TVmaze

from . import pipeline, stale, tmdb, tvdb, tvmaze
from .progress import CancelledError, Progress, SourceDownError, UnfinishedError
from .step import DETAILS, INDEX, PIPELINE, SHOWS, STALE, TITLES, UPDATES, Item, Missing, Step

__all__ = [
    "DETAILS",
    "INDEX",
    "PIPELINE",
    "SHOWS",
    "STALE",
    "TITLES",
    "UPDATES",
    "CancelledError",
    "Item",
    "Missing",
    "SourceDownError",
    "Step",
    "UnfinishedError",
    "carry_out",
    "steps",
]


def steps(run: ImportRun, source: Client) -> list[Step]:
    """What the run has to do, by its `what` and its options."""
    if run.what == STALE:
        return [stale.titles(run, source)]
    if isinstance(source, TVmaze):
        return _tvmaze(run, source)
    if isinstance(source, TMDB):
        return tmdb.steps(run, source)
    if isinstance(source, TheTVDB):
        return tvdb.steps(run, source)
    raise ValueError(f"Nothing is imported from {run.source}.")


def _tvmaze(run: ImportRun, source: TVmaze) -> list[Step]:
    """Options are `pages` (first and last), `shows` (ids) or `since` (a period of the update feed)."""
    if run.what == PIPELINE:
        return pipeline.steps(run, source)
    if run.what == SHOWS:
        return [tvmaze.shows(source, run.options["shows"])]
    if run.what == UPDATES:
        return [tvmaze.updates(source, run.options["since"])]
    pages = (run.options["pages"][0], run.options["pages"][1]) if "pages" in run.options else None
    index = tvmaze.index(source, pages)
    return [index, tvmaze.details(source, pages)] if run.what == DETAILS else [index]


def carry_out(
    run: ImportRun, source: Client, *, clock: Callable[[], datetime], watch: Callable[[ImportRun], None]
) -> None:
    """Do what is left of a begun run and end it: done, failed or cancelled. `watch` is called after each piece.

    Raises what is not the business of one piece, after the run was ended with it.
    """
    try:
        chosen = steps(run, source)
        for place in range(len(chosen)):
            Progress(run, chosen, place, clock, watch).work()
    except CancelledError:
        runs.finish(run, ImportRun.State.CANCELLED, at=clock())
    except KeyboardInterrupt:
        runs.finish(run, ImportRun.State.CANCELLED, at=clock())
        raise
    except Exception as error:
        runs.finish(run, ImportRun.State.FAILED, at=clock(), problem=str(error) or type(error).__name__)
        raise
    else:
        state = ImportRun.State.FAILED if run.counts.get("failed") else ImportRun.State.DONE
        runs.finish(run, state, at=clock())
