"""manage.py import_history: bring a file of another service into the log of a profile."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.models import Profile
from tracking.histories import choosing, receiving, words, working
from tracking.histories.uploads import UnreadableError
from tracking.models import LogImport

State = LogImport.State


class Command(BaseCommand):
    help = (
        "Read a file of another service, match it with the catalogue and say what would be added. "
        "With --apply it is added; the same is possible on the page of the import afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("service", choices=LogImport.Service.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", type=int, required=True, help="id, as in /admin/accounts/profile/")
        parser.add_argument("--zone", default="", help="time zone of times that do not say theirs: the profile's")
        parser.add_argument(
            "--answer", action="append", default=[], metavar="NAME=VALUE", help="what the file leaves open"
        )
        parser.add_argument("--apply", action="store_true", help="add what can be added")

    def handle(self, **options: Any) -> None:
        log_import = self._receive(options)
        self._carry_on(log_import)
        if log_import.state == State.ASKING:
            self._answer(log_import, options["answer"])
        self._say(log_import)
        if options["apply"]:
            working.begin(log_import, State.APPLYING, of=choosing.OPEN, at=timezone.now())
            self._carry_on(log_import)
            self._say(log_import)

    def _receive(self, options: dict[str, Any]) -> LogImport:
        profile = Profile.objects.filter(pk=options["profile"]).first()
        if profile is None:
            raise CommandError(f"There is no profile {options['profile']}.")
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                return receiving.receive(
                    profile,
                    File(file),
                    path.name,
                    at=timezone.now(),
                    service=options["service"],
                    zone=options["zone"],
                )
        except (OSError, UnreadableError) as error:
            raise CommandError(str(error)) from error

    def _answer(self, log_import: LogImport, answers: list[str]) -> None:
        said = dict(answer.partition("=")[::2] for answer in answers)
        for choice in log_import.options["choices"]:
            if choice["name"] not in said:
                values = ", ".join(f"{value} ({label})" for value, label in choice["values"])
                raise CommandError(f"{choice['label']} Say --answer {choice['name']}=…: {values}")
        working.answer(log_import, said, at=timezone.now())
        self._carry_on(log_import)

    def _carry_on(self, log_import: LogImport) -> None:
        with tqdm(unit="row", disable=None) as bar:

            def show(now: LogImport) -> None:
                bar.total = now.total
                bar.set_description(str(now.get_state_display()), refresh=False)
                bar.n = now.done
                bar.refresh()

            working.carry_on(log_import, clock=timezone.now, watch=show)
        if log_import.state == State.FAILED:
            raise CommandError(log_import.error)

    def _say(self, log_import: LogImport) -> None:
        self.stdout.write(f"Import {log_import.pk}: {log_import.get_state_display()}. {words.kinds(log_import)}")
        for label, number, _verdict in words.sums(log_import):
            self.stdout.write(f"{number:>10,} {label}")
