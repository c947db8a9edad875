"""People: who they are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog import pictures, slugs
from catalog.models import ExternalId, Person, Subject, Title
from catalog.sources.facts import PersonFacts

from . import rows


@dataclass
class SavedPeople:
    """Our pks by id at the source; who changed, whose credits did, whose search entries are out of date."""

    ids: dict[int, int]
    changed: set[int] = field(default_factory=set)
    recredited: set[int] = field(default_factory=set)
    searched: set[int] = field(default_factory=set)


def save(source: str, facts: Iterable[PersonFacts], *, at: datetime, title: Title | None = None) -> SavedPeople:
    """Make or revise people, each once, under `slugs.lock`.

    Those whom somebody else credited in the title, and whom the source names now for the first time, are recognised by
    their names.
    """
    wanted = {person.id: person for person in reversed(list(facts))}
    outside = ExternalId.objects.filter(source=source, kind=Subject.PERSON, value__in=[str(pk) for pk in wanted])
    ids = {int(value): pk for value, pk in outside.values_list("value", "person_id") if pk}
    recognised = _recognised(source, [person for number, person in wanted.items() if number not in ids], title)
    saved = SavedPeople(ids | recognised)
    new = [person for number, person in wanted.items() if number not in saved.ids]
    _revise(source, wanted, saved, at=at)
    _create(source, new, saved, at=at)
    _name_outside(source, recognised | {person.id: saved.ids[person.id] for person in new})
    _name_elsewhere(wanted, saved)
    portraits = {saved.ids[number]: person.picture for number, person in wanted.items()}
    pictures.offer(source, people=portraits, at=at)
    return saved


def _revise(source: str, wanted: Mapping[int, PersonFacts], saved: SavedPeople, *, at: datetime) -> None:
    known = Person.objects.select_for_update(no_key=True).in_bulk(saved.ids.values())
    revised = {"updated_at"}
    for number, pk in saved.ids.items():
        person = known[pk]
        changed = rows.revise(person, _values(wanted[number]), source=source, kind="person")
        if changed:
            person.updated_at = at
            saved.changed.add(pk)
            revised |= changed
        if "name" in changed:
            saved.searched.add(pk)
    rows.write([known[pk] for pk in sorted(saved.changed)], revised)


def _recognised(source: str, strange: Collection[PersonFacts], title: Title | None) -> dict[int, int]:
    if not strange or title is None:
        return {}
    credited = Person.objects.filter(credits__title=title, name__in={person.name for person in strange})
    strangers = credited.exclude(external_ids__source=source).values_list("name", "pk")
    by_name = dict(strangers)
    return {person.id: by_name.pop(person.name) for person in strange if person.name in by_name}


def _values(person: PersonFacts) -> dict[str, Any]:
    return {
        "name": person.name,
        "gender": person.gender,
        "born": person.born,
        "died": person.died,
        "country": person.country,
        "biography": person.biography,
    }


def _create(source: str, facts: list[PersonFacts], saved: SavedPeople, *, at: datetime) -> None:
    if not facts:
        return
    free = slugs.for_people([(person.name, person.born.year if person.born else None) for person in facts])
    new = []
    for person, slug in zip(facts, free, strict=True):
        given = rows.given(_values(person))
        origin = dict.fromkeys(sorted(given), source)
        new.append(Person(slug=slug, field_sources=origin, created_at=at, updated_at=at, **given))
    Person.objects.bulk_create(new)
    saved.ids |= {person.id: row.pk for person, row in zip(facts, new, strict=True)}
    saved.searched |= {row.pk for row in new}
    saved.changed |= {row.pk for row in new}


def _name_outside(source: str, ids: Mapping[int, int]) -> None:
    ExternalId.objects.bulk_create(
        [ExternalId(source=source, kind=Subject.PERSON, value=str(number), person_id=pk) for number, pk in ids.items()]
    )


def _name_elsewhere(wanted: Mapping[int, PersonFacts], saved: SavedPeople) -> None:
    """Keep the ids that people have elsewhere; one that somebody else has already stays with them."""
    ExternalId.objects.bulk_create(
        [
            ExternalId(source=elsewhere, kind=Subject.PERSON, value=value, person_id=saved.ids[number])
            for number, person in sorted(wanted.items())
            for elsewhere, value in sorted(person.external_ids.items())
        ],
        ignore_conflicts=True,
    )
