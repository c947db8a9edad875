"""People, and what they did in a film."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from catalog.sources.facts import JOB_LENGTH, NAME_LENGTH, PERSON_NAME_LENGTH, CastMember, CrewMember, PersonFacts
from catalog.sources.fields import Record, each
from catalog.sources.roles import role_of

from . import values

MOST_CAST = 200
MOST_CREW = 100
"""Of those who have none of our roles only the first fit in: a long film credits two thousand people."""

DIRECTORS_NAMED = 3
BYLINE_LENGTH = 200
GENDERS = {1: "female", 2: "male", 3: "other"}
_VOICE = re.compile(r"\s*\(voice\)", re.IGNORECASE)
_SELF = re.compile(r"(?:self|himself|herself|themself|themselves)(?: \(.*\)| - .*)?", re.IGNORECASE)


def read_person(record: Record) -> PersonFacts:
    """Raises UnusableError when there is no id or no name."""
    return PersonFacts(
        id=record.id(),
        name=record.name(PERSON_NAME_LENGTH),
        gender=GENDERS.get(record.whole("gender", 0, 9) or 0, ""),
        born=record.day("birthday"),
        died=record.day("deathday"),
        country="",
        biography=record.prose("biography"),
        picture=values.picture(record, "profile_path"),
        external_ids=values.ids_elsewhere(record.inner("external_ids")),
    )


def read_cast(credit_lists: Record) -> list[CastMember]:
    members = sorted(credit_lists.items("cast"), key=_place)[:MOST_CAST]
    return each(members, f"{credit_lists.subject}, cast", read_cast_member, credit_lists.problems)


def read_crew(credit_lists: Record) -> list[CrewMember]:
    """Those with one of our roles first."""
    nodes = credit_lists.items("crew")
    members = each(nodes, f"{credit_lists.subject}, crew", read_crew_member, credit_lists.problems)
    return sorted(members, key=lambda member: member.role == "other")[:MOST_CREW]


def read_cast_member(record: Record) -> CastMember:
    character = record.line(NAME_LENGTH, "character")
    return CastMember(
        person=read_person(_named(record)),
        character=_VOICE.sub("", character),
        is_voice=bool(_VOICE.search(character)),
        is_self=bool(_SELF.fullmatch(character)),
    )


def read_crew_member(record: Record) -> CrewMember:
    job = record.line(JOB_LENGTH, "job")
    return CrewMember(read_person(_named(record)), job, role_of(job))


def directors(crew: Iterable[CrewMember]) -> str:
    """The names of the first of them."""
    names = dict.fromkeys(member.person.name for member in crew if member.role == "director")
    return ", ".join(list(names)[:DIRECTORS_NAMED])[:BYLINE_LENGTH]


def _place(member: Any) -> float:
    place = member.get("order") if isinstance(member, dict) else None
    return place if isinstance(place, int) else math.inf


def _named(record: Record) -> Record:
    return replace(record, subject=f"{record.subject}, person {record.data.get('id')}")
