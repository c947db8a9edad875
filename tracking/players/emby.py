"""Emby (https://emby.media/support/articles/Webhooks.html): it names its events “playback.stop” and the like, and sends
the item as Jellyfin's second plugin does. Older servers send a form with the message in its field `data`."""

from .jellyfin import read

__all__ = ["read"]
