"""Save and restore the database with the programs that come along, so that nothing has to be installed for it."""

import os
import subprocess
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.embedded.programs import packaged_programs

VARIABLES = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGUSER": "user",
    "PGPASSWORD": "password",
    "PGSSLMODE": "sslmode",
    "PGSSLROOTCERT": "sslrootcert",
}


class Command(BaseCommand):
    help = "Write the database into a file, or fill an empty database from one. Keep media/ and secret-key as well."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--restore", action="store_true", help="read the file; the database must be empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restore"]:
            # All or nothing: what fails changes nothing.
            self._run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", options["file"])
        else:
            self._run("pg_dump", "--format=custom", "--file", options["file"])
        self.stdout.write("Restored." if options["restore"] else f"Written to {options['file']}.")

    def _run(self, program: str, *arguments: str) -> None:
        """Everything about the connection, the password too, travels in the environment, which `ps` does not show."""
        known = connection.get_connection_params()
        environment = os.environ | {name: str(known[key]) for name, key in VARIABLES.items() if known.get(key)}
        command = [str(packaged_programs().postgres / program), "--dbname", known["dbname"], *arguments]
        if subprocess.run(command, env=environment).returncode:
            raise CommandError(f"{program} failed: see above.")
