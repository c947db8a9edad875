#!/usr/bin/env python
"""Run an administrative task; starts the embedded servers for its duration when no other database is configured."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.launch import prepared

    with prepared(sys.argv) as arguments:
        execute_from_command_line(arguments)


if __name__ == "__main__":
    main()
