"""What the commands that begin an import run share: the lock, the bar, the report."""

import re
import threading
from argparse import ArgumentTypeError
from collections.abc import Mapping
from typing import Any, Never

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from catalog import imports, jobs, runs
from catalog.models import ImportRun, Source
from catalog.sources import providers
from catalog.sources.errors import SourceError
from catalog.sources.provider import Client

SHOWN_ERRORS = 20


class ImportCommand(BaseCommand):
    source = Source.TVMAZE

    def run(self, what: str, chosen: Mapping[str, Any], *, fresh: bool, background: bool) -> None:
        """Begin this import, or go on with it. Raises CommandError when it was not done."""
        stop = threading.Event()
        try:
            client = providers.connect(self.source, stop=stop)
            if background:
                self._enqueue(what, chosen, fresh=fresh)
            else:
                self._import(what, chosen, client, stop, fresh=fresh)
        except runs.AlreadyRunningError as error:
            raise CommandError(_who_runs(error.run)) from error
        except SourceError as error:
            raise CommandError(str(error)) from error
        except imports.SourceDownError as error:
            name = self.source.label
            raise CommandError(
                f"{name} cannot be reached: {error} Run this again to go on where it stopped."
            ) from error

    def _enqueue(self, what: str, chosen: Mapping[str, Any], *, fresh: bool) -> None:
        run = runs.queue(self.source, what, chosen, at=timezone.now(), fresh=fresh)
        jobs.enqueue_import(run)
        self.stdout.write(f"Import run {run.pk} is queued for a worker.")

    def _import(
        self, what: str, chosen: Mapping[str, Any], client: Client, stop: threading.Event, *, fresh: bool
    ) -> None:
        with (
            runs.started(self.source, what, chosen, at=timezone.now(), fresh=fresh) as run,
            tqdm(unit="", disable=None) as bar,
        ):
            if run.cursor:
                self.stdout.write(f"Going on with import run {run.pk}, which was interrupted.")
            try:
                imports.carry_out(run, client, clock=timezone.now, watch=lambda run: _show(bar, run))
            except KeyboardInterrupt:
                raise CommandError("Stopped. Run this again to go on where it stopped.", returncode=130) from None
            finally:
                stop.set()
                jobs.hint_search()
        self._report(run)

    def _report(self, run: ImportRun) -> None:
        for error in run.errors[:SHOWN_ERRORS]:
            self.stderr.write(error)
        if (more := run.counts.get("problems", 0) - SHOWN_ERRORS) > 0:
            self.stderr.write(f"… and {more} more; the admin shows the first {runs.MOST_ERRORS} of them.")
        counted = ", ".join(f"{number} {name}" for name, number in run.counts.items() if number)
        self.stdout.write(f"Import run {run.pk}: {counted or 'nothing to do'}.")
        if run.state == ImportRun.State.CANCELLED:
            raise CommandError("Stopped as asked. Run this again to go on where it stopped.")
        if run.state == ImportRun.State.FAILED:
            raise CommandError(f"{run.counts['failed']} could not be fetched. Run this again to fetch only them.")


def outside_id(text: str) -> int:
    """The type of an option that takes the id of a title at a source."""
    if not re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII):
        raise ArgumentTypeError(f"“{text}” is no id, which is a number such as 550")
    return int(text)


def _who_runs(run: ImportRun | None) -> str:
    if run is None:
        return "Another process imports the same just now."
    progress = runs.live(run)
    total = f" of {progress.total}" if progress.total else ""
    since = f"{run.started_at:%Y-%m-%d %H:%M} UTC"
    return f"Import run {run.pk} does the same just now: since {since}, {progress.step}, {progress.done}{total}."


def _show(bar: "tqdm[Never]", run: ImportRun) -> None:
    if bar.disable:  # no terminal
        return
    if not bar.desc.startswith(run.step):
        bar.reset()
        bar.initial = run.done
    bar.set_description(run.step, refresh=False)
    bar.total, bar.n = run.total, run.done
    bar.set_postfix(errors=run.counts.get("problems", 0), refresh=False)
    bar.refresh()
