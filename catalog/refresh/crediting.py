"""What people did in a title. Cast and crew are each believed from one source: the best ranked that names any."""

from collections.abc import Iterable, Mapping

from catalog.models import Credit, Title
from catalog.sources.facts import CastMember, CrewMember, Parts, TitleFacts

from . import rows
from .people import SavedPeople

CREW_FROM = 10_000
"""Positions of the crew begin here, so that a longer cast does not move them all."""

CAST, CREW = "cast", "crew"
REVISED = ("position", "is_voice", "is_self", "source")

CreditKey = tuple[int, str, str, str]
"""Person, role, character, job: what a credit is."""


def save(title: Title, facts: TitleFacts, parts: Parts, people: SavedPeople) -> list[Credit]:
    """Make, revise and remove the credits of the whole title; those that are new. `title.field_sources` says afterwards
    whose cast and crew they are: the caller writes it.

    An empty cast or crew takes nobody away, and what staff added stays.
    """
    believed = [part for part in (CAST, CREW) if getattr(parts, part) and _is_believed(title, facts, part)]
    title.field_sources = rows.claim(title.field_sources, _not_yet(title, believed, facts.source), facts.source)
    wanted = _credits(title, facts.source, parts, believed, people.ids)
    stored = {
        _key(credit): credit
        for credit in Credit.objects.filter(title=title, episode=None)
        if part_of(credit) in believed
    }
    new = [credit for key, credit in wanted.items() if key not in stored]
    moved = [stored[key] for key, credit in wanted.items() if key in stored and _revise(stored[key], credit)]
    gone = [credit for key, credit in stored.items() if key not in wanted and credit.source != rows.STAFF]
    Credit.objects.filter(pk__in=[credit.pk for credit in gone]).delete()
    rows.write(moved, REVISED)
    Credit.objects.bulk_create(new)
    people.recredited |= {credit.person_id for credit in (*new, *moved, *gone)}
    people.searched |= {credit.person_id for credit in (*new, *gone)}
    return new


def part_of(credit: Credit) -> str:
    return CAST if credit.role == Credit.Role.ACTOR else CREW


def _is_believed(title: Title, facts: TitleFacts, part: str) -> bool:
    is_open = not (title.is_locked("credits") or title.is_locked(part))
    return is_open and rows.may_say(title.field_sources, part, source=facts.source, kind=facts.kind)


def _not_yet(title: Title, parts: Iterable[str], source: str) -> list[str]:
    return [part for part in parts if rows.origin(title.field_sources, part) != source]


def _credits(
    title: Title, source: str, parts: Parts, believed: Iterable[str], ids: Mapping[int, int]
) -> dict[CreditKey, Credit]:
    """Each credit once: a person named twice with the same part is one credit, at the first of its places."""
    once: dict[CreditKey, Credit] = {}
    acted = [_acted(title, member, ids) for member in parts.cast] if CAST in believed else []
    worked = [_worked(title, member, ids) for member in parts.crew] if CREW in believed else []
    for place, credit in (*enumerate(acted), *enumerate(worked, start=CREW_FROM)):
        credit.position, credit.source = place, source
        once.setdefault(_key(credit), credit)
    return once


def _acted(title: Title, member: CastMember, ids: Mapping[int, int]) -> Credit:
    return Credit(
        title=title,
        person_id=ids[member.person.id],
        role=Credit.Role.ACTOR.value,
        character=member.character,
        is_voice=member.is_voice,
        is_self=member.is_self,
    )


def _worked(title: Title, member: CrewMember, ids: Mapping[int, int]) -> Credit:
    return Credit(title=title, person_id=ids[member.person.id], role=member.role, job=member.job)


def _key(credit: Credit) -> CreditKey:
    return credit.person_id, credit.role, credit.character, credit.job


def _revise(stored: Credit, wanted: Credit) -> bool:
    if all(getattr(stored, name) == getattr(wanted, name) for name in REVISED):
        return False
    for name in REVISED:
        setattr(stored, name, getattr(wanted, name))
    return True
