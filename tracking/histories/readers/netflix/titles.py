"""What a name such as “Narcos: Mexico: Season 1: Camelot” may mean. Colons separate, and stand in names themselves."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from tracking.histories.facts import Part, Work
from tracking.histories.readers import words

MOST_PIECES = 10
ENOUGH = 3
"""So many names that begin alike, and name no season, are episodes rather than films of one cycle."""

# Full-width colons belong to names, but also separate where no blank follows.
COLON = re.compile(r"\s*:\s+|\s*：\s*")
EXTRA = re.compile(
    r"_hook_|_trailer|\((?:[^()]* )?(?:trailer|teaser|recap)\)$|: (?:official )?(?:trailer|teaser)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Reading:
    work: str
    season: int | None = None
    number: int | None = None
    name: str = ""
    kind: str = ""

    @property
    def part(self) -> Part | None:
        if self.season is None and self.number is None and not self.name:
            return None
        return Part(self.season, self.number, self.name)

    @property
    def row(self) -> dict[str, Any]:
        return {"work": self.work, "season": self.season, "number": self.number, "name": self.name}


def is_extra(title: str) -> bool:
    """Whether it is a trailer or the like, by its name."""
    return bool(EXTRA.search(title))


def beginnings(titles: Iterable[str]) -> set[str]:
    """What several different names without a season begin with."""
    count: Counter[str] = Counter()
    for title in set(titles):
        pieces = _pieces(title)
        if not any(_label(pieces, at) for at in range(len(pieces))):
            count.update(": ".join(pieces[:end]) for end in range(1, len(pieces)))
    return {beginning for beginning, number in count.items() if number >= ENOUGH}


def readings(title: str, shared: Collection[str]) -> list[Reading]:
    """The likeliest first; `shared` are the beginnings of the whole file."""
    pieces = _pieces(title)
    found = _with_season(pieces) or _with_episode(pieces) or _without(pieces, shared)
    return list(dict.fromkeys(found))


def work_of(reading: Reading) -> Work:
    return Work(reading.kind, reading.work)


def _pieces(title: str) -> list[str]:
    pieces = [piece for piece in COLON.split(title, maxsplit=MOST_PIECES - 1) if piece]
    return pieces or [title]


def _with_season(pieces: list[str]) -> list[Reading]:
    """“Show: Season 2: Name”, the surest label first; a last “Part 2” may be a film's, and is left to `_without`."""
    labels = [(at, label) for at in range(len(pieces)) if (label := _label(pieces, at))]
    labels = [(at, label) for at, label in labels if label.is_sure or at + 1 < len(pieces)]
    found = []
    for at, label in sorted(labels, key=lambda pair: not pair[1].is_sure):
        number, name = words.split_episode(": ".join(pieces[at + 1 :]))
        reading = Reading("", label.number, number, name, "series")
        found += [replace(reading, work=": ".join(pieces[:end])) for end in range(at, 0, -1)]
    return found


def _with_episode(pieces: list[str]) -> list[Reading]:
    """“Show: Episode 3”."""
    number = words.episode(pieces[-1]) if len(pieces) > 1 else None
    if number is None:
        return []
    return [Reading(": ".join(pieces[:end]), None, number, "", "series") for end in range(len(pieces) - 1, 0, -1)]


def _without(pieces: list[str], shared: Collection[str]) -> list[Reading]:
    """A film, or an episode of a series whose seasons are not named. Only episodes are numbered in brackets."""
    splits = []
    for end in range(len(pieces) - 1, 0, -1):
        number, name = words.split_episode(": ".join(pieces[end:]))
        splits.append(Reading(": ".join(pieces[:end]), _season_within(pieces, end), number, name))
    likely = [each for each in splits if each.work in shared]
    if splits and splits[0].number is not None:
        return [replace(each, kind="series") for each in [*likely, *reversed(splits)]]
    return [*likely, Reading(": ".join(pieces)), *splits]


def _label(pieces: list[str], at: int) -> words.Label | None:
    """“Season 2”, also as “Stranger Things 2”, which is called after its series."""
    if at and (found := re.fullmatch(r"(.*\D)\s(\d{1,2})", pieces[at])) and found[1] == pieces[at - 1]:
        return words.Label(int(found[2]), is_sure=at + 1 < len(pieces))
    return words.season(pieces[at]) if at else None


def _season_within(pieces: list[str], end: int) -> int | None:
    """“Avatar: The Last Airbender – Book 1: Name” and “Beyond the Show: Beyond 2: Name”."""
    if end + 1 >= len(pieces):
        return None
    if label := words.season(re.split(r"\s[–-]\s", pieces[end])[-1]):
        return label.number
    found = re.fullmatch(r".*\D\s(\d{1,2})", pieces[end])
    return int(found[1]) if found else None
