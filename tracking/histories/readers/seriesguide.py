"""SeriesGuide: the JSON of its backups of shows, lists and movies, one of them or several in a ZIP.

docs/backup-json-schema.md of SeriesGuide describes them. It knows how often an episode was seen, but never when.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Entry, Kind, Options, Part, Refusal, Row, Work
from tracking.histories.facts import row_key as key_of
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import LibraryEntry, LogImport

from . import cells, rows

State = LibraryEntry.State

LISTED = {
    "tmdb-show": ("series", "tmdb"),
    "show": ("series", "tvdb"),
    "tmdb-movie": ("movie", "tmdb"),
    "imdb-movie": ("movie", "imdb"),
}
"""What an item of a list is, and whose id it has. Seasons and episodes have ids that name no series."""


class SeriesGuide:
    service = LogImport.Service.SERIESGUIDE

    def recognises(self, upload: Upload) -> bool:
        return any(_sort(upload, name) for name in _names(upload))

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        for name in upload.names:
            sort = _sort(upload, name) if name in _names(upload) else ""
            if sort:
                reading = _Reading(name, options.zone)
                read: Callable[[int, Mapping[str, Any]], Iterator[Row]] = getattr(reading, sort)
                for line, raw in enumerate(rows.items(upload.json(name)), 1):
                    yield from rows.kept(name, line, _short(raw), partial(read, line, raw))
            else:
                yield Refusal(name, 1, _("This file of the export is not known."), {})


def _names(upload: Upload) -> list[str]:
    return [name for name in upload.names if name.casefold().endswith(".json") or not upload.is_zip]


def _sort(upload: Upload, name: str) -> str:
    """“show”, “list” or “movie”, by the keys of the first thing in the file; "" is none of them."""
    try:
        content = upload.json(name)
    except UnreadableError:
        return ""
    first = rows.mapping(content[0]) if isinstance(content, list) and content else {}
    has_id = any(rows.ids(_outside(first)))
    if has_id and isinstance(first.get("seasons"), list):
        return "show"
    if has_id and {"watched", "in_watchlist", "in_collection"} & first.keys():
        return "movie"
    listed = rows.items(first.get("items"))
    is_list = "name" in first and isinstance(first.get("items"), list) and ("list_id" in first or bool(listed))
    return "list" if is_list and all({"externalId", "type"} <= each.keys() for each in listed) else ""


def _outside(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {source: raw.get(f"{source}_id") for source in ("tmdb", "tvdb", "imdb")}


def _short(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The row as it is, but for what has rows of its own."""
    return {name: value for name, value in raw.items() if name not in ("seasons", "items")}


