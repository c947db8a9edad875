"""What pages ask of a profile's log: which of these were seen, what is thought of those."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, FilteredRelation, Max, Min, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce

from accounts.models import Profile
from catalog.models import Episode, Title
from catalog.models.episodes import on_lines
from tracking.models import LibraryEntry, Watch
from tracking.models.library import ON_CARDS
from tracking.models.watches import WatchQuerySet

COMPANIONS = 12
VIEWINGS = 20


@dataclass(frozen=True)
class Seen:
    """How often something was seen, and on which day last; no day when none is known."""

    count: int = 0
    last_on: date | None = None
    in_run: int = 0
    """How often in the run that the profile is in with the title."""

    @property
    def is_ringed(self) -> bool:
        """Seen more than once, or in an earlier run: the punch shows its second ring."""
        return self.count > min(self.in_run, 1)


NEVER = Seen()
IN_RUN = Q(run=F("present_run"))


def seen_episodes(profile: Profile | None, episodes: Iterable[Episode]) -> dict[int, Seen]:
    """What was seen of these episodes, by their pk; those never seen are left out."""
    return _seen(profile, "episode_id", [episode.pk for episode in episodes])


def seen_titles(profile: Profile | None, titles: Iterable[Title]) -> dict[int, Seen]:
    """What was seen of these titles, by their pk; those never seen are left out."""
    return _seen(profile, "title_id", [title.pk for title in titles])


def _seen(profile: Profile | None, column: str, pks: list[int]) -> dict[int, Seen]:
    if profile is None or not pks:
        return {}
    rows = _with_run(Watch.objects.of(profile), profile).filter(**{f"{column}__in": pks}).order_by().values(column)
    counted = rows.annotate(count=Count("pk"), last_on=Max("watched_on"), in_run=Count("pk", filter=IN_RUN))
    return {row[column]: Seen(row["count"], row["last_on"], row["in_run"]) for row in counted}


def viewings(profile: Profile, title: Title, episode: Episode | None = None) -> tuple[list[Watch], Seen]:
    """The newest viewings of a movie or an episode, and what all of them amount to."""
    watches = _with_run(Watch.objects.of(profile), profile).filter(title=title, episode=episode)
    count, in_run = Window(Count("pk")), Window(Count("pk", filter=IN_RUN))
    counted = watches.annotate(count=count, last_on=Window(Max("watched_on")), in_run=in_run)
    newest: list[Watch] = [*counted.newest_first()[:VIEWINGS]]
    first: Any = newest[0] if newest else None
    return newest, Seen(first.count, first.last_on, first.in_run) if first else NEVER


def _with_run(watches: WatchQuerySet, profile: Profile) -> WatchQuerySet:
    """Each with the run that the profile is in with its title."""
    mine = FilteredRelation("title__library", condition=Q(title__library__profile=profile))
    return watches.annotate(mine=mine, present_run=Coalesce(F("mine__run"), 1))


def companions(profile: Profile, title: Title) -> QuerySet[Profile]:
    """Whoever else of the household may have watched this: those who are old enough for it."""
    return Profile.objects.beside(profile).old_enough_for(title.min_age).in_order()[:COMPANIONS]


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
    comes_on: date | None = None
    """The day of the next episode, where it is still to come."""

    states = LibraryEntry.State.choices


def title_log(profile: Profile, title: Title, *, now: datetime) -> TitleLog:
    days = Watch.objects.of(profile).filter(title=title).order_by().values("title")
    entries = LibraryEntry.objects.of(profile).filter(title=title).select_related("next_episode__season")
    entries = entries.only(*ON_CARDS, "is_said", "hidden_at", *on_lines("next_episode__"))
    entry = entries.annotate(
        first_on=Subquery(days.annotate(day=Min("watched_on")).values("day")),
        last_on=Subquery(days.annotate(day=Max("watched_on")).values("day")),
    ).first()
    if entry is None:  # what was watched is in the library
        return TitleLog(None, None, None)
    entry.title = title  # known already: no query for it
    return TitleLog(entry, entry.first_on, entry.last_on, _day_to_come(entry.next_episode, now))


def _day_to_come(episode: Episode | None, now: datetime) -> date | None:
    return episode.air_date if episode and episode.air_date and not episode.has_aired(now) else None
