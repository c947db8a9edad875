"""What pages ask of a profile's log: which of these were seen, what is thought of those."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Subquery

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking.models import LibraryEntry, Watch


@dataclass(frozen=True)
class Seen:
    """How often something was seen, and on which day last; no day when none is known."""

    count: int = 0
    last_on: date | None = None


NEVER = Seen()


def seen_episodes(profile: Profile | None, episodes: Iterable[Episode]) -> dict[int, Seen]:
    """What was seen of these episodes, by their pk; those never seen are left out."""
    return _seen(profile, "episode_id", [episode.pk for episode in episodes])


def seen_titles(profile: Profile | None, titles: Iterable[Title]) -> dict[int, Seen]:
    """What was seen of these titles, by their pk; those never seen are left out."""
    return _seen(profile, "title_id", [title.pk for title in titles])


def _seen(profile: Profile | None, column: str, pks: list[int]) -> dict[int, Seen]:
    if profile is None or not pks:
        return {}
    rows = Watch.objects.of(profile).filter(**{f"{column}__in": pks}).order_by().values(column)
    counted = rows.annotate(count=Count("pk"), last_on=Max("watched_on"))
    return {row[column]: Seen(row["count"], row["last_on"]) for row in counted}


def entries(profile: Profile | None, titles: Iterable[Title]) -> dict[int, LibraryEntry]:
    """What the profile thinks of these titles, by their pk."""
    if profile is None:
        return {}
    found = LibraryEntry.objects.of(profile).filter(title__in=list(titles))
    return {entry.title_id: entry for entry in found}


@dataclass(frozen=True)
class TitleLog:
    """A profile's history with one title, for its page."""

    entry: LibraryEntry | None
    first_on: date | None
    last_on: date | None


def title_log(profile: Profile, title: Title) -> TitleLog:
    days = Watch.objects.of(profile).filter(title=title).order_by().values("title")
    entries = LibraryEntry.objects.of(profile).filter(title=title).select_related("next_episode__season")
    entry = entries.annotate(
        first_on=Subquery(days.annotate(day=Min("watched_on")).values("day")),
        last_on=Subquery(days.annotate(day=Max("watched_on")).values("day")),
    ).first()
    if entry is None:  # what was watched is in the library
        return TitleLog(None, None, None)
    entry.title = title  # known already: no query for it
    return TitleLog(entry, entry.first_on, entry.last_on)
