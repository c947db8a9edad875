"""Kodi has no webhooks of its own. Two shapes are understood: that of the add-on HTTP Scrobbler
(https://github.com/Programie/KodiAddon-HttpScrobbler), and Kodi's own notifications (“Player.OnStop”) with the item and
the state of the player beside them, as scripts send them. Times are in seconds."""

from collections.abc import Mapping
from typing import Any

from .facts import Event, Said, Thing, numbers
from .reading import flag, ids, moment, names, number, seconds, table, text, whole

EVENTS = {
    "start": Event.START,
    "pause": Event.PAUSE,
    "resume": Event.RESUME,
    "seek": Event.PROGRESS,
    "interval": Event.PROGRESS,
    "stop": Event.STOP,
    "end": Event.PLAYED,
    "Player.OnPlay": Event.START,
    "Player.OnPause": Event.PAUSE,
    "Player.OnResume": Event.RESUME,
    "Player.OnSeek": Event.PROGRESS,
    "Player.OnAVChange": Event.PROGRESS,
    "Player.OnStop": Event.STOP,
}
HUNDRED = 100


def read(payload: Mapping[str, Any]) -> Said | None:
    """None for what is not about a film or an episode that is played."""
    return _of_notification(payload) if "method" in payload else _of_scrobbler(payload)


def _of_scrobbler(said: Mapping[str, Any]) -> Said | None:
    event, thing = EVENTS.get(text(said.get("event"))), _thing(said, kind="mediaType", ids_in="uniqueIds")
    if event is None or thing is None:
        return None
    progress, length = table(said.get("progress")), seconds(said.get("duration")) or None
    return Said(
        event,
        thing,
        accounts=names(said.get("username"), said.get("profile")),
        session=text(said.get("sessionId")),
        seconds=_position(progress, length),
        length=length,
        at=moment(said.get("timestamp")),
        device=text(said.get("device")),
    )


def _position(progress: Mapping[str, Any], length: int | None) -> int | None:
    told, percent = seconds(progress.get("time")), number(progress.get("percent"))
    if told is None and percent is not None and length:
        return int(min(percent, HUNDRED) / HUNDRED * length)
    return told


def _of_notification(said: Mapping[str, Any]) -> Said | None:
    params = table(said.get("params"))
    data, player = table(params.get("data")), table(said.get("player"))
    item = table(said.get("item")) or table(data.get("item"))
    event, thing = EVENTS.get(text(said.get("method"))), _thing(item, kind="type", ids_in="uniqueid")
    if event is None or thing is None:
        return None
    has_ended = event is Event.STOP and flag(data.get("end"))
    return Said(
        Event.PLAYED if has_ended else event,
        thing,
        accounts=names(said.get("username"), said.get("profile")),
        session=text(said.get("sessionId")),
        seconds=_clock(player.get("time")),
        length=_clock(player.get("totaltime")) or None,
        at=moment(said.get("timestamp")),
        device=text(said.get("device")),
    )


def _clock(value: Any) -> int | None:
    """{hours, minutes, seconds}"""
    parts = [whole(table(value).get(name)) for name in ("hours", "minutes", "seconds")]
    hours, minutes, rest = (part or 0 for part in parts)
    return None if parts == [None] * 3 else seconds(hours * 3600 + minutes * 60 + rest)


def _thing(said: Mapping[str, Any], *, kind: str, ids_in: str) -> Thing | None:
    told, item = ids(table(said.get(ids_in))), text(said.get("dbId") or said.get("id"))
    if said.get(kind) == "movie":
        return Thing(True, text(said.get("title")), whole(said.get("year")) or None, told, item=item)
    if said.get(kind) != "episode":
        return None
    season, first = whole(said.get("season")), whole(said.get("episode"))
    return Thing(
        False,
        text(said.get("tvShowTitle")) or text(said.get("showtitle")),
        ids=told,
        series_ids=ids(table(said.get("tvShowUniqueIds"))),
        season=season,
        numbers=numbers(first, whole(said.get("episodeEnd")), season=season, file=text(said.get("file"))),
        episode_name=text(said.get("title")),
        item=item,
    )
