"""Marquee's own export (docs/export.md): the JSON Lines of its ZIP; the tables beside them say the same.

What other services leave to us is said here: when something was written, in which run, by which key. Everything is
checked like the file of a stranger, for it may be one.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Profile
from tracking import moments
from tracking.histories.facts import NO_WORK, Choice, Entry, Kind, Options, Part, Row, Work, row_key
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import ImportRow, LibraryEntry, LogImport, Watch
from tracking.moments import Moment

from . import cells, rows
from .lines import Once

MANIFEST = "marquee.json"
UNMATCHED = "unmatched"
OF_FILE = {
    "settings": Kind.SETTINGS,
    "services": Kind.SERVICE,
    "watches": Kind.WATCH,
    "library": Kind.STATE,
    "ratings": Kind.RATING,
    "notes": Kind.NOTE,
    "lists": Kind.LIST,
    "items": Kind.ITEM,
    "dismissals": Kind.DISMISSAL,
    "positions": Kind.POSITION,
}
KEY = 64
LONG_KEY = 100
LONGEST_SLUG = 330
MOST_SECONDS = 10**7

Says = dict[str, Any]
Raw = Mapping[str, Any]


class Marquee:
    service = LogImport.Service.MARQUEE

    def recognises(self, upload: Upload) -> bool:
        if not upload.is_zip or not (manifest := upload.find(MANIFEST)):
            return False
        return rows.mapping(upload.json(manifest)).get("marquee") == "export"

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        manifest = rows.mapping(upload.json(upload.find(MANIFEST) or MANIFEST))
        if manifest.get("version") != 1:
            raise UnreadableError(_("The export is of a newer Marquee than this one."))
        for name in (*OF_FILE, UNMATCHED):
            if file := upload.find(f"{name}.jsonl"):
                yield from _read_file(upload, file, name)


def _read_file(upload: Upload, file: str, name: str) -> Iterator[Row]:
    once = Once()
    for number, line in upload.json_lines(file):
        raw = rows.mapping(line) or {"": line}
        read = _unmatched if name == UNMATCHED else partial(_row, OF_FILE[name])
        for row in rows.kept(file, number, raw, partial(read, file, number, raw)):
            yield once.check(row)


def _row(kind: Kind, file: str, line: int, raw: Raw) -> Iterator[Entry]:
    says = SAYS[kind](raw)
    work = NO_WORK if kind in ImportRow.OF_NO_WORK else _work(raw)
    part = _part(raw) if kind in (Kind.WATCH, Kind.RATING, Kind.ITEM, Kind.POSITION) else None
    moment = _moment(raw) if kind == Kind.WATCH else None
    if kind == Kind.RATING and "updated_at" in says:
        moment = moments.minute(datetime.fromisoformat(says["updated_at"]), "UTC")
    named = says.get("name") if work is NO_WORK else work.key
    key = says["key"] if kind == Kind.WATCH else [named, _place(part), says.get("list")]
    yield Entry(file, line, kind, work, row_key("marquee", kind, key), raw, part, moment, says)


def _unmatched(file: str, line: int, raw: Raw) -> Iterator[Entry]:
    """What an import elsewhere could not place, with the key of its service."""
    kind = Kind(_one_of(raw, "what", Kind.values))
    service = _one_of(raw, "service", LogImport.Service.values)
    key = _text(raw, "key", KEY, is_needed=True)
    says = SAYS[kind]({"key": f"import:{service}:{key}", **_nested(raw, "says")})
    work = NO_WORK if kind in ImportRow.OF_NO_WORK else _work(raw)
    part = _part(raw) if raw.get("is_part") is True else None
    moment = _moment(raw) if raw.get("precision") else None
    yield Entry(file, line, kind, work, key, raw, part, moment, says)


# -- which title and which part of it ----------------------------------------------------------------------------------


def _work(raw: Raw) -> Work:
    ids = _ids(raw, "ids")
    if slug := _text(raw, "title", LONGEST_SLUG):
        ids["marquee"] = slug
    name = _text(raw, "name", 500)
    if not name and not ids:
        raise ValueError(_("It names no title."))
    return Work(_one_of(raw, "kind", ("series", "movie", "")), name, _whole(raw, "year", 9999), ids)


def _part(raw: Raw) -> Part | None:
    """Nothing where the title as a whole is meant."""
    if all(raw.get(name) is None for name in ("season", "episode", "episode_name", "episode_ids")):
        return None
    name = _text(raw, "episode_name", 500)
    return Part(_whole(raw, "season"), _whole(raw, "episode"), name, _ids(raw, "episode_ids"))


def _place(part: Part | None) -> list[Any]:
    return [part.season, part.number, part.name, sorted(part.ids.items())] if part else []


def _ids(raw: Raw, name: str) -> dict[str, str]:
    said = _nested(raw, name)
    return {str(source)[:10]: value[:KEY] for source, value in said.items() if value and isinstance(value, str)}


def _moment(raw: Raw) -> Moment:
    """As precise as it was; the constraints of a viewing are asked here, so that a slip is a row and not a file."""
    precision = Watch.Precision(_one_of(raw, "precision", Watch.Precision.values))
    zone, at, on = _zone(raw, "zone"), _stamp(raw, "watched_at"), _day(raw, "watched_on")
    if precision == Watch.Precision.UNKNOWN:
        return moments.some_time(zone)
    if on is None or (precision == Watch.Precision.MINUTE) != (at is not None):
        raise ValueError(_("Its date is not as precise as it says."))
    if precision == Watch.Precision.MONTH:
        on = on.replace(day=1)
    if precision == Watch.Precision.YEAR:
        on = on.replace(month=1, day=1)
    return Moment(precision, zone, at=datetime.fromisoformat(at) if at else None, on=on)


# -- what is said ------------------------------------------------------------------------------------------------------


def _stamps(raw: Raw) -> Says:
    return {name: said for name in ("created_at", "updated_at") if (said := _stamp(raw, name))}


def _watch(raw: Raw) -> Says:
    texts = {name: _text(raw, name, most) for name, most in (("note", 5000), ("company", 200), ("service", 100))}
    chosen = {
        "place": _one_of(raw, "place", Watch.Place.values),
        "attention": _one_of(raw, "attention", Watch.Attention.values),
        "origin": _one_of(raw, "origin", ("", *Watch.Origin.values)),
    }
    group = {"group": _uuid(raw, "group")} if raw.get("group") else {}
    key = {"key": _text(raw, "key", LONG_KEY, is_needed=True)}
    return {**key, **chosen, **texts, **group, "run": _run(raw), **_stamps(raw)}


def _state(raw: Raw) -> Says:
    hidden = {"hidden_at": said} if (said := _stamp(raw, "hidden_at")) else {}
    state = {"state": _one_of(raw, "state", LibraryEntry.State.values)}
    if "is_said" not in raw:  # of another service, which tells the state alone
        return state
    return {**state, "is_said": raw["is_said"] is True, "run": _run(raw), **hidden, **_stamps(raw)}


def _rating(raw: Raw) -> Says:
    value = _whole(raw, "value", 100)
    if not value:
        raise ValueError(_("There is no rating."))
    return {"value": value, **_stamps(raw)}


def _note(raw: Raw) -> Says:
    return {"text": _text(raw, "text", 20_000, is_needed=True), **_stamps(raw)}


def _item(raw: Raw) -> Says:
    said: Says = {"list": _text(raw, "list", 200, is_needed=True), "note": _text(raw, "note", 5000), **_stamps(raw)}
    if place := _whole(raw, "position"):
        said["position"] = place
    flags = {name: True for name in ("is_public", "is_numbered") if raw.get(name) is True}
    return {**said, **flags, "description": _text(raw, "description", 20_000)}


def _list(raw: Raw) -> Says:
    flags = {name: raw.get(name) is True for name in ("is_public", "is_numbered")}
    texts = {"name": _text(raw, "name", 200, is_needed=True), "description": _text(raw, "description", 20_000)}
    return {**texts, "address": _uuid(raw, "address"), **flags, **_stamps(raw)}


def _hide(raw: Raw) -> Says:
    return {}


def _position(raw: Raw) -> Says:
    seconds, length = _whole(raw, "seconds", MOST_SECONDS) or 0, _whole(raw, "length", MOST_SECONDS)
    if length is not None and seconds > length:
        raise ValueError(_("It stands behind the end."))
    started = {"started_at": said} if (said := _stamp(raw, "started_at")) else {}
    told = {"is_paused": raw.get("is_paused") is True, "player": _text(raw, "player", 200)}
    return {"seconds": seconds, "length": length, **told, **started, **_stamps(raw)}


def _service(raw: Raw) -> Says:
    return {"service": _text(raw, "service", 100, is_needed=True), "name": _text(raw, "name", 100), **_stamps(raw)}


def _settings(raw: Raw) -> Says:
    """Age and kind of a profile are what its household decided, and no file can change them."""
    region = _text(raw, "region", 2)
    return {
        "name": _text(raw, "name", 40, is_needed=True),
        "colour": _one_of(raw, "colour", Profile.Colour.values),
        "language": _one_of(raw, "language", [code for code, _name in settings.LANGUAGES]),
        "time_zone": _zone(raw, "time_zone"),
        "region": region if region.isascii() and region.isupper() else "",
        "rating_scale": _one_of(raw, "rating_scale", Profile.Scale.values),
        "has_spoiler_shield": raw.get("has_spoiler_shield") is True,
        **_stamps(raw),
    }


SAYS: Mapping[Kind, Callable[[Raw], Says]] = {
    Kind.WATCH: _watch,
    Kind.STATE: _state,
    Kind.RATING: _rating,
    Kind.NOTE: _note,
    Kind.ITEM: _item,
    Kind.HIDE: _hide,
    Kind.DISMISSAL: _stamps,
    Kind.POSITION: _position,
    Kind.LIST: _list,
    Kind.SERVICE: _service,
    Kind.SETTINGS: _settings,
}
"""What a row of each kind may say, and nothing else of it is kept."""


# -- single values; each raises ValueError -----------------------------------------------------------------------------


def _bad(name: str, value: object) -> ValueError:
    said = {"name": name, "value": cells.quote(value)}
    return ValueError(_("“%(value)s” cannot be the “%(name)s” of it.") % said)


def _text(raw: Raw, name: str, most: int, *, is_needed: bool = False) -> str:
    value = raw.get(name)
    value = "" if value is None else value
    if not isinstance(value, str) or len(value) > most or (is_needed and not value):
        raise _bad(name, value)
    return value


def _one_of(raw: Raw, name: str, values: Any) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or value not in values:
        raise _bad(name, value)
    return value


def _whole(raw: Raw, name: str, most: int = rows.LARGEST_NUMBER) -> int | None:
    value = raw.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most):
        raise _bad(name, value)
    return value


def _run(raw: Raw) -> int:
    return _whole(raw, "run", 1000) or 1


def _zone(raw: Raw, name: str) -> str:
    return _one_of(raw, name, _zones())


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _uuid(raw: Raw, name: str) -> str:
    try:
        return str(uuid.UUID(_text(raw, name, KEY)))
    except ValueError:
        raise _bad(name, raw.get(name)) from None


def _nested(raw: Raw, name: str) -> Mapping[str, Any]:
    return rows.mapping(raw.get(name))


def _stamp(raw: Raw, name: str) -> str | None:
    """A moment as text, in UTC."""
    if raw.get(name) is None:
        return None
    try:
        at = datetime.fromisoformat(_text(raw, name, KEY)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(name, raw[name]) from None
    if not cells.EARLIEST_YEAR <= at.year <= cells.LATEST_YEAR:
        raise _bad(name, raw[name])
    return at.isoformat()


def _day(raw: Raw, name: str) -> date | None:
    if raw.get(name) is None:
        return None
    try:
        on = date.fromisoformat(_text(raw, name, KEY))
    except ValueError:
        raise _bad(name, raw[name]) from None
    if not cells.EARLIEST_YEAR <= on.year <= cells.LATEST_YEAR:
        raise _bad(name, raw[name])
    return on


READER = Marquee()
