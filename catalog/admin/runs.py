"""Import runs and daily counts. A run is watched on its own page, /imports/<id>/."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import runs
from catalog.models import DailyCount, ImportRun
from config.tables import ReadOnlyAdmin


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "step", "progress", "problems", "started_at", "finished_at")
    list_filter = ("source", "state")
    ordering = ("-pk",)
    actions = ("stop",)

    @admin.display(description=_("progress"))
    def progress(self, run: ImportRun) -> str:
        return f"{run.done} / {run.total or '?'}"

    @admin.display(description=_("problems"))
    def problems(self, run: ImportRun) -> int:
        problems: int = run.counts.get("problems", 0)
        return problems

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_importrun")

    @admin.action(description=_("Stop"), permissions=["stop"])
    def stop(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> None:
        for run in queryset.filter(finished_at=None):
            runs.stop(run, at=timezone.now())
        self.message_user(request, _("They stop before their next piece of work."), messages.SUCCESS)

    def view_on_site(self, run: ImportRun) -> str:
        return reverse("catalog:import_detail", args=[run.pk])


@admin.register(DailyCount)
class DailyCountAdmin(ReadOnlyAdmin):
    list_display = ("day", "counted")
    ordering = ("-day",)

    @admin.display(description=_("counts"))
    def counted(self, row: DailyCount) -> str:
        return ", ".join(f"{name} {number:,}" for name, number in row.counts.items())
