"""The worker. RQ's own would take a quarter of an hour to notice that another was killed; this one half a minute."""

import os
from datetime import timedelta
from signal import SIGKILL
from typing import Any

from rq import Queue, Worker
from rq.exceptions import AbandonedJobError
from rq.job import Job
from rq.utils import now

from config.embedded.processes import end_with_parent


class MarqueeWorker(Worker):
    """A job whose worker died starts again at once, and one that is still running at shutdown is put back.

    Both need `Retry(max=1)` or more on the job: RQ gives up an abandoned job that has no retries left.
    """

    idle_seconds = 15  # that an idle worker waits for a job before it looks around; RQ adds 15 of its own
    looks_every = 5  # seconds between the signs of life of a running job
    silent_after = 20  # seconds without one after which a job counts as abandoned
    tidies_every = 10
    patience = timedelta(seconds=10)  # with a running job after the request to stop
    max_connection_wait_time = 5.0

    def __init__(self, *args: Any, **options: Any) -> None:
        """The `--worker-ttl` of rqworker, 420 unless given, would undo all this."""
        options |= {
            "worker_ttl": self.idle_seconds + 15,
            "job_monitoring_interval": self.looks_every,
            "maintenance_interval": self.tidies_every,
        }
        super().__init__(*args, **options)
        self.push_exc_handler(restart_abandoned_at_once)  # type: ignore[no-untyped-call]
        self.put_back: str | None = None

    def work(self, *args: Any, **options: Any) -> bool:
        """What we fork (the process of each job, RQ's scheduler) must not outlive us and do our work twice."""
        os.register_at_fork(after_in_child=lambda: end_with_parent(SIGKILL))
        return super().work(*args, **options)

    def get_heartbeat_ttl(self, job: Job) -> int:
        return self.silent_after

    def clean_registries(self) -> None:
        """A worker killed while it tidied would lock out the others for as long as RQ's lock lasts."""
        for queue in self.queues:
            self.connection.expire(queue.registry_cleaning_key, self.silent_after, lt=True)
        super().clean_registries()  # type: ignore[no-untyped-call]

    def maintain_heartbeats(self, job: Job) -> None:
        super().maintain_heartbeats(job)
        asked = self._shutdown_requested_date
        if self._stop_requested and asked and now() - asked > self.patience:
            self.put_back = job.id
            self.kill_horse()

    def handle_work_horse_killed(self, job: Job, *details: Any) -> None:
        super().handle_work_horse_killed(job, *details)  # type: ignore[no-untyped-call]
        restart_at_once(job)

    def handle_job_failure(self, job: Job, queue: Queue, *details: Any, **named: Any) -> None:
        if job.id != self.put_back:
            super().handle_job_failure(job, queue, *details, **named)
            return
        with self.connection.pipeline() as pipeline:
            self.cleanup_execution(job, pipeline=pipeline)
            queue._enqueue_job(job, pipeline=pipeline, at_front=True)
            pipeline.execute()


def restart_abandoned_at_once(job: Job, kind: type[BaseException], *details: Any) -> None:
    if issubclass(kind, AbandonedJobError):
        restart_at_once(job)


def restart_at_once(job: Job) -> None:
    """The pauses between tries are for errors. They stay stored: this changes only the copy that RQ puts back."""
    job.retry_intervals = None
