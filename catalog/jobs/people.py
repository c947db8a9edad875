"""People, fetched again from their sources."""

from datetime import datetime

from django.utils import timezone
from django_rq import job

from catalog import refresh
from catalog.models import ExternalId, Person, Source
from catalog.sources import tvmaze
from catalog.sources.errors import NotFoundError

from .asking import AGAIN, is_first


@job("default", timeout=60, retry=AGAIN)
def refresh_person(person_id: int) -> None:
    """Copy what a source says about one person. Whom it no longer knows is not asked for again too soon either."""
    ids = ExternalId.objects.filter(person=person_id, source=Source.TVMAZE, value__regex=tvmaze.ID)
    known = ids.select_related("person").order_by("pk").first()
    if known is None or known.person is None:
        return
    try:
        record = tvmaze.connect(is_bulk=True).person(int(known.value))
    except NotFoundError:
        Person.objects.filter(pk=person_id).update(detailed_at=timezone.now())
    else:
        refresh.apply_person(known.person, record, known.source, at=timezone.now())


def request_person(person: Person, *, now: datetime) -> None:
    """Ask for a person whose facts are old, at most once a minute."""
    known = ExternalId.objects.filter(person=person, source=Source.TVMAZE)
    if person.is_stale(now) and known.exists() and is_first(f"person:{person.pk}"):
        refresh_person.delay(person.pk)
