"""`manage.py pipeline`: all shows, the collections that are rules, their casts. docs/importing.md says what it does."""

from argparse import ArgumentParser
from typing import Any

from catalog import imports
from catalog.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Fetch all shows, compute the collections that are rules, fetch the cast of their titles, publish them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="begin anew, even if the last run was interrupted")
        parser.add_argument("--background", action="store_true", help="let a worker do it; see /imports/ for progress")

    def handle(self, *args: Any, **options: Any) -> None:
        self.run(imports.PIPELINE, {}, fresh=options["fresh"], background=options["background"])
