"""Prime Video: the CSV that its page of viewings is turned into by a browser's extension; the newest first.

Moments are milliseconds since 1970. The same moment twice is one viewing that was written down twice.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tracking.histories.facts import Kind, Part, Row, Work, row_key
from tracking.models import LogImport
from tracking.moments import Moment

from . import cells, words
from .lines import Line, TableReader

COLUMNS = {"date watched", "type", "title", "episode title"}
EXTRA = re.compile(r"\b(?:trailer|teaser)\b", re.IGNORECASE)


def _read(line: Line) -> Iterator[Row]:
    title, episode = cells.name(line["Title"]), cells.name(line["Episode Title"])
    if not title:
        raise ValueError(_("It names no title."))
    work, part = _series(title, episode) if episode or line["Type"].casefold() == "series" else _film(title)
    moment = _moment(line)
    thing = line["Episode Global Title Identifier"] or line["Global Title Identifier"] or [title, episode]
    yield line.entry(Kind.WATCH, work, row_key("prime", thing, moment.at), part, moment, service="Prime Video")


def _film(title: str) -> tuple[Work, None]:
    number, name = words.split_episode(title)
    if number == 0 or (number is not None and EXTRA.search(name)):
        raise ValueError(_("A preview or a trailer, not a film or an episode."))
    return Work("movie", title), None


def _series(title: str, episode: str) -> tuple[Work, Part]:
    """“A Show - Season 1” and “Episode 2: A Name”."""
    number, name = words.split_episode(episode)
    if number == 0 and EXTRA.search(name):
        raise ValueError(_("A preview or a trailer, not a film or an episode."))
    for split in re.finditer(r"\s+[-–—:]\s+|:\s+", title):
        if label := words.season(title[split.end() :]):
            return Work("series", title[: split.start()]), Part(label.number, number, name)
    return Work("series", title), Part(None, number, name)


def _moment(line: Line) -> Moment:
    said = line["Date Watched"]
    if not said:
        raise ValueError(_("It does not say when."))
    return cells.at_milliseconds(said, line.zone) if re.fullmatch(r"\d{12,14}", said) else cells.moment(said, line.zone)


READER = TableReader(LogImport.Service.PRIME, lambda columns: columns >= COLUMNS, _read)
