"""`manage.py import_tvmaze`: fill the catalogue from TVmaze. docs/importing.md says what it does."""

import re
import threading
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Never

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from catalog import imports, jobs, runs
from catalog.models import ImportRun, Source
from catalog.sources import tvmaze

SHOWN_ERRORS = 20


class Command(BaseCommand):
    help = "Import series from TVmaze: the whole index, or some of it. Go on with an import that was interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pages", type=pages, metavar="A-B", help="only these pages of the index, from 0 on")
        parser.add_argument(
            "--show", type=show_id, action="append", metavar="ID", help="one show whole; may be repeated"
        )
        parser.add_argument(
            "--details", action="store_true", help="every show whole, with episodes and people: about one a second"
        )
        parser.add_argument("--fresh", action="store_true", help="begin anew, even if the last import was interrupted")
        parser.add_argument("--background", action="store_true", help="let a worker do it; see the admin for progress")

    def handle(self, *args: Any, **options: Any) -> None:
        what, chosen = _chosen(**options)
        try:
            if options["background"]:
                self._enqueue(what, chosen, fresh=options["fresh"])
            else:
                self._import(what, chosen, fresh=options["fresh"])
        except runs.AlreadyRunningError as error:
            raise CommandError(_who_runs(error.run)) from error
        except imports.SourceDownError as error:
            raise CommandError(
                f"TVmaze cannot be reached: {error} Run this again to go on where it stopped."
            ) from error

    def _enqueue(self, what: str, chosen: dict[str, Any], *, fresh: bool) -> None:
        run = runs.queue(Source.TVMAZE, what, chosen, at=timezone.now(), fresh=fresh)
        jobs.import_index.delay(run.pk)
        self.stdout.write(f"Import run {run.pk} is queued for a worker.")

    def _import(self, what: str, chosen: dict[str, Any], *, fresh: bool) -> None:
        stop = threading.Event()
        source = tvmaze.connect(is_bulk=True, stop=stop)
        with (
            runs.started(Source.TVMAZE, what, chosen, at=timezone.now(), fresh=fresh) as run,
            tqdm(unit="", disable=None) as bar,
        ):
            if run.cursor:
                self.stdout.write(f"Going on with import run {run.pk}, which was interrupted.")
            try:
                imports.carry_out(run, source, clock=timezone.now, watch=lambda run: _show(bar, run))
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


def pages(text: str) -> tuple[int, int]:
    """“0-3” or “7”."""
    match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if first > last:
        raise ArgumentTypeError(f"“{text}” is no range of pages such as 0-3")
    return first, last


def show_id(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", text):
        raise ArgumentTypeError(f"“{text}” is no id of a show, which is a number such as 82")
    return int(text)


def _chosen(*, show: list[int] | None, pages: tuple[int, int] | None, details: bool, **_rest: Any) -> tuple[str, dict]:
    if show and (pages or details):
        raise CommandError("--show fetches single shows whole; it goes with neither --pages nor --details.")
    if show:
        return imports.SHOWS, {"shows": sorted(set(show))}
    return imports.DETAILS if details else imports.INDEX, {"pages": list(pages)} if pages else {}


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
    if bar.disable:
        return
    if not bar.desc.startswith(run.step):
        bar.reset()
        bar.initial = run.done
    bar.set_description(run.step, refresh=False)
    bar.total, bar.n = run.total, run.done
    bar.set_postfix(errors=run.counts.get("problems", 0), refresh=False)
    bar.refresh()
