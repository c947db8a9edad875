"""Import runs, with a bar that moves while they do."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from catalog import runs
from catalog.models import ImportRun
from config.tables import ReadOnlyAdmin


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "step", "progress", "problems", "started_at", "finished_at")
    list_filter = ("source", "state")
    ordering = ("-pk",)
    actions = ("ask_to_stop",)
    change_form_template = "admin/catalog/importrun/change_form.html"

    @admin.display(description=_("progress"))
    def progress(self, run: ImportRun) -> str:
        counted = runs.live(run)
        return f"{counted.done} / {counted.total or '?'}"

    @admin.display(description=_("problems"))
    def problems(self, run: ImportRun) -> int:
        return runs.live(run).errors

    @admin.action(description=_("Ask to stop"), permissions=["delete"])
    def ask_to_stop(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> None:
        for run in queryset.active():  # type: ignore[attr-defined]
            runs.ask_to_stop(run)
        self.message_user(request, _("They stop before their next piece of work."), messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        progress = self.admin_site.admin_view(self.progress_view)
        return [path("<int:run_id>/progress/", progress, name="catalog_importrun_progress"), *super().get_urls()]

    def progress_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        run = get_object_or_404(ImportRun, pk=run_id)
        return render(request, "admin/catalog/importrun/progress.html", {"run": run, "live": runs.live(run)})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        run = kwargs.get("obj")
        if run:
            context |= {"run": run, "live": runs.live(run)}
        return super().render_change_form(request, context, *args, **kwargs)
