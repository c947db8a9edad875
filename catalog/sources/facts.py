"""What a source says about a series, as plain facts: checked, in our words and sizes, free of HTML.

Empty means that the source does not say: "" for text, None for the rest. Moments are in UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

NAME_LENGTH = 300
PERSON_NAME_LENGTH = 200
NETWORK_NAME_LENGTH = 200
JOB_LENGTH = 100
GENRE_LENGTH = 60
"""Characters that our columns hold; longer words are cut and a problem is noted."""


@dataclass(frozen=True)
class Problem:
    """Something in an answer that could not be taken as it was."""

    subject: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.field}: {self.reason}"


@dataclass(frozen=True)
class NetworkFacts:
    name: str
    is_web: bool
    country: str
    time_zone: str


@dataclass(frozen=True)
class SeasonFacts:
    number: int
    id: int | None
    name: str
    overview: str
    premiered: date | None
    ended: date | None


@dataclass(frozen=True)
class EpisodeFacts:
    """`air_date` is the broadcaster's day; `airs_at` is only given where the source knows the hour."""

    id: int
    season: int
    number: int | None
    is_special: bool
    name: str
    overview: str
    air_date: date | None
    airs_at: datetime | None
    runtime: int | None
    rating: Decimal | None


@dataclass(frozen=True)
class PersonFacts:
    """`gender` is one of our words: female, male, other."""

    id: int
    name: str
    gender: str
    born: date | None
    died: date | None
    country: str


@dataclass(frozen=True)
class CastMember:
    person: PersonFacts
    character: str
    is_voice: bool
    is_self: bool


@dataclass(frozen=True)
class CrewMember:
    """`job` as the source calls it, `role` one of ours (values of Credit.Role)."""

    person: PersonFacts
    job: str
    role: str


@dataclass(frozen=True)
class Alias:
    name: str
    country: str


@dataclass(frozen=True)
class Parts:
    """What a whole answer has beyond the show itself. `episode_ids` names every episode of the answer, readable or not;
    None when one of them did not even say its id, so that nothing may be concluded from an absence."""

    seasons: tuple[SeasonFacts, ...] = ()
    episodes: tuple[EpisodeFacts, ...] = ()
    episode_ids: frozenset[int] | None = None
    cast: tuple[CastMember, ...] = ()
    crew: tuple[CrewMember, ...] = ()
    aliases: tuple[Alias, ...] = ()

    @property
    def people(self) -> list[PersonFacts]:
        """Everyone in cast and crew, as often as they are named."""
        return [member.person for member in self.cast] + [member.person for member in self.crew]


@dataclass(frozen=True)
class Show:
    """One series. `parts` is None when only the index was read. `raw` is the whole answer; `external_ids` are its ids
    elsewhere by source; `genres` the labels of its genres, to be mapped onto ours; `status` a value of Title.Status."""

    source: str
    id: int
    name: str
    overview: str
    status: str
    runtime: int | None
    language: str
    country: str
    network: NetworkFacts | None
    genres: tuple[str, ...]
    premiered: date | None
    ended: date | None
    popularity: float | None
    rating: Decimal | None
    external_ids: dict[str, str]
    updated_at: datetime | None
    raw: dict[str, Any] = field(repr=False)
    problems: tuple[Problem, ...] = ()
    parts: Parts | None = None


@dataclass(frozen=True)
class IndexPage:
    number: int
    shows: tuple[Show, ...]
    problems: tuple[Problem, ...]
    """Of records that had to be left out; those of a show are with the show."""


@dataclass(frozen=True)
class PersonRecord:
    person: PersonFacts
    raw: dict[str, Any] = field(repr=False)
    problems: tuple[Problem, ...] = ()
