"""IMDb: ratings, the watchlist, check-ins and lists, in every layout since 2010. A rating there is no viewing.

In all of them a row has the id of a title or an episode (“Const”); ids of episodes are not those of their series.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from tracking.histories.facts import Kind, Part, Row, Work, row_key
from tracking.models import LibraryEntry, LogImport

from . import cells
from .lines import Line, TableReader

MOVIES = {"movie", "featurefilm", "documentary", "short", "shortfilm", "tvmovie", "tvshort", "tvspecial", "video"}
MOVIES |= {"musicvideo"}
SERIES = {"tvseries", "tvminiseries", "miniseries", "tvshow"}
OTHERS = {"videogame", "podcastseries", "podcastepisode"}
RATED = ("your rating", "you rated")
MOST_READINGS = 6

Readings = list[dict[str, Any]] | None
"""As those of Netflix: [{work, season, number, name}]."""


def _knows(columns: set[str]) -> bool:
    return "const" in columns and bool(columns & {"title type", "position", *RATED})


def _read(line: Line) -> Iterator[Row]:
    own = cells.imdb_id(line["Const"], line["URL"])
    work, part, readings = _thing(line, own)
    thing = own or row_key(work.key, part.name if part else "")
    value = cells.rating(line["Your Rating"] or line["You rated"], of=10)
    if value is not None:
        # Old layouts do not say when a title was rated, but when it came to the list of ratings.
        moment = cells.known_moment(line["Date Rated"] or (line["Created"] if line["You rated"] else ""), line.zone)
        key = row_key("imdb", "rating", thing, value, moment and moment.on)
        yield line.entry(Kind.RATING, work, key, part, moment, value=value, readings=readings)
    if line["Position"]:
        yield from _listed(line, work, part, thing, readings)


def _listed(line: Line, work: Work, part: Part | None, thing: str, readings: Readings) -> Iterator[Row]:
    """The name of the file is that of the list; two lists have a meaning of their own."""
    called = PurePosixPath(line.file).stem
    plain = re.sub(r"[^a-z]", "", called.casefold())
    if plain.startswith("watchlist") and not part:
        planned = LibraryEntry.State.PLANNED.value
        yield line.entry(Kind.STATE, work, row_key("imdb", "watchlist", thing), state=planned)
    elif plain.startswith("checkin"):
        moment = cells.moment(line["Created"], line.zone)
        key = row_key("imdb", "check-in", thing, moment.on)
        yield line.entry(Kind.WATCH, work, key, part, moment, note=line["Description"], readings=readings)
    else:
        yield line.entry(
            Kind.ITEM,
            work,
            row_key("imdb", "item", called, thing),
            part,
            list=called,
            position=cells.whole(line["Position"], most=100_000),
            note=line["Description"],
            readings=readings,
        )


def _thing(line: Line, own: str) -> tuple[Work, Part | None, Readings]:
    """What the row is of, and the readings of an episode's name. Raises ValueError for neither film nor series."""
    sort = re.sub(r"[^a-z]", "", line["Title Type"].casefold())
    name = cells.name(line["Title"])
    if line["Const"].startswith("nm"):
        raise ValueError(_("A person, not a film or a series."))
    if sort in OTHERS:
        raise ValueError(_("Not a film or a series, but: %(sort)s.") % {"sort": cells.quote(line["Title Type"])})
    if not name and not own:
        raise ValueError(_("It names no title."))
    if sort == "tvepisode":
        return _episode(name, own)
    kind = "movie" if sort in MOVIES else "series" if sort in SERIES else ""
    ids = {"imdb": own} if own else {}
    return Work(kind, name, cells.year(line["Year"]), ids), None, None


def _episode(name: str, own: str) -> tuple[Work, Part, Readings]:
    """“Series: Episode”, where either may have colons too. The year is the episode's, so it is not used."""
    pieces = name.split(": ", MOST_READINGS)
    splits = [(": ".join(pieces[:end]), ": ".join(pieces[end:])) for end in range(1, len(pieces))] or [(name, "")]
    readings = [{"work": work, "season": None, "number": None, "name": part} for work, part in splits]
    ids = {"imdb": own} if own else {}
    return Work("series", splits[0][0]), Part(name=splits[0][1], ids=ids), readings


READER = TableReader(LogImport.Service.IMDB, _knows, _read, encoding="cp1252")
