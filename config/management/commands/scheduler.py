"""Enqueue the periodic jobs of config/cron.py."""

from typing import Any

from django.core.management.base import BaseCommand

from config.scheduler import MarqueeScheduler


class Command(BaseCommand):
    help = "Enqueue the periodic jobs at their times. A second copy waits until the first one is gone."

    def handle(self, *args: Any, **options: Any) -> None:
        scheduler = MarqueeScheduler()
        scheduler.load_config_from_file("config.cron")
        scheduler.start()
