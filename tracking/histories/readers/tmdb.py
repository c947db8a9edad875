"""TMDB: the CSVs of ratings, of the watchlist and of favourites. The ids of an episode's row are the episode's."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from tracking.histories.facts import Kind, Part, Row, Work, row_key
from tracking.models import LibraryEntry, LogImport

from . import cells, rows
from .lines import Line, TableReader

COLUMNS = {"tmdb id", "imdb id", "type", "name", "your rating"}
KINDS = {"movie": "movie", "tv": "series"}
FAVOURITES = "Favorites"
WATCHLIST = "Watchlist"
COUNTED = re.compile(r"\s+S\d+(?:E\d+)?$")
"""What TMDB puts behind the name of a series in the rows of its seasons and episodes."""


def _read(line: Line) -> Iterator[Row]:
    work, part = _thing(line)
    thing = [work.kind, line["TMDb ID"] or work.key, part and [part.season, part.number]]
    value = cells.rating(line["Your Rating"], of=10)
    if value is not None:
        moment = cells.known_moment(line["Date Rated"], line.zone)
        key = row_key("tmdb", "rating", thing, value, moment and moment.at)
        yield line.entry(Kind.RATING, work, key, part, moment, value=value)
    file = PurePosixPath(line.file).stem.casefold()
    is_favourite = "favorite" in file or "favourite" in file
    if is_favourite or (part and value is None):
        listed = FAVOURITES if is_favourite else WATCHLIST
        yield line.entry(Kind.ITEM, work, row_key("tmdb", "item", listed, thing), part, list=listed)
    elif not part and (value is None or "watchlist" in file):
        planned = LibraryEntry.State.PLANNED.value
        yield line.entry(Kind.STATE, work, row_key("tmdb", "watchlist", thing), part, state=planned)


def _thing(line: Line) -> tuple[Work, Part | None]:
    kind = KINDS.get(line["Type"].casefold())
    if kind is None:
        raise ValueError(_("Not a film or a series, but: %(sort)s.") % {"sort": cells.quote(line["Type"])})
    name, season, number = (
        cells.name(line["Name"]),
        cells.whole(line["Season Number"]),
        cells.whole(line["Episode Number"]),
    )
    ids = rows.ids({"tmdb": line["TMDb ID"], "imdb": line["IMDb ID"]})
    if not name and not ids:
        raise ValueError(_("It names no title."))
    if season is None:
        return Work(kind, name, cells.year(line["Release Date"]), ids), None
    return Work(kind, COUNTED.sub("", name)), Part(season, number, ids=ids if number is not None else {})


READER = TableReader(LogImport.Service.TMDB, lambda columns: columns >= COLUMNS, _read)
