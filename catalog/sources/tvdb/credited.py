"""The people of a title, whom TheTVDB calls its characters."""

from dataclasses import dataclass, replace

from catalog.sources.facts import JOB_LENGTH, NAME_LENGTH, PERSON_NAME_LENGTH, CastMember, CrewMember, PersonFacts
from catalog.sources.fields import Record, each
from catalog.sources.roles import role_of

from .pictures import picture
from .words import CAST, THEMSELVES

MOST_CAST = 200
MOST_CREW = 100
"""Of a title, those who have one of our roles first."""


@dataclass(frozen=True)
class Part:
    """`job` as TheTVDB calls it, such as “Guest Star”; `place` among the others."""

    person: PersonFacts
    job: str
    character: str
    place: int

    @property
    def kind(self) -> str:
        return self.job.casefold()


def read(title: Record) -> tuple[tuple[CastMember, ...], tuple[CrewMember, ...]]:
    """Cast and crew. Whoever is only in an episode is not of the title as a whole."""
    nodes = [node for node in title.items("characters") if not (isinstance(node, dict) and node.get("episodeId"))]
    parts = each(nodes, f"{title.subject}, character", _part, title.problems)
    seen = sorted((part for part in parts if part.kind in CAST), key=lambda part: (CAST.index(part.kind), part.place))
    cast = [CastMember(part.person, part.character, False, part.kind in THEMSELVES) for part in seen[:MOST_CAST]]
    unseen = sorted((part for part in parts if part.kind not in CAST), key=lambda part: part.place)
    crew = [CrewMember(part.person, part.job, role_of(part.job)) for part in unseen]
    return tuple(cast), tuple(sorted(crew, key=lambda member: member.role == "other")[:MOST_CREW])


def _part(record: Record) -> Part:
    return Part(
        person=_person(record),
        job=record.line(JOB_LENGTH, "peopleType"),
        character=record.line(NAME_LENGTH, "name"),
        place=record.whole("sort", 0, 2**31) or 0,
    )


def _person(record: Record) -> PersonFacts:
    """Raises UnusableError when there is no id or no name."""
    told = {"id": "peopleId", "name": "personName", "image": "personImgURL"}
    person = replace(
        record,
        data={ours: record.data.get(theirs) for ours, theirs in told.items()},
        subject=f"{record.subject}, person {record.data.get('peopleId')}",
    )
    return PersonFacts(
        id=person.id(),
        name=person.name(PERSON_NAME_LENGTH),
        gender="",
        born=None,
        died=None,
        country="",
        picture=picture(person),
    )
