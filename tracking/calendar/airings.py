"""What airs: the episodes of the series in a library and the premieres of its films.

A moment belongs to the day on which it falls in the zone of the profile. Where only a broadcast date is known it is the
broadcaster's name of the day, and the same day in every zone.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Min, QuerySet

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import library, shield
from tracking.models import LibraryEntry, Watch

from . import places

OF_TITLES = ("kind", "name", "slug", "sort_name", "year", "runtime", "picture", "premiered", "updated_at")
OF_EPISODES = (
    *("number", "kind", "name", "air_date", "airs_at", "runtime", "updated_at", "season__number"),
    *(f"title__{name}" for name in OF_TITLES),
)


@dataclass(frozen=True)
class Airing:
    """An episode, or the premiere of a film, on a day; `at` is in the zone of the profile, where it is known."""

    title: Title
    episode: Episode | None
    on: date
    at: datetime | None = None
    logged_at: datetime | None = None
    """When the profile first logged it; None where it was not seen."""

    is_veiled: bool = False

    @property
    def subject(self) -> Title | Episode:
        return self.episode or self.title

    @property
    def clock(self) -> str:
        """Such as “21:00”; nothing where no time is known."""
        return f"{self.at:%H:%M}" if self.at else ""

    @property
    def place(self) -> tuple[date, datetime, str, int, int]:
        """Its place in a list: what has no time leads its day."""
        start = datetime.combine(self.on, time.min, UTC) - timedelta(days=2)
        episode = self.episode
        numbers = (episode.season.number, episode.number or 0) if episode else (0, 0)
        return (self.on, self.at or start, self.title.sort_name, *numbers)


@dataclass(frozen=True)
class Airings:
    """Some of what airs, in order, and how much of each day stands behind it."""

    shown: Sequence[Airing]
    left: Counter[date]


def on_days(profile: Profile, first: date, last: date, *, each: int, after: int = 0) -> Airings:
    """At most `each` films and `each` episodes of every day from `first` to `last`, behind the `after` first."""
    episodes = places.some(_episodes(profile, first, last), "airs_at", "title", each=each, after=after)
    films = places.some(_films(profile, first, last), each=each, after=after)
    shown = _told(profile, places.days(episodes), places.days(films))
    return Airings(shown, places.left(episodes) + places.left(films))


def around(profile: Profile, today: date, *, back: timedelta, ahead: timedelta, past: int, coming: int) -> list[Airing]:
    """What airs from `back` before today until `ahead` of it: of films and episodes each at most so many `past` and so
    many `coming`, those nearest to today."""
    before, last = today - timedelta(days=1), today + ahead

    def days(of: Callable[[Profile, date, date], QuerySet[Any]]) -> dict[int, date]:
        was = of(profile, today - back, before).order_by("-day", "-pk").values_list("pk", "day")
        will = of(profile, today, last).order_by("day", "pk").values_list("pk", "day")
        return dict([*was[:past], *will[:coming]])

    return _told(profile, days(_episodes), days(_films))


def following(profile: Profile, day: date, *, last: date) -> date | None:
    """The first day behind `day` on which something airs."""
    since = day + timedelta(days=1)
    both = (rows(profile, since, last).aggregate(first=Min("day"))["first"] for rows in (_episodes, _films))
    return min((first for first in both if first), default=None)


def _episodes(profile: Profile, first: date, last: date) -> QuerySet[Any]:
    followed = LibraryEntry.objects.of(profile).followed().values("title")
    episodes = Episode.objects.listed().visible_to(profile).filter(title__in=followed)
    return episodes.airing_between(first, last, profile.zone)


def _films(profile: Profile, first: date, last: date) -> QuerySet[Any]:
    followed = LibraryEntry.objects.of(profile).followed().values("title")
    films = Title.objects.visible_to(profile).movies().filter(premiered__range=(first, last), pk__in=followed)
    return films.annotate(day=F("premiered"))


def _told(profile: Profile, episodes: Mapping[int, date], films: Mapping[int, date]) -> list[Airing]:
    """What airs, in order, of rows given by their pk with their days."""
    rows = Episode.objects.select_related("title", "season").only(*OF_EPISODES)
    logged, seen = _first_logged(profile, "episode_id", episodes), _first_logged(profile, "title_id", films)
    told = [_airing(profile, episode, day, logged.get(episode.pk)) for episode, day in places.load(rows, episodes)]
    for title, day in places.load(Title.objects.only(*OF_TITLES), films):
        told.append(Airing(title, None, day, logged_at=seen.get(title.pk)))
    return sorted(told, key=lambda airing: airing.place)


def _airing(profile: Profile, episode: Episode, day: date, logged_at: datetime | None) -> Airing:
    at = episode.airs_at.astimezone(profile.zone) if episode.airs_at else None
    is_veiled = shield.veils(profile, library.Seen(1) if logged_at else None)
    return Airing(episode.title, episode, day, at, logged_at, is_veiled)


def _first_logged(profile: Profile, column: str, pks: Collection[int]) -> dict[int, datetime]:
    if not pks:
        return {}
    watches = Watch.objects.of(profile).filter(**{f"{column}__in": list(pks)}).order_by()
    return dict(watches.values_list(column).annotate(Min("created_at")))
