"""Which titles and people are asked for again, and in which order."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Credit, ExternalId, Person, SourceRecord, Subject, Title
from catalog.sources import providers

TITLES = (Subject.SERIES, Subject.MOVIE)

AGAIN_AFTER = timedelta(hours=1)


def mark_wanted(title_ids: Iterable[int], *, at: datetime) -> None:
    """Note that viewers follow these titles, so that they are refreshed before all others; not again within the hour,
    since each note is written into every index of the titles."""
    ids = set(title_ids)
    unsaid = Title.objects.filter(Q(wanted_at=None) | Q(wanted_at__lt=at - AGAIN_AFTER), pk__in=ids)
    with transaction.atomic(savepoint=False):
        if len(ids) > 1:  # in a fixed order, so that two never wait for each other
            list(unsaid.select_for_update(no_key=True).order_by("pk").only("pk"))
        unsaid.update(wanted_at=at)


def due(*, now: datetime, limit: int) -> list[int]:
    """Titles to fetch again from the sources that can be asked: the wanted ones first, but before all of them those of
    which the last try failed and the next is due.

    Only those that viewers want or opened once: what only an index knows is fetched when somebody looks at it. Those
    that failed wait for their next try, those that are gone at the source for ever.
    """
    known = askable(now).filter(title=OuterRef("pk"), kind__in=TITLES)
    cared_for = Q(wanted_at__isnull=False) | Q(detailed_at__isnull=False)
    stale = Title.objects.due_for_refresh(now).filter(cared_for, Exists(known))
    again = _to_try_again(now, limit)
    return list(dict.fromkeys([*again, *stale.values_list("pk", flat=True)[:limit]]))[:limit]


def _to_try_again(now: datetime, limit: int) -> list[int]:
    """Titles that a source failed to tell of, those that have waited longest first."""
    failed = SourceRecord.objects.filter(
        state=SourceRecord.State.FAILED, next_try_at__lte=now, source__in=_sources(), kind__in=TITLES
    )
    records = failed.order_by("next_try_at", "pk").values_list("source", "kind", "external_id")[:limit]
    named = {(source, kind, value) for source, kind, value in records}
    ids = ExternalId.objects.filter(value__in={value for _, _, value in named}, title__merged_into=None)
    found = ids.filter(title__isnull=False).values_list("source", "kind", "value", "title_id")
    titles = {(source, kind, value): pk for source, kind, value, pk in found}
    return [pk for record in records if (pk := titles.get(record))]


def people_due(*, now: datetime, limit: int) -> list[int]:
    """People to fetch again: those whose pages were opened once, and those seen in titles that viewers follow."""
    known = ExternalId.objects.filter(person=OuterRef("pk"), kind=Subject.PERSON, source__in=_sources())
    followed = Credit.objects.filter(person=OuterRef("pk"), title__wanted_at__isnull=False, role=Credit.Role.ACTOR)
    opened = Person.objects.filter(detailed_at__lt=now - Person.REFRESH_EVERY)
    people = list(opened.filter(Exists(known)).order_by("detailed_at", "pk").values_list("pk", flat=True)[:limit])
    if len(people) < limit:
        unseen = Person.objects.filter(Exists(followed), Exists(known), detailed_at=None).order_by("pk")
        people += unseen.values_list("pk", flat=True)[: limit - len(people)]
    return people


def askable(now: datetime) -> QuerySet[ExternalId]:
    """Ids at sources that can be asked, not gone there, and not put off after a failure."""
    blocked = SourceRecord.objects.filter(
        Q(state=SourceRecord.State.GONE) | Q(state=SourceRecord.State.FAILED, next_try_at__gt=now),
        source=OuterRef("source"),
        kind=OuterRef("kind"),
        external_id=OuterRef("value"),
    )
    return ExternalId.objects.filter(~Exists(blocked), source__in=_sources())


def _sources() -> list[str]:
    return [provider.source for provider in providers.configured()]
