"""A year in review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery

from accounts.models import Profile
from catalog.models import Person, Title
from tracking.models import Rating, Watch

from .figures import NOTHING, Figures, Tally, figures_of, seen_in
from .periods import Period
from .remembering import State
from .streaks import Streak, longest

EARLIEST, LATEST = 1880, 2200
SERIES = 5
POSTERS = 12


@dataclass(frozen=True)
class Review:
    figures: Figures
    series: Sequence[tuple[Title, Tally]]
    films: Sequence[Title]
    """The best liked first, not all of them."""

    person: Person | None
    first: Watch | None

    @property
    def year(self) -> int:
        return self.figures.period.year or 0

    @property
    def longest_day(self) -> tuple[date, Tally] | None:
        return _most(self.figures.days)

    @property
    def busiest_month(self) -> tuple[date, Tally] | None:
        return _most(self.figures.months)

    @property
    def longest_run(self) -> Streak | None:
        return longest(self.figures.days)

    @property
    def hour(self) -> int | None:
        """The one in which most viewings begin."""
        hours = self.figures.hours
        return max(hours, key=lambda hour: (hours[hour].viewings, -hour), default=None)

    @property
    def genre(self) -> str:
        return next(iter(self.figures.genres), "")

    @property
    def person_tally(self) -> Tally:
        return next(iter(self.figures.people.values()), NOTHING)


def _most(tallies: dict[date, Tally]) -> tuple[date, Tally] | None:
    """The earliest of those with the most minutes."""
    return max(
        tallies.items(), key=lambda item: (item[1].minutes, item[1].viewings, -item[0].toordinal()), default=None
    )


def review(profile: Profile, year: int, *, state: State) -> Review:
    period = Period.of_year(year)
    figures = figures_of(profile, period, state=state)
    wanted = list(figures.series)[:SERIES]
    series = Title.objects.for_cards().in_bulk(wanted)
    person = Person.objects.defer("biography", "field_sources").filter(pk__in=list(figures.people)[:1]).first()
    exact = seen_in(profile, period).filter(precision__in=[Watch.Precision.MINUTE, Watch.Precision.DAY])
    return Review(
        figures,
        [(series[pk], figures.series[pk]) for pk in wanted if pk in series],
        _films(profile, period),
        person,
        exact.for_diary().order_by("sort_at", "pk").first(),
    )


def _films(profile: Profile, period: Period) -> list[Title]:
    seen = seen_in(profile, period).filter(episode=None).values("title")
    own = Rating.objects.filter(profile=profile, title=OuterRef("pk"), season=None, episode=None).values("value")
    films = Title.objects.filter(pk__in=seen).annotate(own=Subquery(own))
    return list(films.for_cards().order_by(F("own").desc(nulls_last=True), "-popularity", "-pk")[:POSTERS])
