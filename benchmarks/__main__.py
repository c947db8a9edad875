"""`python -m benchmarks`: fill a database of its own, measure, print what was promised next to what was found.

The servers are those of DATABASE_URL and REDIS_URL, else embedded ones of a home of their own (var/benchmarks).
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Marquee against its budgets.")
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the large catalogue of the budgets")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=60, help="how often each is measured")
    parser.add_argument("--only", default="", help="only what has this in its name")
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "benchmarks", help="folder of the embedded servers")
    parser.add_argument("--database-url", help="of an empty database; its rows are replaced")
    parser.add_argument("--generate-only", action="store_true", help="fill the database and stop")
    parser.add_argument("--output", type=Path, help="folder of report.md and report.json (default: the home)")
    return parser.parse_args()


def prepare_environment(database_url: str | None) -> None:
    """As in production: no debugging, templates kept, hashed static files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DEBUG"] = "0"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if database_url:
        os.environ["DATABASE_URL"] = database_url


def main() -> None:
    chosen = options()
    prepare_environment(chosen.database_url)
    from config.launch import prepared

    with prepared(["manage.py", "benchmarks", f"--home={chosen.home}"]):
        import django

        django.setup()
        from benchmarks import session

        if not session.run(chosen):
            sys.exit(1)


if __name__ == "__main__":
    main()
