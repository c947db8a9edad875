"""What a source says about a series or a film, as plain facts: checked, in our words and sizes, free of HTML.

Empty means that the source does not say: "" for text, None for the rest. Moments are in UTC.
"""

from collections.abc import Mapping
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
    picture: str = ""
    """Address of a still, as of every picture in this module."""

    orders: tuple["Place", ...] = ()
    """Where it stands in other orders than the aired one."""


@dataclass(frozen=True)
class Place:
    """`order` is a value of Title.Order."""

    order: str
    season: int | None
    number: int


@dataclass(frozen=True)
class PersonFacts:
    """`gender` is one of our words: female, male, other."""

    id: int
    name: str
    gender: str
    born: date | None
    died: date | None
    country: str
    biography: str = ""
    picture: str = ""
    external_ids: Mapping[str, str] = field(default_factory=dict)
    """Elsewhere, by source."""


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
class AliasFacts:
    name: str
    country: str = ""
    language: str = ""


@dataclass(frozen=True)
class TranslationFacts:
    """A name and an overview in another language (ISO 639-1)."""

    language: str
    name: str
    overview: str


@dataclass(frozen=True)
class CertificationFacts:
    """What a country's board says; `min_age` in years."""

    country: str
    label: str
    min_age: int


@dataclass(frozen=True)
class AvailabilityFacts:
    """`kind` is a value of Availability.Kind, `region` a country (ISO 3166-1)."""

    service: str
    region: str
    kind: str
    link: str


@dataclass(frozen=True)
class Parts:
    """What a whole answer has beyond the show itself. `episode_ids` names every episode of the answer, readable or not;
    None when one of them did not even say its id, so that nothing may be concluded from an absence."""

    seasons: tuple[SeasonFacts, ...] = ()
    episodes: tuple[EpisodeFacts, ...] = ()
    episode_ids: frozenset[int] | None = None
    cast: tuple[CastMember, ...] = ()
    crew: tuple[CrewMember, ...] = ()
    aliases: tuple[AliasFacts, ...] = ()
    translations: tuple[TranslationFacts, ...] = ()
    certifications: tuple[CertificationFacts, ...] = ()
    availabilities: tuple[AvailabilityFacts, ...] | None = None
    """None when the source does not speak of where things may be watched; () when it knows no place."""

    @property
    def people(self) -> list[PersonFacts]:
        """Everyone in cast and crew, as often as they are named."""
        return [member.person for member in self.cast] + [member.person for member in self.crew]


@dataclass(frozen=True)
class TitleFacts:
    """One series or film (`kind`, a value of Title.Kind). `parts` is None when only an index was read.

    `raw` is the whole answer; `external_ids` are its ids elsewhere by source; `genres` the labels of its genres, to be
    mapped onto ours; `status` a value of Title.Status; `popularity` from 0 to 100.
    """

    source: str
    kind: str
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
    external_ids: Mapping[str, str]
    updated_at: datetime | None
    raw: dict[str, Any] = field(repr=False)
    original_name: str = ""
    director: str = ""
    picture: str = ""
    problems: tuple[Problem, ...] = ()
    parts: Parts | None = None

    @property
    def subject(self) -> str:
        """How problems name it, such as “show 82”."""
        return f"{'film' if self.kind == 'movie' else 'show'} {self.id}"


@dataclass(frozen=True)
class IndexPage:
    number: int
    titles: tuple[TitleFacts, ...]
    problems: tuple[Problem, ...]
    """Of records that had to be left out; those of a title are with it."""


@dataclass(frozen=True)
class PersonRecord:
    person: PersonFacts
    raw: dict[str, Any] = field(repr=False)
    problems: tuple[Problem, ...] = ()
