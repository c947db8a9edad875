"""Who is named with a title or an episode, each person once, with everything they did."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Credit, Episode, Person, Title

LONGEST = 200
"""More credits than this are not shown on one page."""

FIRST = 12
SHOWN = (
    *("role", "character", "job", "is_voice", "is_self"),
    *("person__name", "person__slug", "person__picture", "person__updated_at"),
)
NAMED = 3
"""How many of a kind stand among the facts."""


@dataclass(frozen=True)
class Billed:
    person: Person
    parts: list[str] = field(default_factory=list)
    """Characters and jobs, in words."""

    roles: set[str] = field(default_factory=set)

    @property
    def in_words(self) -> str:
        return ", ".join(self.parts)


@dataclass(frozen=True)
class Billing:
    people: list[Billed]
    is_cut: bool = False
    """Whether there are more than are shown anywhere."""

    @property
    def first(self) -> list[Billed]:
        return self.people[:FIRST]

    @property
    def has_more(self) -> bool:
        return len(self.people) > FIRST

    @property
    def cast(self) -> list[Billed]:
        return [billed for billed in self.people if Credit.Role.ACTOR in billed.roles]

    @property
    def crew(self) -> list[Billed]:
        return [billed for billed in self.people if Credit.Role.ACTOR not in billed.roles]

    @property
    def leads(self) -> list[Billed]:
        return self.cast[:NAMED]

    @property
    def creators(self) -> list[Billed]:
        return [billed for billed in self.people if Credit.Role.CREATOR in billed.roles][:NAMED]

    @property
    def directors(self) -> list[Billed]:
        return [billed for billed in self.people if Credit.Role.DIRECTOR in billed.roles][:NAMED]


def of_title(title: Title) -> Billing:
    """The cast and crew of the whole title; guests of single episodes are named with these."""
    return _billing(Credit.objects.filter(title=title, episode=None))


def of_episode(episode: Episode) -> Billing:
    return _billing(Credit.objects.filter(title=episode.title_id, episode=episode))


def _billing(credited: QuerySet[Credit]) -> Billing:
    named = credited.select_related("person").only(*SHOWN)
    rows = list(named.order_by("position", "pk")[: LONGEST + 1])
    return Billing(_merged(rows[:LONGEST]), is_cut=len(rows) > LONGEST)


def _merged(rows: Iterable[Credit]) -> list[Billed]:
    people: dict[int, Billed] = {}
    for credit in rows:
        billed = people.setdefault(credit.person_id, Billed(credit.person))
        billed.roles.add(credit.role)
        part = part_in_words(
            credit.role, credit.character, credit.job, is_voice=credit.is_voice, is_self=credit.is_self
        )
        if part not in billed.parts:
            billed.parts.append(part)
    return list(people.values())


def part_in_words(role: str, character: str, job: str, *, is_voice: bool = False, is_self: bool = False) -> str:
    """“Dr Watson”, “Dr Watson (voice)”, “As themselves”, “Producer”."""
    if role != Credit.Role.ACTOR:
        return job or str(Credit.Role(role).label)
    if is_self:
        return _("As themselves")
    if not character:
        return _("Voice") if is_voice else str(Credit.Role.ACTOR.label)
    return _("%(character)s (voice)") % {"character": character} if is_voice else character
