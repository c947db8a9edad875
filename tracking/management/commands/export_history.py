"""manage.py export_history: everything of a profile in one ZIP."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Profile
from tracking import exporting


class Command(BaseCommand):
    help = "Write everything of a profile into one ZIP (docs/export.md). The same log is the same file, to the byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to; “-” for the standard output")
        parser.add_argument("--profile", type=int, required=True, help="id, as in /admin/accounts/profile/")

    def handle(self, **options: Any) -> None:
        profile = Profile.objects.filter(pk=options["profile"]).first()
        if profile is None:
            raise CommandError(f"There is no profile {options['profile']}.")
        path: Path = options["file"]
        if str(path) == "-":
            exporting.write(profile, sys.stdout.buffer)
            return
        try:
            with path.open("wb") as file:
                exporting.write(profile, file)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {path.stat().st_size:,} bytes, everything of {profile.name}")
