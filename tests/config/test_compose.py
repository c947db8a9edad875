"""The files for containers, as far as they can be judged without a container engine."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = sorted(name for name, service in SERVICES.items() if service["image"] == "marquee")


def test_everything_that_a_site_needs_is_there():
    assert set(SERVICES) == {"proxy", "web", "worker", "bulk-worker", "scheduler", "migrate", "postgres", "valkey"}


@pytest.mark.parametrize("name", [name for name in OURS if "command" in SERVICES[name]])
def test_a_service_runs_a_command_that_exists(name):
    program, script, command = SERVICES[name]["command"][:3]
    assert (program, script) == ("python", "manage.py")
    assert command in get_commands()


def test_bulk_work_never_takes_the_last_worker():
    assert "bulk" not in SERVICES["worker"]["command"]
    assert SERVICES["bulk-worker"]["command"][-1] == "bulk"


@pytest.mark.parametrize("name", OURS)
def test_a_service_waits_for_what_it_uses(name):
    known = set(SERVICES)
    assert set(SERVICES[name]["depends_on"]) <= known
    assert "migrate" in SERVICES[name]["depends_on"] or name == "migrate"


def test_no_secret_has_a_value_in_the_file():
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        values = re.findall(rf"^ +{name}: (.+)$", (ROOT / "docker-compose.yml").read_text(), re.MULTILINE)
        assert values
        assert all(value.startswith(f"${{{name}:?") for value in values)


def test_every_volume_is_declared():
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == set(COMPOSE["volumes"])
    assert all((ROOT / name).exists() for name in used if name.startswith("."))


def test_the_image_installs_what_is_locked_with_the_uv_of_the_shell_script():
    version = re.search(r"^UV_VERSION=(\S+)", (ROOT / "script" / "bootstrap").read_text(), re.MULTILINE)
    assert version
    assert f"uv=={version[1]}" in DOCKERFILE
    assert "uv sync --frozen --no-dev" in DOCKERFILE


def test_the_image_runs_without_rights_and_says_whether_it_is_well():
    instructions = re.findall(r"^([A-Z]+) ", DOCKERFILE, re.MULTILINE)
    assert instructions.index("USER") > len(instructions) - 1 - instructions[::-1].index("COPY")
    assert re.search(r"^USER marquee$", DOCKERFILE, re.MULTILINE)
    assert "/healthz" in DOCKERFILE
    assert "SECRET_KEY=" not in re.sub(r"RUN SECRET_KEY=.*", "", DOCKERFILE)
