"""Yamtrack: one CSV of everything, a row for each title, season and episode, several for what was seen again.

A state stands with titles and seasons; viewings stand with episodes and films. A season that only says how many of its
episodes were seen has seen its first ones, no one knows when. Numbers of MyAnimeList are no names of ours, so anime is
found by its name; what it says of progress counts within a part of a series that only MyAnimeList has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Kind, Options, Part, Row, Work, row_key
from tracking.histories.uploads import Upload
from tracking.models import LibraryEntry, LogImport
from tracking.moments import Moment

from . import cells, rows
from .lines import Line, is_table, lines, told

COLUMNS = {"media_id", "source", "media_type", "title", "status"}
KINDS = {"movie": "movie", "tv": "series", "season": "series", "episode": "series", "anime": ""}
MOST_PLAYS = 500
MOST_EPISODES = 2000

State = LibraryEntry.State
STATES = {
    "completed": State.COMPLETED,
    "in progress": State.WATCHING,
    "repeating": State.WATCHING,
    "planning": State.PLANNED,
    "paused": State.PAUSED,
    "dropped": State.DROPPED,
}


@dataclass
class Export:
    """What a row has to know of the others."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Titles by source and id; some rows lack them."""

    seasons: set[tuple[str, int | None]] = field(default_factory=set)
    """Those with rows of their episodes: key of the work, and number."""

    alike: cells.Alike = field(default_factory=cells.Alike)


class Yamtrack:
    service = LogImport.Service.YAMTRACK

    def recognises(self, upload: Upload) -> bool:
        return any(_is_ours(upload, file) for file in upload.names)

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        for file in filter(partial(_is_ours, upload), upload.names):
            export = _surveyed(lines(upload, file, options.zone))
            for line in lines(upload, file, options.zone):
                yield from told(line, partial(_read, export))


def _is_ours(upload: Upload, file: str) -> bool:
    return is_table(upload, file) and set(upload.columns(file)) >= COLUMNS


def _surveyed(all_lines: Iterator[Line]) -> Export:
    export, episodes = Export(), []
    for line in all_lines:
        if line["title"]:
            export.names.setdefault((line["source"], line["media_id"]), line["title"])
        if line["media_type"] == "episode":
            episodes.append(line)
    for line in episodes:
        number = line["season_number"]
        export.seasons.add((_work(export, line).key, int(number) if number.isdecimal() else None))
    return export


def _work(export: Export, line: Line) -> Work:
    kind, source, own = KINDS[line["media_type"]], line["source"], line["media_id"]
    known = export.names.get((source, own), "") if own else ""
    return Work(kind, cells.name(line["title"] or known), None, rows.ids({source: own}))


def _read(export: Export, line: Line) -> Iterator[Row]:
    sort = line["media_type"]
    if sort not in KINDS:
        raise ValueError(_("Not a film or a series, but: %(sort)s.") % {"sort": cells.quote(sort)})
    work = _work(export, line)
    if not work.name and not work.ids:
        raise ValueError(_("It names no title."))
    part = None
    if sort in ("season", "episode"):
        part = Part(cells.whole(line["season_number"]), cells.whole(line["episode_number"]))
    yield from READ[sort](export, line, work, part)
    yield from _opinions(line, work, part)


def _title(export: Export, line: Line, work: Work, _part: Part | None) -> Iterator[Row]:
    if line["status"]:
        state = _state(line).value
        yield line.entry(Kind.STATE, work, row_key("yamtrack", "state", _thing(work), state), state=state)


def _movie(export: Export, line: Line, work: Work, part: Part | None) -> Iterator[Row]:
    yield from _title(export, line, work, part)
    if line["status"] and _state(line) == State.COMPLETED:
        yield from _plays(export, line, work, None)


def _season(export: Export, line: Line, work: Work, part: Part | None) -> Iterator[Row]:
    """Only where the file has no rows of its episodes."""
    if part is None or part.season is None:
        raise ValueError(_("It does not say which season."))
    if (work.key, part.season) in export.seasons:
        return
    unknown = moments.some_time(line.zone)
    for number in range(1, (cells.whole(line["progress"], most=MOST_EPISODES) or 0) + 1):
        key = row_key("yamtrack", "progress", _thing(work), part.season, number)
        yield line.entry(Kind.WATCH, work, key, Part(part.season, number), unknown)
    if not cells.whole(line["progress"]) and line["status"] and _state(line) == State.COMPLETED:
        yield line.entry(Kind.WATCH, work, row_key("yamtrack", "season", _thing(work), part.season), part, unknown)


def _episode(export: Export, line: Line, work: Work, part: Part | None) -> Iterator[Row]:
    if part is None or part.season is None or part.number is None:
        raise ValueError(_("It does not say which episode."))
    yield from _plays(export, line, work, part)


READ = {"tv": _title, "anime": _title, "movie": _movie, "season": _season, "episode": _episode}


def _plays(export: Export, line: Line, work: Work, part: Part | None) -> Iterator[Row]:
    """The viewing of the row, and those that older files count as “repeats”, whose dates nobody knows."""
    moment = _moment(line)
    repeats = cells.whole(line["repeats"], most=MOST_PLAYS) or 0
    for when in [moment, *[moments.some_time(line.zone)] * repeats]:
        thing = _thing(work), part and (part.season, part.number)
        key = export.alike.key("yamtrack", "watch", *thing, when.at or when.on)
        yield line.entry(Kind.WATCH, work, key, part, when)


def _opinions(line: Line, work: Work, part: Part | None) -> Iterator[Row]:
    thing = _thing(work), part and (part.season, part.number)
    if (value := cells.rating(line["score"], of=10)) is not None:
        yield line.entry(Kind.RATING, work, row_key("yamtrack", "rating", *thing, value), part, value=value)
    if line["notes"]:
        key = row_key("yamtrack", "note", *thing, line["notes"])
        yield line.entry(Kind.NOTE, work, key, text=line["notes"])


def _thing(work: Work) -> str:
    """Its id, since names are changed; else its name."""
    return work.kind + (f" {sorted(work.ids.items())}" if work.ids else f" {work.name.casefold()}")


def _state(line: Line) -> LibraryEntry.State:
    state = STATES.get(line["status"].casefold())
    if state is None:
        raise ValueError(_("“%(value)s” is not a state that is known.") % {"value": cells.quote(line["status"])})
    return state


def _moment(line: Line) -> Moment:
    """The end of it. A day is written as its midnight by some versions."""
    said = line["end_date"] or line["start_date"]
    for midnight in ("T00:00:00Z", "T00:00:00+00:00", " 00:00:00+00:00", " 00:00:00"):
        said = said.removesuffix(midnight)
    return cells.moment(said, line.zone)


READER = Yamtrack()
