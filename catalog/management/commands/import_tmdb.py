"""`manage.py import_tmdb`: films and series from TMDB. docs/importing.md says what it does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from catalog import imports
from catalog.management.importing import ImportCommand, outside_id
from catalog.models import Source


class Command(ImportCommand):
    help = "Import films and series from TMDB by their ids there, or what changed there of those that are here."
    source = Source.TMDB

    def add_arguments(self, parser: ArgumentParser) -> None:
        for kind in ("movie", "series"):
            parser.add_argument(f"--{kind}", type=outside_id, action="append", metavar="ID", help="may be repeated")
        parser.add_argument("--updates", action="store_true", help="what changed since the last time, or within a day")
        parser.add_argument("--fresh", action="store_true", help="begin anew, even if the last import was interrupted")
        parser.add_argument("--background", action="store_true", help="let a worker do it; see /imports/ for progress")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {kind: sorted(set(options[kind])) for kind in ("movie", "series") if options[kind]}
        if bool(chosen) == options["updates"]:
            raise CommandError("Say which: --movie ID and --series ID, or --updates.")
        what = imports.UPDATES if options["updates"] else imports.TITLES
        self.run(what, chosen, fresh=options["fresh"], background=options["background"])
