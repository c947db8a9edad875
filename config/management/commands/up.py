"""The whole site as one command: `script/server` ends here."""

import http.client
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from catalog.models import Title
from config import address, embedded, launch
from config.crew import Chore, Crew, Member, trim_logs
from config.static_files import collect_changed

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the whole site (pages, workers, scheduler and, where none are given, the databases) until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        address.add_arguments(parser)
        parser.add_argument("--empty", action="store_true", help="do not offer the demonstration catalogue")
        parser.add_argument("--home", metavar="DIR", help="where everything is kept (default var/, or MARQUEE_HOME)")

    def handle(self, *args: Any, **options: Any) -> None:
        if launch.current is None:
            raise CommandError("Start it with “manage.py up” or script/server.")
        self.launch = launch.current
        self.launch.record.url = self.launch.address.url
        self._migrate()
        launch.stop_if_asked()
        collect_changed(say=self.say)
        launch.stop_if_asked()
        if not options["empty"] and not settings.EMPTY:
            self._offer_demonstration()
        advice = self._advice()
        connection.close()
        launch.stop_if_asked()
        self._run(advice)
        self.say("Stopped. Everything is kept; start again whenever you like.")

    def say(self, text: str) -> None:
        """To a terminal that may be closed by now, which must not keep the site from stopping in good order."""
        with suppress(OSError):
            self.stdout.write(text)
            self.stdout.flush()

    def _migrate(self) -> None:
        try:
            executor = MigrationExecutor(connection)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Preparing the database...")
            call_command("migrate", interactive=False, verbosity=0)

    def _offer_demonstration(self) -> None:
        """All of it or nothing, so that a start that was interrupted is made good by the next."""
        if Title.objects.exists():
            return
        self.say("Filling the empty catalogue with a small demonstration (--empty leaves it empty)...")
        try:
            with transaction.atomic():
                call_command("demo", stdout=self.stdout, stderr=self.stderr)
        except Exception:  # a site without it is better than no site
            logger.exception("The demonstration could not be made")

    def _advice(self) -> str:
        if User.objects.exists():
            return "Sign in with your account; “manage.py changepassword E-MAIL” gives it a new password."
        return "Nobody has an account yet: sign up there, or make one for staff with “manage.py createsuperuser”."

    def _run(self, advice: str) -> None:
        """The pages first: on a small machine the others would keep the first visitor waiting."""
        crew = Crew([web(self.launch)], self.launch.record.add, self.say)
        opening = Opening(self.launch, advice, lambda: crew.members.extend(workers(self.launch)), self.say)
        crew.chores = [
            Chore(0.2, opening.announce_when_ready),
            Chore(2.0, self._revive_servers),
            Chore(60.0, lambda: trim_logs(self.launch.home / "logs")),
        ]
        crew.run()

    def _revive_servers(self) -> None:
        for title in embedded.keep_alive():
            self.say(f"{title} had ended and was started again.")


def web(current: launch.Launch) -> Member:
    listener = current.address.listener.fileno()
    settings_file = str(settings.BASE_DIR / "config" / "gunicorn.py")
    command = [sys.executable, "-m", "gunicorn", "--config", settings_file, "--bind", f"fd://{listener}"]
    return Member("web", command, keeps=(listener,))


def workers(current: launch.Launch) -> list[Member]:
    """The first worker never takes bulk work, so that an import delays nobody."""
    logs = current.home / "logs"
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    worker = [*manage, "rqworker", "--skip-checks", "--with-scheduler", "--verbosity", "0", "high", "default"]
    return [
        Member("worker", worker, logs / "worker.log"),
        Member("bulk worker", [*worker, "bulk"], logs / "bulk-worker.log"),
        Member("scheduler", [*manage, "scheduler", "--skip-checks"], logs / "scheduler.log"),
    ]


@dataclass
class Opening:
    """When the site answers, its address is printed and the rest is started."""

    current: launch.Launch
    advice: str
    start_the_rest: Callable[[], None]
    say: Callable[[str], None]
    done: bool = False

    def announce_when_ready(self) -> None:
        if not self.done and self._site_answers():
            self.done = True
            self.say(f"\n  Marquee is open at {self.current.address.url}\n")
            self.say(f"  {self.advice}\n  Logs are in {self.current.home / 'logs'}. Ctrl-C stops everything.\n")
            self.start_the_rest()

    def _site_answers(self) -> bool:
        host, port = self.current.address.listener.getsockname()[:2]
        wildcard = host in ("0.0.0.0", "::")  # noqa: S104 -- compared, not bound
        site = http.client.HTTPConnection("localhost" if wildcard else host, port, timeout=2)
        try:
            site.request("GET", "/healthz", headers={"Host": "localhost"})
            return site.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            site.close()
