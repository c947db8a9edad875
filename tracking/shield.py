"""The spoiler shield: what happens in episodes that a profile has not seen stays veiled until it lifts the veil.

Overviews may be on the page, closed; stills are replaced by the drawn ones, which know nothing but the title.
Whoever is signed out has no shield, since nobody knows what they have seen.
"""

from collections.abc import Iterable

from accounts.models import Profile
from catalog.models import Episode, Season
from tracking import library
from tracking.library import Seen
from tracking.models import Watch


def veils(profile: Profile | None, seen: Seen | None) -> bool:
    """Whether an episode that was seen so often is veiled: any viewing in any run lifts it."""
    return profile is not None and profile.has_spoiler_shield and not (seen and seen.count)


def veiled(profile: Profile | None, episodes: Iterable[Episode]) -> frozenset[int]:
    """The ids of those that are veiled. Takes a query where there is a shield."""
    if profile is None or not profile.has_spoiler_shield:
        return frozenset()
    rows = list(episodes)
    seen = library.seen_episodes(profile, rows)
    return frozenset(row.pk for row in rows if veils(profile, seen.get(row.pk)))


def veils_season(profile: Profile | None, season: Season | None) -> bool:
    """What a season is about tells how the one before ended: it is veiled until an episode of it was seen."""
    if profile is None or not profile.has_spoiler_shield or season is None or not season.overview or season.number <= 1:
        return False
    return not Watch.objects.of(profile).filter(title=season.title_id, episode__season=season).exists()
