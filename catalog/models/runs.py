"""Long work that brings data in: what it is doing, how far it is, what went wrong."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .sources import Source


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def active(self) -> Self:
        return self.filter(state__in=[ImportRun.State.QUEUED, ImportRun.State.RUNNING])

    def older_than(self, moment: datetime) -> Self:
        return self.exclude(state__in=[ImportRun.State.QUEUED, ImportRun.State.RUNNING]).filter(started_at__lt=moment)


class ImportRun(models.Model):
    """One run of an import. Live counters are in Redis; this row is written at each step and at the end."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    source = models.CharField(_("source"), max_length=10, choices=Source)
    what = models.CharField(_("what"), max_length=60, help_text=_("Such as “index” or “details”."))
    options = models.JSONField(_("options"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    step = models.CharField(_("step"), max_length=100, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    errors = models.JSONField(_("errors"), default=list, blank=True, help_text=_("The first hundred, in words."))
    cursor = models.JSONField(_("cursor"), default=dict, blank=True, help_text=_("Where an interrupted run goes on."))
    is_cancelling = models.BooleanField(_("asked to stop"), default=False)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="import_run_finished_has_a_time",
            )
        ]
        indexes = [models.Index(fields=["-started_at", "-id"], name="import_run_newest")]

    def __str__(self) -> str:
        return f"{self.source} {self.what} {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        """0 to 100; None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None


class DailyCount(models.Model):
    """How large the catalogue was on a day; counted by night, so that growth can be shown without reading it all."""

    day = models.DateField(_("day"), unique=True)
    counts = models.JSONField(_("counts"), default=dict, help_text=_("Rows by their name, such as “episodes”."))

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")

    def __str__(self) -> str:
        return str(self.day)
