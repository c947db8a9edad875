"""The calendar as iCalendar (RFC 5545, with the names of RFC 7986).

The same airings give the same bytes: nothing in them tells when they were written. An airing keeps its UID when it
moves; its SEQUENCE grows with every change.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from .airings import Airing

FORMAT = "1"
"""Changes when the same entries are to be written in other words."""

READ_EVERY = timedelta(hours=6)
SEQUENCE_BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Entry:
    """What an event says. `start` is a moment in UTC, or a day."""

    uid: str
    summary: str
    start: datetime | date
    end: datetime | date | None
    revised_at: datetime
    sequence: int
    url: str
    category: str


def entry(airing: Airing, *, owner: int, site: str, host: str) -> Entry:
    """The event of an airing in the calendar of the profile `owner`; `site` leads its address, `host` ends its UID."""
    row = airing.subject
    kind = "episode" if airing.episode else "film"
    revised_at = max(filter(None, (row.updated_at, airing.title.updated_at, airing.logged_at)))
    return Entry(
        uid=f"{kind}-{row.pk}-of-{owner}@{host}",
        summary=_line(_summary(airing)),
        start=airing.at.astimezone(UTC) if airing.at else airing.on,
        end=_end(airing),
        revised_at=revised_at.astimezone(UTC).replace(microsecond=0),
        sequence=max(0, int((row.updated_at - SEQUENCE_BEGINS).total_seconds())),
        url=f"{site}{row.get_absolute_url()}",
        category=_("Series") if airing.episode else _("Film"),
    )


def fingerprint(name: str, entries: Sequence[Entry]) -> str:
    """The same for the same bytes, and found without writing them."""
    return hashlib.sha256(repr((FORMAT, name, entries)).encode()).hexdigest()


def write(name: str, entries: Sequence[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Marquee//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(_line(name)))
    calendar.add("refresh-interval", READ_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for each in entries:
        calendar.add_component(_event(each))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.revised_at)
    event.add("last-modified", entry.revised_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.start)
    if entry.end:
        event.add("dtend", entry.end)
    event.add("summary", entry.summary)
    event.add("categories", [entry.category])
    event.add("url", entry.url)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _summary(airing: Airing) -> str:
    """“Baker Street S01E02 The Name”, without the name while it is veiled."""
    episode, title = airing.episode, airing.title
    if episode is None:
        return str(title)
    season = f"S{episode.season.number:02}"
    code = _("%(season)s special") % {"season": season} if episode.number is None else f"{season}E{episode.number:02}"
    return " ".join(filter(None, (title.name, code, "" if airing.is_veiled else episode.name)))


def _end(airing: Airing) -> datetime | date | None:
    """The day behind one without a time; nothing where the length is not known."""
    if airing.at is None:
        return airing.on + timedelta(days=1)
    minutes = airing.subject.runtime or airing.title.runtime
    return airing.at.astimezone(UTC) + timedelta(minutes=minutes) if minutes else None


def _line(text: str) -> str:
    """One line, without the characters that iCalendar does not allow."""
    return " ".join(CONTROLS.sub(" ", text).split())
