"""Trakt: the ZIP of its own export, the same files in folders as other programs fetch them, or one of these files.

A file is known by its name, since a list of things says the same of a watchlist and of what is hidden; what stands in
it is looked at all the same. Plays come from the history. Where there is none, they come from the sums by title, which
know only the last date.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Entry, Kind, Options, Part, Refusal, Row, Work
from tracking.histories.facts import row_key as key_of
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import LibraryEntry, LogImport
from tracking.moments import Moment

from . import cells, rows

State = LibraryEntry.State

SECTIONS = {
    "history": r"(watched-)?history",
    "watched": r"watched(-movies|-shows)?",
    "ratings": r"ratings(-(movies|shows|seasons|episodes|all))?",
    "watchlist": r"(lists-)?watchlist(-(movies|shows|seasons|episodes))?",
    "favorites": r"(lists-)?favorites",
    "list": r"(lists-)?list-(?P<list>\d+)(-.+)?",
    "lists": r"(lists-)?lists",
    "dropped": r"hidden-dropped",
    "hidden": r"hidden-progress-watched",
    "notes": r"(notes|comments)-(movies|shows|seasons|episodes)",
}
"""By the names of their files, which may begin with “trakt-” and end in the number of a page."""

WITH_SUMS = "watched"
NOT_THE_LOG = re.compile(
    r"user-.+|last-activities|profile|settings|stats|saved-filters|network-.+|likes-.+"  # the account, other people
    r"|(comments|notes)-(lists|people|activities|collection-items|ratings)|(lists-)?collaborations|-errors"
    r"|collection(-.+)?|hidden-progress-collected"  # what is owned
    r"|hidden-calendar|hidden-recommendations|hidden-progress-watched-reset|hidden-comments"
    r"|(watched-)?(playback|up-next)|progress-.+|watched-progress-.+"  # not seen to the end, or derived from the plays
    r"|(media|images?|calendar)-.+"
)
"""Files of the export that say nothing of a log: none of them is a row."""

NAME = re.compile(
    r"(?:import[-_])?(?:trakt[-_])?(?P<stem>.+?)(?:-\d{1,4}|\.excerpt)*(?: ?\(\d+\))?\.json", re.IGNORECASE
)
KINDS = {"movie": "movie", "show": "series", "season": "series", "episode": "series"}
GUESSED = time(23, 59, 59)
"""What Trakt and the programs around it write when only the day is known; all of 1970 stands for “unknown”."""


@dataclass(frozen=True)
class File:
    name: str
    section: str
    list_id: str = ""


class Trakt:
    service = LogImport.Service.TRAKT

    def recognises(self, upload: Upload) -> bool:
        files = [file for name in upload.names if (file := _file(name))]
        if upload.is_zip:
            return any(_looks_right(upload, file) for file in files)
        return bool(files) and _looks_right(upload, files[0])

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        files = [file for name in upload.names if (file := _file(name))]
        reading = _Reading(upload, options.zone, files)
        for name in upload.names:
            file = _file(name)
            if file and not (file.section == WITH_SUMS and reading.has_history):
                yield from reading.rows(file)
            elif not file and not NOT_THE_LOG.fullmatch(_stem(name)):
                yield Refusal(name, 1, _("This file of the export is not known."), {})


def _stem(name: str) -> str:
    found = NAME.fullmatch(PurePosixPath(name).name)
    return found["stem"].replace("_", "-").casefold() if found else PurePosixPath(name).name


def _file(name: str) -> File | None:
    stem = _stem(name)
    for section, pattern in SECTIONS.items():
        if found := re.fullmatch(pattern, stem):
            return File(name, section, found.groupdict().get("list") or "")
    return None


def _looks_right(upload: Upload, file: File) -> bool:
    """By the keys of its first item: other services name their files alike."""
    try:
        content = upload.json(file.name)
    except UnreadableError:
        return upload.is_zip
    if not isinstance(content, list):
        return False
    first = rows.mapping(content[0]) if content else {}
    needed = {
        "history": {"watched_at", "type"},
        "watched": {"plays", "last_watched_at"},
        "ratings": {"rating", "rated_at"},
        "dropped": {"hidden_at", "type"},
        "hidden": {"hidden_at", "type"},
        "lists": {"name", "ids"},
        "notes": {"type"},
    }
    return (upload.is_zip and not content) or needed.get(file.section, {"listed_at", "type"}) <= first.keys()


class _Reading:
    """One pass through the files."""

    def __init__(self, upload: Upload, zone: str, files: list[File]) -> None:
        self.upload = upload
        self.zone = zone
        self.has_history = any(file.section == "history" and self._content(file.name) for file in files)
        self.lists = {
            str(rows.mapping(each.get("ids")).get("trakt")): each
            for file in files
            if file.section == "lists"
            for each in rows.items(self._content(file.name))
        }
        self.dropped = {
            self._id(item)
            for file in files
            if file.section == "dropped"
            for item in rows.items(self._content(file.name))
            if item.get("type") == "show"
        }
        self.alike = cells.Alike()
        self.told = rows.Told()

    def rows(self, file: File) -> Iterator[Row]:
        if file.section == "lists":
            return  # names of lists, said again with what is in them
        try:
            content = self.upload.json(file.name)
        except UnreadableError as error:
            yield Refusal(file.name, 1, str(error), {})
            return
        if not isinstance(content, list):
            yield Refusal(file.name, 1, _("This is not a list of things."), {})
            return
        for line, raw in enumerate(rows.items(content), 1):
            yield from rows.kept(file.name, line, raw, partial(self._entries, file, line, raw))

    def _entries(self, file: File, line: int, raw: Mapping[str, Any]) -> Iterator[Row]:
        read: Callable[[Entry, File], Iterator[Row]] = getattr(self, f"_{file.section}")
        return read(self._base(file, line, raw), file)

    def _content(self, name: str) -> Any:
        """Empty where it cannot be read: that is said where its rows are read."""
        try:
            return self.upload.json(name)
        except UnreadableError:
            return []

    def _base(self, file: File, line: int, raw: Mapping[str, Any]) -> Entry:
        """What every entry of the item has, still without a key. Raises ValueError."""
        kind = _kind(raw)
        said = rows.mapping(raw.get("movie" if kind == "movie" else "show"))
        name, known = rows.title(said.get("title")), rows.ids(said.get("ids"))
        if not name and not known:
            raise ValueError(_("It does not say which title is meant."))
        work = Work(KINDS[kind], name, cells.year(said.get("year")), known)
        return Entry(file.name, line, Kind.WATCH, work, "", raw, part=_part(kind, raw))

    def _id(self, raw: Mapping[str, Any]) -> str:
        """Its own id at Trakt, be it a title, a season or an episode; else the ids elsewhere, else the name."""
        said = rows.mapping(raw.get(_kind(raw)))
        found = rows.mapping(said.get("ids")).get("trakt")
        if found:
            return str(found)
        show = rows.mapping(raw.get("show"))
        place = [said.get("season"), said.get("number")] if show else []
        return str([rows.ids((show or said).get("ids")), (show or said).get("title"), *place])

    def _history(self, base: Entry, _file: File) -> Iterator[Row]:
        _only(base, "movie", "episode")
        play, said = base.raw.get("id"), base.raw.get("watched_at")
        identity = ["play", play] if play else ["play", self._id(base.raw), said]
        yield replace(base, key=self.alike.key(*map(str, identity)), moment=_moment(said, self.zone))

    def _watched(self, base: Entry, _file: File) -> Iterator[Row]:
        raw = base.raw
        if base.work.kind == "movie":
            yield from self._plays(base, raw, self._id(raw))
            return
        seasons = rows.items(raw.get("seasons"))
        for season in seasons:
            for episode in rows.items(season.get("episodes")):
                short = {"show": raw.get("show"), "season": season.get("number"), "episode": episode}
                of_episode = partial(self._plays_of_episode, replace(base, raw=short), season, episode)
                yield from rows.kept(base.file, base.line, short, of_episode)
        if not seasons:
            if self._id(raw) not in self.dropped:
                yield self._state(base, State.WATCHING, raw.get("last_watched_at"))
            yield Refusal(base.file, base.line, rows.unplaced(rows.number(raw.get("plays")) or 0), raw)

    def _plays_of_episode(self, base: Entry, season: Mapping[str, Any], episode: Mapping[str, Any]) -> Iterator[Entry]:
        part = Part(season=rows.needed(season.get("number")), number=rows.needed(episode.get("number")))
        identity = f"{self._id({'show': base.raw['show']})} {part.season} {part.number}"
        return self._plays(replace(base, part=part), episode, identity)

    def _plays(self, base: Entry, said: Mapping[str, Any], identity: str) -> Iterator[Entry]:
        """Of all plays only the last has a date."""
        last = _moment(said.get("last_watched_at"), self.zone)
        count = rows.plays(said.get("plays"))
        for turn in range(1, count + 1):
            key = key_of("plays", identity, turn)
            yield replace(base, key=key, moment=last if turn == count else moments.some_time(self.zone))

    def _ratings(self, base: Entry, _file: File) -> Iterator[Row]:
        value = rows.rating(base.raw.get("rating"), of=10)
        at = base.raw.get("rated_at")
        key = key_of("rating", _kind(base.raw), self._id(base.raw), value, at)
        yield replace(base, kind=Kind.RATING, key=key, moment=_moment(at, self.zone), says={"value": value})

    def _watchlist(self, base: Entry, _file: File) -> Iterator[Row]:
        _only(base, "movie", "show")
        yield from self.told.once(self._state(base, State.PLANNED, base.raw.get("listed_at")))
        yield from self._note(base, base.raw.get("notes"))

    def _state(self, base: Entry, state: str, at: Any) -> Entry:
        key = key_of("state", base.work.kind, self._id(base.raw), state, at)
        return replace(base, kind=Kind.STATE, key=key, moment=_moment(at, self.zone), says={"state": state})

    def _favorites(self, base: Entry, _file: File) -> Iterator[Row]:
        yield self._item(base, "favorites", {"list": _("Favorites"), "is_numbered": True})

    def _list(self, base: Entry, file: File) -> Iterator[Row]:
        known = self.lists.get(file.list_id, {})
        slug = _stem(file.name).split(f"{file.list_id}-", 1)[-1]
        says = {
            "list": rows.title(known.get("name")) or slug.replace("-", " ").capitalize(),
            "description": rows.prose(known.get("description")),
            "is_public": known.get("privacy") == "public",
            "is_numbered": known.get("display_numbers") is True,
        }
        yield self._item(base, file.list_id, says)

    def _item(self, base: Entry, list_id: str, says: Mapping[str, Any]) -> Entry:
        key = key_of("item", list_id, _kind(base.raw), self._id(base.raw))
        rank, note = rows.number(base.raw.get("rank")) or base.line, rows.prose(base.raw.get("notes"))
        return replace(base, kind=Kind.ITEM, key=key, says={**says, "position": rank, "note": note})

    def _dropped(self, base: Entry, _file: File) -> Iterator[Row]:
        _only(base, "movie", "show")
        yield self._state(base, State.DROPPED, base.raw.get("hidden_at"))

    def _hidden(self, base: Entry, _file: File) -> Iterator[Row]:
        _only(base, "movie", "show")
        yield replace(base, kind=Kind.HIDE, key=key_of("hide", base.work.kind, self._id(base.raw)))

    def _notes(self, base: Entry, _file: File) -> Iterator[Row]:
        _only(base, "movie", "show")
        raw = base.raw
        text = rows.mapping(raw.get("comment")).get("comment") or rows.mapping(raw.get("note")).get("notes")
        if not rows.prose(text):
            raise ValueError(_("There is no text."))
        yield from self._note(base, text)

    def _note(self, base: Entry, text: Any) -> Iterator[Entry]:
        if text := rows.prose(text):
            key = key_of("note", base.work.kind, self._id(base.raw), text)
            yield replace(base, kind=Kind.NOTE, key=key, says={"text": text})


def _kind(raw: Mapping[str, Any]) -> str:
    """“movie”, “show”, “season” or “episode”, from what is there where it is not said. Raises ValueError."""
    said = raw.get("type")
    kind = said if isinstance(said, str) else next((each for each in ("movie", "show") if each in raw), "")
    if kind not in KINDS:
        raise ValueError(_("“%(value)s” is neither a film nor a series.") % {"value": cells.quote(kind)})
    return kind


def _part(kind: str, raw: Mapping[str, Any]) -> Part | None:
    said = rows.mapping(raw.get(kind))
    if kind == "season":
        return Part(season=rows.needed(said.get("number")))
    if kind == "episode":
        number, known = rows.needed(said.get("number")), rows.ids(said.get("ids"))
        return Part(rows.needed(said.get("season")), number, rows.title(said.get("title")), known)
    return None


def _only(base: Entry, *kinds: str) -> None:
    if _kind(base.raw) not in kinds:
        raise ValueError(_("This cannot be said of a season or an episode here, only of the whole."))


def _moment(said: Any, zone: str) -> Moment:
    found = cells.moment(said, zone)
    if found.at and found.at.year == 1970:
        return moments.some_time(zone)
    if found.at and found.at.time() == GUESSED and found.at.utcoffset() == timedelta(0):
        return moments.day(found.at.date(), zone)
    return found


READER = Trakt()
