"""The programs that are understood, each by a module of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from tracking.models import Player

from . import emby, jellyfin, kodi, plex, tautulli
from .facts import Said

READERS: dict[str, Callable[[Mapping[str, Any]], Said | None]] = {
    Player.Program.PLEX: plex.read,
    Player.Program.JELLYFIN: jellyfin.read,
    Player.Program.EMBY: emby.read,
    Player.Program.KODI: kodi.read,
    Player.Program.TAUTULLI: tautulli.read,
}


def read(program: str, payload: Mapping[str, Any]) -> Said | None:
    """What a message says; None for what is not about a film or an episode that is played."""
    said = READERS[program](payload)
    return said if said and said.thing.is_named else None
