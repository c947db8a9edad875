"""The import against recorded answers, with TVmaze's manners and faults. Takes a few seconds, and 16 of 20 calls."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import call_command

from catalog.models import Episode, ImportRun, Title

SAMPLES = os.environ.get("MARQUEE_SAMPLES", "")
REPLAY = Path(SAMPLES).parent / "replay" / "tvmaze.py"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (SAMPLES and REPLAY.is_file()), reason="MARQUEE_SAMPLES does not lead to recorded answers"),
]


@pytest.fixture
def replay(settings):
    """The address of TVmaze as it was recorded, with a fault in every tenth answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.TVMAZE_URL = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(REPLAY), "--port", str(port), "--errors", "0.1", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        yield settings.TVMAZE_URL
        process.kill()


def test_recorded_series_are_imported_and_stay_as_they_are(replay):
    call_command("import_tvmaze", "--pages", "0-4", skip_checks=True)
    before = list(Title.objects.order_by("pk").values("pk", "name", "slug", "updated_at"))
    call_command("import_tvmaze", "--pages", "0-4", skip_checks=True)
    assert len(before) == 385
    assert list(Title.objects.order_by("pk").values("pk", "name", "slug", "updated_at")) == before
    assert {run.state for run in ImportRun.objects.all()} == {"done"}
    call_command("import_tvmaze", "--show", "83", skip_checks=True)
    assert Episode.objects.filter(title__name="The Simpsons").count() == 751
    assert "429" not in requests.get(f"{replay}/_stats", timeout=5).json()
