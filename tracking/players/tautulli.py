"""Tautulli sends whatever its template says. TEMPLATE is ours; templates that imitate Plex are understood as well.
The ids that Tautulli tells of an episode are those of its series."""

from collections.abc import Mapping
from typing import Any

from . import plex
from .facts import Event, Said, Thing, numbers
from .reading import ids, moment, names, number, seconds, text, whole

EVENTS = {
    "play": Event.START,
    "resume": Event.RESUME,
    "pause": Event.PAUSE,
    "progress": Event.PROGRESS,
    "stop": Event.STOP,
    "watched": Event.PLAYED,
}
HUNDRED = 100
FIELDS = {
    "event": "action",
    "username": "username",
    "user_id": "user_id",
    "type": "media_type",
    "title": "title",
    "series": "show_name",
    "episode_title": "episode_name",
    "season": "season_num",
    "episode": "episode_num",
    "year": "year",
    "imdb": "imdb_id",
    "tvdb": "thetvdb_id",
    "tmdb": "themoviedb_id",
    "tvmaze": "tvmaze_id",
    "file": "filename",
    "item": "rating_key",
    "session": "session_key",
    "length": "duration_sec",
    "percent": "progress_percent",
    "device": "player",
    "time": "unixtime",
}
"""Our names, and Tautulli's parameters for them."""

TEMPLATE = "{" + ", ".join(f'"{name}": "{{{parameter}}}"' for name, parameter in FIELDS.items()) + "}"


def read(payload: Mapping[str, Any]) -> Said | None:
    """None for what is not about a film or an episode that is played."""
    if "Metadata" in payload:
        return plex.read(payload)
    event, thing = EVENTS.get(text(payload.get("event")).casefold()), _thing(payload)
    if event is None or thing is None:
        return None
    length, percent = seconds(payload.get("length")) or None, number(payload.get("percent"))
    return Said(
        event,
        thing,
        accounts=names(payload.get("username"), payload.get("user_id")),
        session=text(payload.get("session")),
        seconds=int(min(percent, HUNDRED) / HUNDRED * length) if percent is not None and length else None,
        length=length,
        at=moment(payload.get("time")),
        device=text(payload.get("device")),
    )


def _thing(said: Mapping[str, Any]) -> Thing | None:
    told, item = ids(said), text(said.get("item"))
    if said.get("type") == "movie":
        return Thing(True, text(said.get("title")), whole(said.get("year")) or None, told, item=item)
    if said.get("type") != "episode":
        return None
    season, first = whole(said.get("season")), whole(said.get("episode"))
    return Thing(
        False,
        text(said.get("series")),
        series_ids=told,
        season=season,
        numbers=numbers(first, None, season=season, file=text(said.get("file"))),
        episode_name=text(said.get("episode_title")),
        item=item,
    )
