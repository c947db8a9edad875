"""Files of a Trakt export as small as they can be: the shapes are theirs, what is in them is not."""

import io
import json
import zipfile


def show(name="The Lamplighters", year=2011, **ids):
    return {"title": name, "year": year, "ids": {"trakt": 1, "slug": "lamplighters", **ids}}


def movie(name="Night Ferry", year=1999, **ids):
    return {"title": name, "year": year, "ids": {"trakt": 2, "slug": "night-ferry", **ids}}


def played(number, at, *, season=1, of=None, name="", **ids):
    """A play of an episode; the id of the play follows from what it is."""
    episode = {"season": season, "number": number, "title": name, "ids": {"trakt": 1000 * season + number, **ids}}
    base = {"id": abs(hash((season, number, at))) % 10**9, "watched_at": at, "action": "watch", "type": "episode"}
    return base | {"episode": episode, "show": of or show()}


def played_movie(at, of=None):
    base = {"id": abs(hash(at)) % 10**9, "watched_at": at, "action": "watch", "type": "movie"}
    return base | {"movie": of or movie()}


def rated(value, at, *, of=None, **part):
    if part:
        return {"rated_at": at, "rating": value, "type": "episode", "episode": part, "show": of or show()}
    return {"rated_at": at, "rating": value, "type": "show", "show": of or show()}


def dropped(of=None):
    return {"hidden_at": "2024-03-01T10:00:00.000Z", "type": "show", "show": of or show()}


def wanted(of=None):
    return {
        "rank": 1,
        "id": 5,
        "listed_at": "2024-03-01T10:00:00.000Z",
        "notes": None,
        "type": "movie",
        "movie": of or movie(),
    }


def export(**files):
    """The bytes of a ZIP; names with “__” for the folder: watched__history=[…]."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name.replace('__', '/').replace('_', '-')}.json", json.dumps(content))
    return packed.getvalue()
