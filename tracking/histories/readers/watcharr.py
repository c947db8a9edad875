"""Watcharr: the JSON of its export, a list of things watched. The line is the number of the item, from one.

What was ticked off in one go, or came from another service, has the moment of that and not of the viewing: it was seen
some time. An episode that was ticked alone was seen about then.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Kind, Options, Part, Row, Work, row_key
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import LibraryEntry, LogImport
from tracking.moments import Moment

from . import cells, rows
from .lines import Line, told
from .rows import items, mapping, needed, prose

KINDS = {"movie": "movie", "tv": "series"}
IN_ONE_GO = timedelta(minutes=5)
MOST_SUB_ROWS = 20_000

State = LibraryEntry.State
STATES = {
    "FINISHED": State.COMPLETED,
    "WATCHING": State.WATCHING,
    "PLANNED": State.PLANNED,
    "HOLD": State.PAUSED,
    "PAUSED": State.PAUSED,
    "DROPPED": State.DROPPED,
}
FINISHED = "FINISHED"
PLAYS = ("ADDED_WATCHED", "STATUS_CHANGED", "IMPORTED_ADDED_WATCHED")
"""Activities that may be a viewing; those with a tail (“_JF”, “_PLEX”) are of the same kind."""


class Watcharr:
    service = LogImport.Service.WATCHARR

    def recognises(self, upload: Upload) -> bool:
        return any(_content(upload, file) for file in upload.names)

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        for file in upload.names:
            for number, item in enumerate(_content(upload, file), 1):
                yield from told(Line(file, number, item, options.zone), _read)


def _content(upload: Upload, file: str) -> list[Mapping[str, Any]]:
    """The items, if it is a list of Watcharr's."""
    if not file.casefold().endswith(".json"):
        return []
    try:
        content = items(upload.json(file))
    except UnreadableError:
        return []
    known = [each for each in content if "status" in each and {"content", "game", "book"} & set(each)]
    return content if known else []


def _read(line: Line) -> Iterator[Row]:
    raw = line.raw
    if raw.get("deletedAt"):
        raise ValueError(_("Deleted at Watcharr."))
    work = _work(mapping(raw.get("content")))
    state = STATES.get(str(raw.get("status", "")))
    if state is None:
        raise ValueError(_("“%(value)s” is not a state that is known.") % {"value": cells.quote(raw.get("status"))})
    yield line.entry(Kind.STATE, work, row_key("watcharr", "state", _thing(work), state.value), state=state.value)
    if work.kind == "movie":
        yield from _plays(line, work, is_finished=state == State.COMPLETED)
    yield from _rated(line, work)
    if thoughts := prose(raw.get("thoughts")):
        yield line.entry(Kind.NOTE, work, row_key("watcharr", "note", _thing(work), thoughts), text=thoughts)
    for tag in items(raw.get("tags")):
        if listed := cells.name(tag.get("name")):
            yield line.entry(Kind.ITEM, work, row_key("watcharr", "tag", listed, _thing(work)), list=listed)
    yield from _parts(line, work)


def _work(content: Mapping[str, Any]) -> Work:
    kind = KINDS.get(str(content.get("type", "")))
    if kind is None:
        raise ValueError(_("Not a film or a series."))
    ids = rows.ids({"tmdb": content.get("tmdbId"), "imdb": content.get("imdb_id")})
    name = cells.name(content.get("title"))
    if not name and not ids:
        raise ValueError(_("It names no title."))
    return Work(kind, name, cells.year(content.get("release_date")), ids)


def _plays(line: Line, work: Work, *, is_finished: bool) -> Iterator[Row]:
    """Each day on which the film was finished; where the activities know none, a finished one was seen some time."""
    found = {
        moment.on: moment for activity in items(line.raw.get("activity")) if (moment := _play(activity, line.zone))
    }
    if not found and is_finished:
        found = {None: moments.some_time(line.zone)}
    for day, moment in found.items():
        yield line.entry(Kind.WATCH, work, row_key("watcharr", "watch", _thing(work), day), None, moment)


def _play(activity: Mapping[str, Any], zone: str) -> Moment | None:
    """When it was finished, if the activity is that."""
    if not str(activity.get("type", "")).startswith(PLAYS) or activity.get("deletedAt"):
        return None
    if not activity.get("countAsPlay") and not _says_finished(activity.get("data")):
        return None
    return cells.moment(activity.get("customDate") or activity.get("createdAt"), zone)


def _says_finished(data: object) -> bool:
    """Either the state alone, or a JSON text with it."""
    text = str(data)
    try:
        said = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return text == FINISHED
    return said.get("status") == FINISHED


def _parts(line: Line, work: Work) -> Iterator[Row]:
    """Of a season there is only what was given it; what was seen of it stands with its episodes. Each speaks for
    itself, so that a bad one does not take the others along."""
    for season in items(line.raw.get("watchedSeasons"))[:MOST_SUB_ROWS]:
        if season.get("rating"):
            yield from told(replace(line, raw=season), partial(_season, work))
    episodes = items(line.raw.get("watchedEpisodes"))[:MOST_SUB_ROWS]
    alone = _ticked_alone(episodes, line.zone)
    for episode in episodes:
        yield from told(replace(line, raw=episode), partial(_episode, work, alone))


def _season(work: Work, line: Line) -> Iterator[Row]:
    yield from _rated(line, work, Part(needed(line.raw.get("seasonNumber"))))


def _episode(work: Work, alone: Mapping[str, Moment], line: Line) -> Iterator[Row]:
    part = Part(needed(line.raw.get("seasonNumber")), needed(line.raw.get("episodeNumber")))
    if line.raw.get("deletedAt"):
        raise ValueError(_("Deleted at Watcharr."))
    if line["status"] == FINISHED:
        key = row_key("watcharr", "watch", _thing(work), part.season, part.number)
        moment = alone.get(line["createdAt"]) or moments.some_time(line.zone)
        yield line.entry(Kind.WATCH, work, key, part, moment)
    else:
        yield line.refusal(_("The episode was not seen to its end."))
    yield from _rated(line, work, part)


def _ticked_alone(episodes: list[Mapping[str, Any]], zone: str) -> dict[str, Moment]:
    """The moments, by their texts, that have no others close by; what cannot be read is none."""
    ticked = sorted((at, text) for each in episodes if (at := _at(text := str(each.get("createdAt") or ""))))
    close = {text for one, other in pairwise(ticked) if other[0] - one[0] < IN_ONE_GO for text in (one[1], other[1])}
    return {text: moments.minute(at, zone) for at, text in ticked if text not in close}


def _at(text: str) -> datetime | None:
    try:
        return cells.moment(text, "UTC").at
    except ValueError:
        return None


def _rated(line: Line, work: Work, part: Part | None = None) -> Iterator[Row]:
    if (value := cells.rating(line["rating"], of=10)) is not None:
        key = row_key("watcharr", "rating", _thing(work), part and (part.season, part.number), value)
        yield line.entry(Kind.RATING, work, key, part, value=value)


def _thing(work: Work) -> str:
    """The number at TMDB that every item has; the names of its copy are changed now and then."""
    return f"{work.kind} {work.ids.get('tmdb') or work.name.casefold()}"


READER = Watcharr()
