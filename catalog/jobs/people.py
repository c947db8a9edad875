"""People, fetched again from their sources."""

import logging
from datetime import datetime

import django_rq
from django.utils import timezone
from django_rq import job

from catalog import refresh
from catalog.models import ExternalId, Person
from catalog.sources import providers
from catalog.sources.errors import NotFoundError

from .asking import AGAIN, is_first

logger = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 300


@job("default", timeout=120, retry=AGAIN)
def refresh_person(person_id: int) -> None:
    """Copy what the sources say about one person. Whom they no longer know is not asked for again too soon either."""
    ids = ExternalId.objects.filter(person=person_id, value__regex=r"^[1-9][0-9]{0,8}$")
    for known in ids.select_related("person").order_by("pk"):
        provider = providers.of(known.source)
        if provider is None or known.person is None:
            continue
        try:
            record = provider.connect(is_bulk=True).person(int(known.value))
        except NotFoundError:
            Person.objects.filter(pk=person_id).update(detailed_at=timezone.now())
        else:
            refresh.apply_person(known.person, record, known.source, at=timezone.now())


def request_person(person: Person, *, now: datetime) -> None:
    """Ask for a person whose facts are old, at most once a minute."""
    if person.is_stale(now) and refresh.askable(now).filter(person=person).exists() and is_first(f"person:{person.pk}"):
        refresh_person.delay(person.pk)


@job("default", timeout=300, retry=AGAIN)
def refresh_stale_people() -> None:
    """Ask for the people who are due, as bulk work."""
    queue = django_rq.get_queue("bulk")
    due = refresh.people_due(now=timezone.now(), limit=max(0, PEOPLE_AT_ONCE - queue.count))
    for person_id in due:
        if is_first(f"person:{person_id}"):
            queue.enqueue(refresh_person, person_id, job_timeout=120, retry=AGAIN)
    logger.info("Asked for %s people who are due", len(due))
