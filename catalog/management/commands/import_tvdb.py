"""`manage.py import_tvdb`: series and films from TheTVDB. docs/importing.md says what it does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from catalog import imports
from catalog.imports.tvdb import PERIODS
from catalog.management.importing import ImportCommand, outside_id
from catalog.models import Source

LAST_TIME = "last"


class Command(ImportCommand):
    help = "Import series and films from TheTVDB by their ids there, or what changed there of those that are here."
    source = Source.TVDB

    def add_arguments(self, parser: ArgumentParser) -> None:
        for kind in ("series", "movie"):
            parser.add_argument(f"--{kind}", type=outside_id, action="append", metavar="ID", help="may be repeated")
        parser.add_argument(
            "--updates",
            nargs="?",
            const=LAST_TIME,
            choices=(*PERIODS, LAST_TIME),
            metavar="|".join(PERIODS),
            help="what changed within the last day, week or month; alone: since the last time, or within a day",
        )
        parser.add_argument("--fresh", action="store_true", help="begin anew, even if the last import was interrupted")
        parser.add_argument("--background", action="store_true", help="let a worker do it; see /imports/ for progress")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {kind: sorted(set(options[kind])) for kind in ("series", "movie") if options[kind]}
        if bool(chosen) == bool(options["updates"]):
            raise CommandError("Say which: --series ID and --movie ID, or --updates.")
        if options["updates"] in PERIODS:
            chosen = {"since": options["updates"]}
        what = imports.UPDATES if options["updates"] else imports.TITLES
        self.run(what, chosen, fresh=options["fresh"], background=options["background"])