class _Reading:
    """One pass through a file."""

    def __init__(self, file: str, zone: str) -> None:
        self.file = file
        self.zone = zone

    def show(self, line: int, raw: Mapping[str, Any]) -> Iterator[Row]:
        base = self._base("series", line, raw)
        episodes = [
            (season, episode)
            for season in rows.items(raw.get("seasons"))
            for episode in rows.items(season.get("episodes"))
        ]
        if not any(episode.get("watched") is True for _season, episode in episodes):
            yield self._said(base, Kind.STATE, {"state": State.PLANNED})
        if raw.get("hidden") is True:
            yield self._said(base, Kind.HIDE, {})
        if raw.get("favorite") is True:
            favorite = self._said(base, Kind.ITEM, {"list": "favorites"})
            yield replace(favorite, says={"list": _("Favorites")})
        if text := rows.prose(raw.get("user_note")):
            yield self._said(base, Kind.NOTE, {"text": text})
        yield from self._rating(base)
        for season, episode in episodes:
            short = {"title": raw.get("title"), "season": season.get("season"), "episode": episode}
            row = replace(base, raw=short)
            yield from rows.kept(self.file, line, short, partial(self._episode, row, season, episode))

    def movie(self, line: int, raw: Mapping[str, Any]) -> Iterator[Row]:
        base = self._base("movie", line, raw)
        if raw.get("watched") is True:
            yield from self._plays(base, raw)
        elif raw.get("in_watchlist") is True:
            yield self._said(base, Kind.STATE, {"state": State.PLANNED})
        elif not raw.get("rating_user"):
            raise ValueError(_("It was neither seen nor put on the watchlist; what is owned is not kept."))
        yield from self._rating(base)

    def list(self, line: int, raw: Mapping[str, Any]) -> Iterator[Row]:
        name = rows.title(raw.get("name"))
        if not name:
            raise ValueError(_("The list has no name."))
        for position, item in enumerate(rows.items(raw.get("items")), 1):
            says = {"list": name, "position": position}
            yield from rows.kept(self.file, line, {"list": name, "item": item}, partial(self._item, line, item, says))

    def _base(self, kind: str, line: int, raw: Mapping[str, Any]) -> Entry:
        """What every entry of the item has, still without a key. Raises ValueError."""
        name, known = rows.title(raw.get("title")), rows.ids(_outside(raw))
        if not name and not known:
            raise ValueError(_("It does not say which title is meant."))
        released = rows.epoch(raw.get("released_utc_ms"))
        year = released.year if released else cells.year(raw.get("first_aired"))
        return Entry(self.file, line, Kind.WATCH, Work(kind, name, year, known), "", _short(raw))

    def _episode(self, base: Entry, season: Mapping[str, Any], episode: Mapping[str, Any]) -> Iterator[Row]:
        """Nothing where it was neither seen, skipped nor rated: that is most of a backup."""
        base = replace(base, part=_part(season, episode))
        if episode.get("watched") is True:
            yield from self._plays(base, episode)
        elif episode.get("skipped") is True:
            yield Refusal(self.file, base.line, _("It was skipped, not seen; that is not kept."), base.raw)
        yield from self._rating(base, episode)

    def _plays(self, base: Entry, said: Mapping[str, Any]) -> Iterator[Entry]:
        for turn in range(1, rows.plays(said.get("plays") or 1) + 1):
            yield replace(base, key=key_of("play", *_id(base), turn), moment=moments.some_time(self.zone))

    def _rating(self, base: Entry, said: Mapping[str, Any] | None = None) -> Iterator[Row]:
        given = (base.raw if said is None else said).get("rating_user")
        if given:
            yield from rows.kept(self.file, base.line, base.raw, partial(self._rated, base, given))

    def _rated(self, base: Entry, given: Any) -> Iterator[Entry]:
        yield self._said(base, Kind.RATING, {"value": rows.rating(given, of=10)})

    def _item(self, line: int, item: Mapping[str, Any], says: Mapping[str, Any]) -> Iterator[Entry]:
        sort = str(item.get("type"))
        if sort not in LISTED:
            raise ValueError(_("“%(value)s” on a list is not read.") % {"value": cells.quote(sort)})
        kind, source = LISTED[sort]
        known = rows.ids({source: item.get("externalId") or item.get("tvdb_id")})
        if not known:
            raise ValueError(_("It does not say which title is meant."))
        base = Entry(self.file, line, Kind.ITEM, Work(kind, "", None, known), "", item)
        yield replace(self._said(base, Kind.ITEM, {"list": says["list"]}), says=says)

    def _said(self, base: Entry, kind: Kind, says: Mapping[str, Any]) -> Entry:
        return replace(base, kind=kind, key=key_of(kind, *_id(base), says), says=says)


def _part(season: Mapping[str, Any], episode: Mapping[str, Any]) -> Part:
    """By its id at TMDB. One at TheTVDB counts only beside it: files made by hand have any number there."""
    known = rows.ids({"tmdb": episode.get("tmdb_id"), "imdb": episode.get("imdb_id")})
    if "tmdb" in known:
        known |= rows.ids({"tvdb": episode.get("tvdb_id")})
    part = Part(
        season=rows.number(season.get("season")),
        number=rows.number(episode.get("episode")),
        name=rows.title(episode.get("title")),
        ids=known,
    )
    if not part.is_episode:
        raise ValueError(_("It does not say which episode is meant."))
    return part


def _id(base: Entry) -> list[Any]:
    """The surest id of the title and, by number where there is one, of the episode."""
    known = base.work.ids
    title = next(
        (f"{source} {known[source]}" for source in ("tmdb", "tvdb", "imdb") if source in known), base.work.name
    )
    if not base.part:
        return [base.work.kind, title]
    if base.part.season is not None and base.part.number is not None:
        return [title, base.part.season, base.part.number]
    return [title, base.part.ids.get("tmdb") or base.part.name]


READER = SeriesGuide()
