#!/usr/bin/env python
"""Run an administrative task; starts the embedded servers for its duration when no other database is configured."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.embedded import running_servers
    from django.core.management import execute_from_command_line

    with running_servers():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
