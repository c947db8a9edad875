"""Plex: https://support.plex.tv/articles/115002267687-webhooks/. Times are in milliseconds."""

import re
from collections.abc import Mapping
from typing import Any

from .facts import Event, Said, Thing, numbers
from .reading import ids, names, rows, seconds, table, text, whole

MILLISECONDS = 1000
EVENTS = {
    "play": Event.START,
    "start": Event.START,
    "resume": Event.RESUME,
    "pause": Event.PAUSE,
    "stop": Event.STOP,
    "progress": Event.PROGRESS,
    "scrobble": Event.PLAYED,
    "watched": Event.PLAYED,
}

# Of the agents before 2020: “com.plexapp.agents.thetvdb://73141/1/2?lang=en” and “….hama://tvdb-73141/1/2”.
AGENTS = "imdb|themoviedb|thetvdb|hama|tmdb|tvdb|tvmaze"
AGENT = re.compile(rf"(?:{AGENTS})://(?:(tvdb|tmdb|imdb)\d?-)?([a-z0-9]+)", re.ASCII)
SOURCES = {"themoviedb": "tmdb", "thetvdb": "tvdb"}


def read(payload: Mapping[str, Any]) -> Said | None:
    """None for what is not about a film or an episode that is played."""
    event = EVENTS.get(text(payload.get("event")).removeprefix("media."))
    about, account, player = (table(payload.get(name)) for name in ("Metadata", "Account", "Player"))
    thing = _thing(about)
    if event is None or thing is None:
        return None
    return Said(
        event,
        thing,
        accounts=names(account.get("title"), account.get("id"), account.get("userId")),
        seconds=seconds(about.get("viewOffset"), per_second=MILLISECONDS),
        length=seconds(about.get("duration"), per_second=MILLISECONDS) or None,
        device=text(player.get("title")),
    )


def _thing(about: Mapping[str, Any]) -> Thing | None:
    guids = ids(dict(_split(table(guid).get("id")) for guid in rows(about.get("Guid"))))
    old, year = text(about.get("guid")), whole(about.get("year"))
    item = text(about.get("ratingKey"))
    if about.get("type") == "movie":
        return Thing(True, text(about.get("title")), year, guids or _of_agent(old), item=item)
    if about.get("type") != "episode":
        return None
    season, number = whole(about.get("parentIndex")), whole(about.get("index"))
    return Thing(
        False,
        text(about.get("grandparentTitle")),
        ids=guids,
        series_ids=_of_agent(text(about.get("grandparentGuid"))) or _of_agent(old),
        season=season,
        numbers=numbers(number, None, season=season, file=_file(about)),
        episode_name=text(about.get("title")),
        item=item,
    )


def _split(guid: Any) -> tuple[str, str]:
    source, _, value = text(guid).partition("://")
    return source, value


def _of_agent(guid: str) -> dict[str, str]:
    """The id in an address of the old agents: of a film, or of the series that an episode is of."""
    found = AGENT.search(guid)
    if not found:
        return {}
    agent = guid[: guid.index("://")].rpartition(".")[2]
    return ids({found[1] or SOURCES.get(agent, agent): found[2]})


def _file(about: Mapping[str, Any]) -> str:
    for media in rows(about.get("Media"))[:1]:
        for part in rows(table(media).get("Part"))[:1]:
            return text(table(part).get("file")).replace("\\", "/").rpartition("/")[2]
    return ""
