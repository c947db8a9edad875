from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog import addresses, filmography, jobs, outside
from config import http


@login_not_required
@require_safe
def person_detail(request: ViewerRequest, slug: str) -> HttpResponse:
    person = addresses.person_at(slug, request.viewer)
    if person is None:
        raise Http404
    if person.slug != slug:
        return redirect(person, permanent=True)
    jobs.request_person(person, now=timezone.now())
    context = {
        "person": person,
        "filmography": filmography.of(person, request.viewer),
        "outside_pages": outside.pages(person.external_ids.all(), person.field_sources),
        "canonical": request.build_absolute_uri(person.get_absolute_url()),
    }
    return http.render_part(request, "catalog/person.html", context)
