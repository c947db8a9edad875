"""A worker that notices in two seconds what the real one notices in half a minute, and a job to be interrupted."""

import os
import time
from datetime import timedelta
from pathlib import Path

from config.worker import MarqueeWorker


class ImpatientWorker(MarqueeWorker):
    idle_seconds = 1
    looks_every = 1
    silent_after = 2
    tidies_every = 1
    patience = timedelta(0)


def hang_the_first_time(folder: str) -> None:
    """Leaves one file for each try, named after its process, and comes to an end only in the second."""
    first = not any(Path(folder).iterdir())
    (Path(folder) / str(os.getpid())).touch()
    while first:
        time.sleep(0.05)
