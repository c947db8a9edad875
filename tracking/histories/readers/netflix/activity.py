"""ViewingActivity.csv: every time that something was started by anyone in the account, the newest first.

What was stopped and gone on with is several rows and one viewing. Such rows belong together as long as each begins
where those before had come to; the last of them stands for the viewing, and the start of the first is its key, so that
a viewing that a newer file goes on with is still the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Entry, Kind, Refusal, Row, row_key
from tracking.histories.readers.cells import name, quote
from tracking.histories.readers.lines import is_table
from tracking.histories.uploads import Upload

from . import titles

COLUMNS = {"Profile Name", "Start Time", "Duration", "Title", "Supplemental Video Type"}
SHORTEST = 120
"""Seconds: who goes away sooner has not seen it."""


@dataclass(frozen=True)
class Session:
    """One row: from `begin` to `end` within the film or episode, in seconds."""

    line: int
    row: Mapping[str, str]
    title: str
    at: datetime
    played: int
    end: int

    @property
    def begin(self) -> int:
        return self.end - self.played

    def goes_on_from(self, before: "Session") -> bool:
        """Who went back a little goes on all the same; who went back to the start sees it again."""
        return self.begin * 2 >= before.end


def is_one(upload: Upload, file: str) -> bool:
    return is_table(upload, file) and set(upload.columns(file)) >= COLUMNS


def read(upload: Upload, file: str, chosen: str, zone: str) -> Iterator[Row]:
    """`chosen` is the profile whose viewings are meant."""
    rows, sessions = dict(upload.table(file)), []
    found: dict[int, Row] = {}
    for line, row in rows.items():
        try:
            sessions.append(_session(line, row, chosen))
        except ValueError as error:
            found[line] = Refusal(file, line, str(error), row)
    shared = titles.beginnings(session.title for session in sessions)
    for viewing in _viewings(sessions):
        found |= {row.line: row for row in _told(file, viewing, chosen, shared, zone)}
    for line in rows:
        yield found[line]


def _session(line: int, row: Mapping[str, str], chosen: str) -> Session:
    """Raises ValueError, in words, for what is no viewing of the chosen profile."""
    title = name(row["Title"])
    if name(row["Profile Name"]) != chosen:
        raise ValueError(_("Watched by “%(profile)s”.") % {"profile": quote(row["Profile Name"])})
    if extra := name(row["Supplemental Video Type"]):
        raise ValueError(_("A preview or a trailer (%(kind)s), not a film or an episode.") % {"kind": quote(extra)})
    if not title:
        raise ValueError(_("It names no title."))
    if titles.is_extra(title):
        raise ValueError(_("A preview or a trailer, not a film or an episode."))
    played = _seconds(row["Duration"])
    return Session(line, row, title, _utc(row["Start Time"]), played, _bookmark(row, played))


def _bookmark(row: Mapping[str, str], played: int) -> int:
    try:
        return _seconds(row.get("Bookmark", ""))
    except ValueError:
        return played


def _seconds(text: str) -> int:
    if not (found := re.fullmatch(r"(\d{1,3}):(\d\d):(\d\d)", text.strip())):
        raise ValueError(_("“%(value)s” is not a duration that can be read.") % {"value": quote(text)})
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _utc(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a date that can be read.") % {"value": quote(text)}) from None


def _viewings(sessions: Iterable[Session]) -> list[list[Session]]:
    of_title: dict[str, list[list[Session]]] = defaultdict(list)
    for session in sorted(sessions, key=lambda each: (each.at, -each.line)):
        known = of_title[session.title]
        if known and session.goes_on_from(known[-1][-1]):
            known[-1].append(session)
        else:
            known.append([session])
    return [viewing for viewings in of_title.values() for viewing in viewings]


def _told(file: str, viewing: list[Session], profile: str, shared: set[str], zone: str) -> Iterator[Entry | Refusal]:
    last = viewing[-1]
    if sum(session.played for session in viewing) < SHORTEST:
        for session in viewing:
            yield Refusal(file, session.line, _("Played for less than two minutes."), session.row)
        return
    for session in viewing[:-1]:
        reason = _("The beginning of the viewing on line %(line)s.") % {"line": last.line}
        yield Refusal(file, session.line, reason, session.row)
    found = titles.readings(last.title, shared)
    key = row_key("netflix", "activity", profile, last.title, viewing[0].at)
    says = {"service": "Netflix", "readings": [each.row for each in found]}
    moment = moments.minute(last.at, zone)
    yield Entry(file, last.line, Kind.WATCH, titles.work_of(found[0]), key, last.row, found[0].part, moment, says)
