"""Simkl: the JSON of its backup, which is what its API tells of all items, alone or in a ZIP.

An item has a status, perhaps a rating and a memo, and its episodes by season. Simkl keeps one date of a thing, the
last. Midnight in UTC stands for a day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Entry, Kind, Options, Part, Refusal, Row, Work
from tracking.histories.facts import row_key as key_of
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import LibraryEntry, LogImport
from tracking.moments import Moment

from . import cells, rows

SECTIONS = {"shows": "show", "movies": "movie", "anime": "show"}
STATES = {
    "watching": LibraryEntry.State.WATCHING,
    "plantowatch": LibraryEntry.State.PLANNED,
    "hold": LibraryEntry.State.PAUSED,
    "dropped": LibraryEntry.State.DROPPED,
    "notinteresting": LibraryEntry.State.DROPPED,
    "completed": LibraryEntry.State.COMPLETED,
}


class Simkl:
    service = LogImport.Service.SIMKL

    def recognises(self, upload: Upload) -> bool:
        return any(_looks_right(upload, name) for name in _names(upload))

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        for name in upload.names:
            if name in _names(upload) and _looks_right(upload, name):
                yield from _Reading(name, options.zone).rows(upload.json(name))
            else:
                yield Refusal(name, 1, _("This file of the export is not known."), {})


def _names(upload: Upload) -> list[str]:
    return [name for name in upload.names if name.casefold().endswith(".json") or not upload.is_zip]


def _looks_right(upload: Upload, name: str) -> bool:
    """Its lists hold things with a status; what else Simkl's API tells looks different."""
    try:
        content = rows.mapping(upload.json(name))
    except UnreadableError:
        return False
    lists = {section: content[section] for section in SECTIONS if content.get(section)}
    firsts = [rows.mapping(said[0]) if isinstance(said, list) else {} for said in lists.values()]
    return bool(firsts) and all("status" in first and {"show", "movie"} & first.keys() for first in firsts)


class _Reading:
    """One pass through a file; the lines count all items, in the order of the file."""

    def __init__(self, file: str, zone: str) -> None:
        self.file = file
        self.zone = zone
        self.alike = cells.Alike()

    def rows(self, content: Mapping[str, Any]) -> Iterator[Row]:
        line = 0
        for section in content:
            for raw in rows.items(content[section]) if section in SECTIONS else []:
                line += 1
                yield from rows.kept(self.file, line, raw, partial(self._item, section, line, raw))

    def _item(self, section: str, line: int, raw: Mapping[str, Any]) -> Iterator[Row]:
        base = self._base(section, line, raw)
        status = str(raw.get("status"))
        if status not in STATES:
            raise ValueError(_("“%(value)s” is no status of Simkl.") % {"value": cells.quote(status)})
        is_seen_film = base.work.kind == "movie" and STATES[status] == LibraryEntry.State.COMPLETED
        if is_seen_film:
            yield self._play(base, raw.get("last_watched_at"), raw.get("last_watched_at"))
        else:
            yield self._said(base, Kind.STATE, {"state": STATES[status]})
        yield from self._opinions(base)
        if base.work.kind == "series":
            yield from self._episodes(base, section)

    def _base(self, section: str, line: int, raw: Mapping[str, Any]) -> Entry:
        is_film = "movie" in raw or raw.get("anime_type") == "movie"
        said = rows.mapping(raw.get(SECTIONS[section]) or raw.get("movie"))
        name, known = rows.title(said.get("title")), rows.ids(said.get("ids"))
        if not name and not known:
            raise ValueError(_("It does not say which title is meant."))
        work = Work("movie" if is_film else "series", name, cells.year(said.get("year")), known)
        return Entry(self.file, line, Kind.WATCH, work, "", raw)

    def _opinions(self, base: Entry) -> Iterator[Row]:
        given = base.raw.get("user_rating")
        if given is not None:
            yield from rows.kept(self.file, base.line, base.raw, partial(self._rating, base, given))
        memo = base.raw.get("memo")
        text = rows.prose(rows.mapping(memo).get("text") or memo)
        if text:
            yield self._said(base, Kind.NOTE, {"text": text})

    def _rating(self, base: Entry, given: Any) -> Iterator[Entry]:
        moment = self._moment(base.raw.get("user_rated_at"))
        yield replace(self._said(base, Kind.RATING, {"value": rows.rating(given, of=10)}), moment=moment)

    def _episodes(self, base: Entry, section: str) -> Iterator[Row]:
        seasons = rows.items(base.raw.get("seasons"))
        for season in seasons:
            for episode in rows.items(season.get("episodes")):
                short = {"show": base.raw.get("show"), "season": season.get("number"), "episode": episode}
                play = partial(self._episode, replace(base, raw=short), section, base.raw)
                yield from rows.kept(self.file, base.line, short, play)
        count = rows.number(base.raw.get("watched_episodes_count"))
        if count and not seasons:
            yield Refusal(self.file, base.line, rows.unplaced(count), base.raw)

    def _episode(self, base: Entry, section: str, item: Mapping[str, Any]) -> Iterator[Entry]:
        episode = rows.mapping(base.raw["episode"])
        season, number = rows.needed(base.raw["season"]), rows.needed(episode.get("number"))
        part: Part | None = Part(season, number)
        if section == "anime":
            part = _elsewhere(episode) or Part(None, number)
        at = episode.get("watched_at")
        is_last = not at and item.get("last_watched") == f"S{season:02}E{number:02}"
        yield self._play(replace(base, part=part), item.get("last_watched_at") if is_last else at, at, season, number)

    def _play(self, base: Entry, at: Any, *identity: Any) -> Entry:
        """`identity` without the date that the item as a whole has: another episode may be the last one later."""
        return replace(base, key=self.alike.key("play", _id(base), *map(str, identity)), moment=self._moment(at))

    def _said(self, base: Entry, kind: Kind, says: Mapping[str, Any]) -> Entry:
        return replace(base, kind=kind, key=key_of(kind, _id(base), says), says=says)

    def _moment(self, said: Any) -> Moment:
        found = cells.moment(said, self.zone)
        if found.at and found.at.time() == time() and found.at.utcoffset() == timedelta(0):
            return moments.day(found.at.date(), self.zone)
        return found


def _id(base: Entry) -> str:
    said = rows.mapping(base.raw.get("show") or base.raw.get("movie"))
    simkl = rows.mapping(said.get("ids")).get("simkl")
    return f"{base.work.kind} {simkl}" if simkl else base.work.key


def _elsewhere(episode: Mapping[str, Any]) -> Part | None:
    """Where TheTVDB has it: Simkl begins to count anew with every part of an anime, so its own season says nothing."""
    tvdb = rows.mapping(episode.get("tvdb"))
    season, number = rows.number(tvdb.get("season")), rows.number(tvdb.get("episode"))
    return Part(season, number) if season is not None and number is not None else None


READER = Simkl()
