"""A label that means another genre from now on: the titles that have it follow at once, not with their next refresh."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from catalog import genres, search
from catalog.models import ExternalId, GenreLabel, SourceRecord, Title
from catalog.refresh import rows
from catalog.sources import providers
from catalog.sources.fields import UnusableError
from catalog.sources.provider import Provider

CHUNK = 500


def remap(labels: Iterable[GenreLabel], *, at: datetime) -> int:
    """How many titles have other genres now. Those whose genres staff wrote, or another source says, stay."""
    by_source: dict[str, set[str]] = defaultdict(set)
    for label in labels:
        by_source[label.source].add(label.label)
    return sum(
        _remap(provider, several, at=at)
        for provider in providers.ALL
        if provider.source in by_source
        for several in _records(provider, by_source[provider.source])
    )


def _records(provider: Provider, labels: set[str]) -> Iterator[Sequence[SourceRecord]]:
    """The answers in which one of these words stands somewhere, a chunk at a time."""
    named = Q(pk__in=[])
    for label in labels:
        named |= Q(text__contains=json.dumps(label, ensure_ascii=False))
    records = SourceRecord.objects.alias(text=Cast("data", TextField())).order_by("pk")
    records = records.filter(named, source=provider.source, kind__in=provider.kinds)
    after = 0
    while several := list(records.filter(pk__gt=after)[:CHUNK]):
        yield several
        after = several[-1].pk


@transaction.atomic
def _remap(provider: Provider, records: Sequence[SourceRecord], *, at: datetime) -> int:
    told = _told(provider, records)
    meaning = genres.mapped(provider.source, {label for labels in told.values() for label in labels})
    titles = Title.objects.select_for_update(no_key=True).filter(pk__in=told).order_by("pk")
    wanted, claimed = {}, []
    for title in titles.only("kind", "field_sources"):
        meant = {genre for label in told[title.pk] if (genre := meaning.get(label))}
        is_theirs = rows.origin(title.field_sources, "genres") == provider.source
        if not rows.may_say(title.field_sources, "genres", source=provider.source, kind=title.kind):
            continue
        if meant and not is_theirs:
            title.field_sources = rows.claim(title.field_sources, ["genres"], provider.source)
            claimed.append(title)
        if meant or is_theirs:
            wanted[title.pk] = meant
    moved = genres.assign(wanted)
    Title.objects.bulk_update(claimed, ["field_sources"])
    Title.objects.filter(pk__in=moved).update(updated_at=at)
    for kind in provider.kinds:
        search.note_changes(kind, Title.objects.filter(pk__in=moved, kind=kind).values_list("pk", flat=True))
    return len(moved)


def _told(provider: Provider, records: Sequence[SourceRecord]) -> dict[int, tuple[str, ...]]:
    """The labels by title. Of several answers about one title that of its oldest id counts, as in a refresh."""
    labels = {}
    for record in records:
        try:
            labels[record.kind, record.external_id] = provider.read_stored(record.kind, record.data).genres
        except UnusableError:
            continue
    ids = ExternalId.objects.filter(source=provider.source, kind__in=provider.kinds, title__isnull=False)
    ids = ids.filter(value__in=[record.external_id for record in records]).order_by("-pk")
    return {
        title_id: labels[kind, value]
        for kind, value, title_id in ids.values_list("kind", "value", "title_id")
        if title_id and (kind, value) in labels
    }
