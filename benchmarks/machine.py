"""On what it was measured."""

import os
import platform
import sys
from pathlib import Path

import django
from django.db import connection

SETTINGS = (
    *("server_version", "shared_buffers", "effective_cache_size", "work_mem", "random_page_cost", "jit", "fsync"),
    "synchronous_commit",
)


def facts() -> dict[str, str]:
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "load before": ", ".join(f"{load:.1f}" for load in os.getloadavg()),
        "system": platform.platform(),
        "Python": sys.version.split()[0],
        "Django": django.get_version(),
        "PostgreSQL": _postgres(),
        "database": _one("SELECT pg_size_pretty(pg_database_size(current_database()))"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _postgres() -> str:
    version, *rest = (f"{_one(f'SHOW {name}')}" for name in SETTINGS)
    return ", ".join([version, *(f"{name} {value}" for name, value in zip(SETTINGS[1:], rest, strict=True))])


def _one(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])
