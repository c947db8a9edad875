"""`manage.py import_tvmaze`: fill the catalogue from TVmaze. docs/importing.md says what it does."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError

from catalog import imports
from catalog.management.importing import ImportCommand
from catalog.sources.tvmaze import PERIODS


class Command(ImportCommand):
    help = "Import series from TVmaze: the whole index, or some of it. Go on with an import that was interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pages", type=pages, metavar="A-B", help="only these pages of the index, from 0 on")
        parser.add_argument(
            "--show", type=show_id, action="append", metavar="ID", help="one show whole; may be repeated"
        )
        parser.add_argument(
            "--details", action="store_true", help="every show whole, with episodes and people: about one a second"
        )
        parser.add_argument(
            "--updates", choices=PERIODS, help="what changed at TVmaze within the last day, week or month"
        )
        parser.add_argument("--fresh", action="store_true", help="begin anew, even if the last import was interrupted")
        parser.add_argument("--background", action="store_true", help="let a worker do it; see the admin for progress")

    def handle(self, *args: Any, **options: Any) -> None:
        what, chosen = _chosen(**options)
        self.run(what, chosen, fresh=options["fresh"], background=options["background"])


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


def _chosen(
    *, show: list[int] | None, pages: tuple[int, int] | None, details: bool, updates: str | None, **_rest: Any
) -> tuple[str, dict]:
    if updates and (show or pages or details):
        raise CommandError("--updates follows the feed of changes; it goes with none of --show, --pages and --details.")
    if updates:
        return imports.UPDATES, {"since": updates}
    if show and (pages or details):
        raise CommandError("--show fetches single shows whole; it goes with neither --pages nor --details.")
    if show:
        return imports.SHOWS, {"shows": sorted(set(show))}
    return imports.DETAILS if details else imports.INDEX, {"pages": list(pages)} if pages else {}
