"""Jellyfin, by either of two plugins: “Webhook” with all properties (https://github.com/jellyfin/jellyfin-plugin-webhook),
or “Webhooks” whose messages hold the item itself. Emby sends much the same as the second. Times are in ticks."""

from collections.abc import Mapping
from typing import Any

from .facts import Event, Said, Thing, numbers
from .reading import flag, ids, moment, names, seconds, table, text, whole

TICKS = 10_000_000
EVENTS = {
    "playbackstart": Event.START,
    "playbackprogress": Event.PROGRESS,
    "playbackstop": Event.STOP,
    "play": Event.START,
    "start": Event.START,
    "pause": Event.PAUSE,
    "resume": Event.RESUME,
    "unpause": Event.RESUME,
    "progress": Event.PROGRESS,
    "stop": Event.STOP,
    "scrobble": Event.PLAYED,
    "markplayed": Event.MARKED,
    "markunplayed": Event.UNMARKED,
}
FILM, EPISODE = "Movie", "Episode"


def read(payload: Mapping[str, Any]) -> Said | None:
    """None for what is not about a film or an episode that is played."""
    return _of_item(payload) if "Item" in payload else _of_properties(payload)


def _of_properties(said: Mapping[str, Any]) -> Said | None:
    event, thing = _event(said), _named(said)
    if event is None or thing is None:
        return None
    return Said(
        event,
        thing,
        accounts=names(said.get("NotificationUsername"), said.get("UserId")),
        session=text(said.get("PlaySessionId")),
        seconds=seconds(said.get("PlaybackPositionTicks"), per_second=TICKS),
        length=seconds(said.get("RunTimeTicks"), per_second=TICKS) or None,
        is_complete=flag(said.get("PlayedToCompletion")),
        at=moment(said.get("UtcTimestamp")) or moment(said.get("Timestamp")),
        device=text(said.get("DeviceName")) or text(said.get("ClientName")),
    )


def _event(said: Mapping[str, Any]) -> Event | None:
    """Ticking an item comes as a change of its user data, and so does every play."""
    kind = text(said.get("NotificationType")).casefold()
    if kind == "userdatasaved" and said.get("SaveReason") == "TogglePlayed":
        return Event.MARKED if flag(said.get("Played")) else Event.UNMARKED
    event = EVENTS.get(kind)
    return Event.PAUSE if event is Event.PROGRESS and flag(said.get("IsPaused")) else event


def _named(said: Mapping[str, Any]) -> Thing | None:
    told = {name.removeprefix("Provider_"): value for name, value in said.items() if name.startswith("Provider_")}
    year, item = whole(said.get("Year")), text(said.get("ItemId"))
    if said.get("ItemType") == FILM:
        return Thing(True, text(said.get("Name")), year, ids(told), item=item)
    if said.get("ItemType") != EPISODE:
        return None
    season = whole(said.get("SeasonNumber"))
    first, last = whole(said.get("EpisodeNumber")), whole(said.get("EpisodeNumberEnd"))
    return Thing(
        False,
        text(said.get("SeriesName")),
        year,
        ids(told),
        season=season,
        numbers=numbers(first, last, season=season, file=""),
        episode_name=text(said.get("Name")),
        item=item,
    )


def _of_item(said: Mapping[str, Any]) -> Said | None:
    parts = ("Item", "Series", "User", "Session", "PlaybackInfo")
    item, series, user, session, playback = (table(said.get(part)) for part in parts)
    event = EVENTS.get(text(said.get("Event")).casefold().rpartition(".")[2])
    thing = _item(item, series)
    if event is None or thing is None:
        return None
    ticks = playback.get("PositionTicks", table(session.get("PlayState")).get("PositionTicks"))
    data = table(item.get("UserData"))
    position = seconds(ticks, per_second=TICKS) or seconds(data.get("PlaybackPositionTicks"), per_second=TICKS) or None
    return Said(
        event,
        thing,
        accounts=names(user.get("Name"), user.get("Id")),
        session=text(playback.get("PlaySessionId")),
        seconds=position,
        length=seconds(item.get("RunTimeTicks"), per_second=TICKS) or None,
        is_complete=_is_complete(playback, data, position),
        at=moment(said.get("Date")),
        device=text(session.get("DeviceName")) or text(session.get("Client")),
    )


def _is_complete(playback: Mapping[str, Any], data: Mapping[str, Any], position: int | None) -> bool | None:
    """“Played” may be of an earlier time: it only speaks for this one where the player forgot the position."""
    told = flag(playback.get("PlayedToCompletion"))
    return told if told is not None or position else flag(data.get("Played"))


def _item(item: Mapping[str, Any], series: Mapping[str, Any]) -> Thing | None:
    told, year = ids(table(item.get("ProviderIds"))), whole(item.get("ProductionYear"))
    own = text(item.get("Id"))
    if item.get("Type") == FILM:
        return Thing(True, text(item.get("Name")), year, told, item=own)
    if item.get("Type") != EPISODE:
        return None
    season = whole(item.get("ParentIndexNumber"))
    first, last = whole(item.get("IndexNumber")), whole(item.get("IndexNumberEnd"))
    return Thing(
        False,
        text(item.get("SeriesName")) or text(series.get("Name")),
        whole(series.get("ProductionYear")),
        told,
        ids(table(series.get("ProviderIds"))),
        season,
        numbers(first, last, season=season, file=text(item.get("FileName"))),
        text(item.get("Name")),
        own,
    )
