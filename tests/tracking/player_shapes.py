"""What players send, in their own shapes: a film, an episode and a file of two episodes that do not exist."""

FILM = {"imdb": "tt0900001", "tmdb": "900001"}
EPISODE = {"tvdb": "9100002"}
SERIES = {"tvdb": "910"}
ACCOUNT, OTHER = "Harbour", "Attic"
LENGTH = 3000
"""Seconds of a file."""


def plex(event="scrobble", *, account=ACCOUNT, ids=FILM, at=None, **metadata):
    about = {"type": "movie", "title": "Night Ferry", "year": 1999, "ratingKey": "77", "duration": LENGTH * 1000}
    about |= {"Guid": [{"id": f"{source}://{value}"} for source, value in ids.items()]}
    about |= {"viewOffset": at * 1000} if at is not None else {}
    return {
        "event": f"media.{event}",
        "user": True,
        "owner": True,
        "Account": {"id": 4711, "thumb": "https://plex.example/avatar", "title": account},
        "Server": {"title": "Cellar", "uuid": "5e7"},
        "Player": {"local": True, "publicAddress": "203.0.113.7", "title": "Living room", "uuid": "9ab"},
        "Metadata": {"librarySectionType": "movie", "guid": "plex://movie/5d", **about, **metadata},
    }


def plex_episode(event="scrobble", *, number=2, ids=EPISODE, **more):
    about = {"type": "episode", "title": "The Fog", "grandparentTitle": "The Lamplighters", "year": 2011}
    return plex(event, ids=ids, **about | {"index": number, "parentIndex": 1, "ratingKey": str(80 + number)} | more)


def jellyfin(event="PlaybackStop", *, at=LENGTH, ids=FILM, account=ACCOUNT, **more):
    told = {f"Provider_{source}": value for source, value in ids.items()}
    return {
        "ServerName": "cellar",
        "NotificationType": event,
        "Timestamp": "2026-11-21T21:41:00.1234567+01:00",
        "UtcTimestamp": "2026-11-21T20:41:00.1234567Z",
        "Name": "Night Ferry",
        "ItemId": "9871a124",
        "ItemType": "Movie",
        "RunTimeTicks": LENGTH * 10_000_000,
        "Year": 1999,
        **told,
        "PlaybackPositionTicks": at * 10_000_000,
        "IsPaused": False,
        "DeviceName": "Bedroom",
        "NotificationUsername": account,
        "UserId": "50e1109a-03fd-4e13-a3a5-dd9bb27e08ec",
        **more,
    }


def jellyfin_episode(event="PlaybackStop", *, ids=EPISODE, **more):
    place = {"SeriesName": "The Lamplighters", "SeasonNumber": 1, "EpisodeNumber": 2, "Year": 2010, "Name": "The Fog"}
    return jellyfin(event, ids=ids, ItemType="Episode", ItemId="e2", **place | more)


def emby(event="playback.stop", *, at=LENGTH, account=ACCOUNT, complete=None, **item):
    playback = {"PositionTicks": at * 10_000_000, "PlaySessionId": "a1b2"}
    playback |= {"PlayedToCompletion": complete} if complete is not None else {}
    about = {"Type": "Movie", "Name": "Night Ferry", "ProductionYear": 1999, "Id": "4916"}
    about |= {"ProviderIds": {"Imdb": FILM["imdb"], "Tmdb": FILM["tmdb"], "Official Website": "http://ferry.example/"}}
    return {
        "Title": "somebody has finished playing",
        "Date": "2026-11-21T20:41:00.1750827Z",
        "Event": event,
        "User": {"Name": account, "Id": "aac3a78d"},
        "Item": {**about, "RunTimeTicks": LENGTH * 10_000_000, **item},
        "Session": {"DeviceName": "Chrome", "Client": "Emby Web"},
        "PlaybackInfo": playback,
    }


EMBY_TWO = {
    "Type": "Episode",
    "Id": "5000",
    "Name": "The Fog / The Light",
    "SeriesName": "The Lamplighters",
    "ParentIndexNumber": 1,
    "IndexNumber": 2,
    "IndexNumberEnd": 3,
    "ProviderIds": {"Tvdb": EPISODE["tvdb"]},
}


def kodi(event="end", *, at=LENGTH, when="2026-11-21T21:41:00.185714+01:00", **more):
    return {
        "timestamp": when,
        "sessionId": "dee95eeb",
        "event": event,
        "dbId": 123,
        "title": "Night Ferry",
        "mediaType": "movie",
        "year": 1999,
        "uniqueIds": FILM,
        "duration": LENGTH,
        "progress": {"time": at, "percent": at / LENGTH * 100},
        **more,
    }


KODI_EPISODE = {
    "mediaType": "episode",
    "dbId": 1234,
    "title": "The Fog",
    "uniqueIds": {},
    "tvShowTitle": "The Lamplighters",
    "season": 1,
    "episode": 2,
    "tvShowUniqueIds": SERIES,
}


def kodi_notification(method="Player.OnStop", *, end=True):
    clock = {"hours": 0, "minutes": 50, "seconds": 0}
    item = {"type": "movie", "title": "Night Ferry", "year": 1999, "uniqueid": FILM}
    return {
        "method": method,
        "item": item,
        "player": {"time": clock, "totaltime": clock},
        "params": {"data": {"end": end}},
    }


def tautulli(event="watched", *, account=ACCOUNT, **more):
    """Our template, filled in: everything is text, and what is not known is empty."""
    return {
        "event": event,
        "username": account,
        "user_id": "4711",
        "type": "movie",
        "title": "Night Ferry",
        "series": "",
        "episode_title": "",
        "season": "0",
        "episode": "0",
        "year": "1999",
        "imdb": FILM["imdb"],
        "tvdb": "",
        "tmdb": FILM["tmdb"],
        "tvmaze": "",
        "file": "Night Ferry (1999).mkv",
        "item": "77",
        "session": "21",
        "length": str(LENGTH),
        "percent": "91",
        "device": "Living room",
        "time": "1795293660",
        **more,
    }


TAUTULLI_TWO = {
    "type": "episode",
    "title": "The Lamplighters - The Fog",
    "series": "The Lamplighters",
    "episode_title": "The Fog",
    "season": "1",
    "episode": "2",
    "imdb": "",
    "tmdb": "",
    "tvdb": SERIES["tvdb"],
    "file": "The Lamplighters - S01E02-E03 - The Fog.mkv",
    "item": "82",
}
