"""What was not recognised: asked for at the sources, and tried again when the catalogue knows more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from catalog import fetching, search
from catalog.models import ExternalId, Title
from tracking.models import Play

from .facts import Thing
from .scrobbling import try_again

LOOKED_FOR = timedelta(days=60)
MOST_AT_ONCE = 500


def look_further(play: Play, *, clock: Callable[[], datetime]) -> bool:
    """Whether it is recognised then. Raises SourceError where a source could not answer."""
    if play.outcome != Play.Outcome.UNKNOWN:
        return False
    if try_again(play, now=clock()):
        return True
    _fetch(Thing.of(play.said["thing"]), clock)
    search.apply_changes()  # so that what came in is found by its name
    return try_again(play, now=clock())


def still_unknown(now: datetime) -> list[int]:
    """Plays of the last months that nobody has recognised yet (pks), the latest first."""
    unknown = Play.objects.filter(outcome=Play.Outcome.UNKNOWN, updated_at__gt=now - LOOKED_FOR)
    return list(unknown.order_by("-updated_at", "-pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def _fetch(thing: Thing, clock: Callable[[], datetime]) -> None:
    """By its ids; else everything of its name, whole: the ids and names of the episodes say then which one it is."""
    ids = thing.ids if thing.is_film else thing.series_ids
    if ids and fetching.by_ids(thing.kind, ids, at=clock()):
        return
    named = fetching.by_name(thing.name, [thing.kind], at=clock()) if thing.name else []
    for title in named:
        if title.detailed_at is None:
            fetching.by_ids(thing.kind, _ids_of(title), at=clock())


def _ids_of(title: Title) -> dict[str, str]:
    return dict(ExternalId.objects.filter(title=title, kind=title.kind).values_list("source", "value"))


def others_of(play: Play) -> list[Play]:
    """Plays of the same film or series, told by players of the same profile, that are not recognised."""
    same = Play.objects.filter(
        outcome=Play.Outcome.UNKNOWN, player__profile=play.player.profile_id, said__work=play.said.get("work")
    )
    return list(same.select_related("player__profile__household").order_by("pk")[:MOST_AT_ONCE])
