"""Taking everything along: one file, made while one waits."""

import tempfile

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.requests import ProfileRequest
from tracking import exporting


@require_safe
def export(request: ProfileRequest) -> HttpResponse:
    """What the file holds, and the way to it."""
    return render(request, "tracking/export.html", {"counts": exporting.counts(request.profile)})


@require_safe
def export_file(request: ProfileRequest) -> FileResponse:
    """It is made whole before the first byte is sent: a slow line then holds neither a snapshot nor a connection."""
    file = tempfile.TemporaryFile(prefix="marquee-export-")  # noqa: SIM115 - the response closes it
    exporting.write(request.profile, file)
    file.seek(0)
    name = slugify(request.profile.name) or str(request.profile.pk)
    response = FileResponse(file, as_attachment=True, filename=f"marquee-{name}.zip", content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
