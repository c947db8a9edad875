"""What a file of somebody's history says, row by row, in one shape for all services."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from tracking.models import ImportRow, LogImport
from tracking.moments import Moment

from .uploads import Upload

Kind = ImportRow.Kind
LONGEST_NAME = 500
ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


@dataclass(frozen=True)
class Work:
    """A series or a film as the file names it. `kind` is “series”, “movie” or, where the file does not tell, empty.

    `ids` maps sources to ids there, as text: “tvdb”, “tmdb”, “imdb” (tt…), “tvmaze”, and “marquee” for our own export.
    """

    kind: str
    name: str
    year: int | None = None
    ids: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        return digest([self.kind, self.name.casefold(), self.year, sorted(self.ids.items())])


NO_WORK = Work("", "")
"""Of what is said of the profile itself."""


@dataclass(frozen=True)
class Part:
    """A season or an episode of a work, by whatever the file says of it.

    An episode has a number, a name or ids; without any of them it is the season.
    """

    season: int | None = None
    number: int | None = None
    name: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_episode(self) -> bool:
        return self.number is not None or bool(self.name or self.ids)


@dataclass(frozen=True)
class Entry:
    """One thing that a row says: of the work, or of a part of it.

    What `says` holds depends on the kind, and everything in it is optional unless said otherwise:

    * watch: {note, place, company, attention, service (texts as in `Watch`), run (number)}; `moment` is when
    * state: {state: one of LibraryEntry.State (needed)}
    * rating: {value: 1 to 100 (needed)}; `moment` is when it was given, if known
    * note: {text (needed)}
    * item: {list: name (needed), position, note, description, is_public, is_numbered}
    * hide: {}

    Our own export also says the moments at which it was written, in ISO 8601: created_at and updated_at; and

    * watch: {key, origin, group} of the viewing itself
    * state: {is_said, run, hidden_at}
    * dismissal: {}
    * position: {seconds (needed), length, is_paused, player, started_at}

    and of the profile, with NO_WORK: list {name, address, description, is_public, is_numbered}, service {service, name}
    and settings {the columns of `Profile`}.

    `key` is the same for the same thing in every file of the service, older or newer, and differs for two plays of one
    episode; `row_key` makes one. `raw` is the row as the file has it.
    """

    file: str
    line: int
    kind: Kind
    work: Work
    key: str
    raw: Mapping[str, Any]
    part: Part | None = None
    moment: Moment | None = None
    says: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """A row that says nothing that could be kept, and why, in words for the viewer."""

    file: str
    line: int
    reason: str
    raw: Mapping[str, Any]


Row = Entry | Refusal


@dataclass(frozen=True)
class Options:
    """How the file is to be read: `zone` names the time zone of times that do not say theirs."""

    zone: str
    said: Mapping[str, str] = field(default_factory=dict)
    """What the viewer chose of the reader's `choices`."""


@dataclass(frozen=True)
class Choice:
    """Something only the viewer can tell, such as whose rows of a shared account are meant: (value, label) each."""

    name: str
    label: str
    values: tuple[tuple[str, str], ...]


class Reader(Protocol):
    """Knows the files of one service."""

    @property
    def service(self) -> LogImport.Service: ...

    def recognises(self, upload: Upload) -> bool:
        """Whether this is a file of the service, by its names, columns or keys: never by guessing."""

    def choices(self, upload: Upload) -> list[Choice]:
        """What the viewer has to choose before the file is read; mostly nothing."""

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        """Every row of the file, in its order: whatever is not an Entry is a Refusal with its reason, nothing is
        left out in silence. Raises UnreadableError only where the file as a whole makes no sense."""


def digest(said: Any) -> str:
    return hashlib.sha256(ENCODER.encode(said).encode()).hexdigest()


def row_key(*parts: Any) -> str:
    """Of what makes a row itself, 64 characters; number those that are alike otherwise."""
    return digest(parts)
