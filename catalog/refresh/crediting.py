"""What people did in a title."""

from collections.abc import Mapping

from catalog.models import Credit, ExternalId, Subject, Title
from catalog.sources.facts import CastMember, CrewMember, Parts, Show

from . import rows
from .people import SavedPeople

CREW_FROM = 10_000
"""Positions of the crew begin here, so that a longer cast does not move them all."""

CreditKey = tuple[int, str, str, str]
"""Person, role, character, job: what a credit is."""


def save(title: Title, show: Show, parts: Parts, before: Parts, people: SavedPeople) -> bool:
    """Make, revise and remove the credits of the whole title. Those go that the source gave `before` and gives no more;
    an empty cast or crew takes nobody away. Whether anything changed."""
    if title.is_locked("credits"):
        return False
    wanted = _credits(title, parts, people.ids)
    stored = {_key(credit): credit for credit in Credit.objects.filter(title=title, episode=None)}
    new = [credit for key, credit in wanted.items() if key not in stored]
    moved = [stored[key] for key, credit in wanted.items() if key in stored and _revise(stored[key], credit)]
    gone = [stored[key] for key in _vanished(show, title, parts, before, people) - wanted.keys() if key in stored]
    Credit.objects.filter(pk__in=[credit.pk for credit in gone]).delete()
    rows.write(moved, ["position", "is_voice", "is_self"])
    Credit.objects.bulk_create(new)
    people.searched |= {credit.person_id for credit in (*new, *gone)}
    return bool(new or moved or gone)


def _credits(title: Title, parts: Parts, ids: Mapping[int, int]) -> dict[CreditKey, Credit]:
    """Each credit once: a person named twice with the same part is one credit, at the first of its places."""
    once: dict[CreditKey, Credit] = {}
    named = (
        *((place, _acted(title, member, ids)) for place, member in enumerate(parts.cast)),
        *((CREW_FROM + place, _worked(title, member, ids)) for place, member in enumerate(parts.crew)),
    )
    for place, credit in named:
        credit.position = place
        once.setdefault(_key(credit), credit)
    return once


def _acted(title: Title, member: CastMember, ids: Mapping[int, int]) -> Credit:
    return Credit(
        title=title,
        person_id=ids.get(member.person.id, 0),
        role=Credit.Role.ACTOR.value,
        character=member.character,
        is_voice=member.is_voice,
        is_self=member.is_self,
    )


def _worked(title: Title, member: CrewMember, ids: Mapping[int, int]) -> Credit:
    return Credit(title=title, person_id=ids.get(member.person.id, 0), role=member.role, job=member.job)


def _key(credit: Credit) -> CreditKey:
    return credit.person_id, credit.role, credit.character, credit.job


def _revise(stored: Credit, wanted: Credit) -> bool:
    values = (wanted.position, wanted.is_voice, wanted.is_self)
    if (stored.position, stored.is_voice, stored.is_self) == values:
        return False
    stored.position, stored.is_voice, stored.is_self = values
    return True


def _vanished(show: Show, title: Title, parts: Parts, before: Parts, people: SavedPeople) -> set[CreditKey]:
    once = Parts(cast=before.cast if parts.cast else (), crew=before.crew if parts.crew else ())
    numbers = {person.id for person in once.people} - people.ids.keys()
    if not once.cast and not once.crew:
        return set()
    outside = ExternalId.objects.filter(
        source=show.source, kind=Subject.PERSON, value__in=[str(number) for number in numbers]
    )
    former = {int(value): pk for value, pk in outside.values_list("value", "person_id") if pk}
    return set(_credits(title, once, people.ids | former))
