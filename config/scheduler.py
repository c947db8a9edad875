"""RQ's cron scheduler, of which two would enqueue every job twice: here the second waits for the first to go."""

import time

from django_rq import get_connection
from django_rq.cron import DjangoCronScheduler
from redis.exceptions import LockNotOwnedError
from rq.exceptions import StopRequested

LOCK = "marquee:scheduler"
LEASE = 30  # seconds that a killed scheduler keeps the others waiting
LONGEST_SLEEP = 5.0


class MarqueeScheduler(DjangoCronScheduler):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(connection=get_connection("default"))
        self.lease = self.connection.lock(LOCK, timeout=LEASE)

    def start(self) -> None:
        self._install_signal_handlers()
        try:
            while not self.lease.acquire(blocking=False):
                time.sleep(1)
            super().start()
        except StopRequested:
            self.log.info("Stopped while another scheduler is at work")
        finally:
            if self.lease.owned():
                self.lease.release()

    def enqueue_jobs(self) -> list:
        """Only while the lease is ours: after a long pause of the machine it may be another's."""
        try:
            self.lease.reacquire()
        except LockNotOwnedError as error:
            raise StopRequested from error
        return super().enqueue_jobs()

    def calculate_sleep_interval(self) -> float:
        return min(super().calculate_sleep_interval(), LONGEST_SLEEP)
