"""What a profile's viewings in a period add up to, in one reading of the log.

The profile's zone decides to which day and hour a viewing belongs that is known to the minute. What is known less well
is counted where it belongs and nowhere else: a month's in its month, a year's in its year, and what was seen at some
time in all time alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import connection
from django.db.models import Case, CharField, DateField, F, Q, Value, When
from django.db.models.functions import Coalesce, ExtractHour, TruncDate

from accounts.models import Profile
from tracking.days import MINUTES
from tracking.models import Watch
from tracking.models.watches import WatchQuerySet

from .periods import DAY, Period
from .remembering import State, remembered

RANKED = 7
BILLED = 10
"""How far down a cast people are counted: the busboy of the third scene was not on your screen."""

_LOG = """
WITH log (title_id, episode_id, network_id, country, "precision", day, hour, minutes) AS MATERIALIZED ({rows}),
daily AS MATERIALIZED (
    SELECT "precision", day, count(*) AS viewings, sum(minutes) AS minutes, count(*) - count(episode_id) AS films
    FROM log GROUP BY "precision", day
),
per_title AS MATERIALIZED (
    SELECT title_id, network_id, country, count(*) AS viewings, sum(minutes) AS minutes,
        count(*) - count(episode_id) AS films
    FROM log GROUP BY title_id, network_id, country
)
"""

_ADDED = "sum(viewings), sum(minutes), sum(films)"

_TIMES = """
SELECT 'sure', "precision", {added} FROM daily GROUP BY "precision"
UNION ALL SELECT 'year', extract(year FROM day)::text, {added} FROM daily WHERE "precision" <> 'unknown' GROUP BY 2
UNION ALL SELECT 'month', date_trunc('month', day)::date::text, {added} FROM daily
    WHERE "precision" IN ('minute', 'day', 'month') GROUP BY 2
UNION ALL SELECT 'things', '', count(*), 0, 0 FROM (SELECT DISTINCT title_id, episode_id FROM log) AS thing
"""

_EARLIER = """
UNION ALL SELECT 'earlier', '', count(*), 0, 0
    FROM (SELECT DISTINCT title_id, episode_id FROM log) AS thing
    WHERE EXISTS (
        SELECT FROM tracking_watch AS watch
        WHERE watch.profile_id = %s AND watch.title_id = thing.title_id
            AND watch.episode_id IS NOT DISTINCT FROM thing.episode_id AND watch.sort_at < %s
    )
"""

_TASTE = """
UNION ALL SELECT 'day', day::text, {added} FROM daily WHERE "precision" IN ('minute', 'day') GROUP BY day
UNION ALL SELECT 'hour', hour::text, count(*), sum(minutes), count(*) - count(episode_id) FROM log
    WHERE hour IS NOT NULL GROUP BY hour
UNION ALL (SELECT 'title', title_id::text, viewings, minutes, films FROM per_title
    WHERE films < viewings ORDER BY minutes DESC, viewings DESC, title_id LIMIT {ranked})
UNION ALL (SELECT 'genre', genre.name, {added} FROM per_title
    JOIN catalog_title_genres AS link USING (title_id) JOIN catalog_genre AS genre ON genre.id = link.genre_id
    GROUP BY genre.name ORDER BY 4 DESC, 3 DESC, 2 LIMIT {ranked})
UNION ALL (SELECT 'network', network.name, {added} FROM per_title
    JOIN catalog_network AS network ON network.id = network_id
    GROUP BY network.name ORDER BY 4 DESC, 3 DESC, 2 LIMIT {ranked})
UNION ALL (SELECT 'country', country, {added} FROM per_title WHERE country <> ''
    GROUP BY country ORDER BY 4 DESC, 3 DESC, 2 LIMIT {ranked})
UNION ALL (SELECT 'person', person_id::text, sum(viewings), sum(minutes), count(*)
    FROM per_title JOIN (
        SELECT DISTINCT title_id, person_id FROM catalog_credit
        WHERE title_id IN (SELECT title_id FROM per_title) AND episode_id IS NULL AND position < {billed}
            AND role IN ('actor', 'director', 'creator')
    ) AS credit USING (title_id)
    GROUP BY person_id ORDER BY 3 DESC, 5 DESC, person_id LIMIT {ranked})
"""


@dataclass(frozen=True)
class Tally:
    viewings: int = 0
    minutes: int = 0
    films: int = 0

    @property
    def episodes(self) -> int:
        return self.viewings - self.films

    @property
    def hours(self) -> float:
        """To the tenth below ten hours, whole from there on."""
        return hours(self.minutes)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.viewings + other.viewings, self.minutes + other.minutes, self.films + other.films)


def hours(minutes: int) -> float:
    exact = minutes / 60
    return round(exact, 1) if exact < 10 else round(exact)


NOTHING = Tally()


@dataclass(frozen=True)
class Figures:
    """By what they are added up by; lists are the longest first. `people` count titles in the place of films."""

    period: Period
    total: Tally = NOTHING
    again: int = 0
    sure: dict[str, Tally] = field(default_factory=dict)
    years: dict[int, Tally] = field(default_factory=dict)
    months: dict[date, Tally] = field(default_factory=dict)
    days: dict[date, Tally] = field(default_factory=dict)
    hours: dict[int, Tally] = field(default_factory=dict)
    series: dict[int, Tally] = field(default_factory=dict)
    genres: dict[str, Tally] = field(default_factory=dict)
    networks: dict[str, Tally] = field(default_factory=dict)
    countries: dict[str, Tally] = field(default_factory=dict)
    people: dict[int, Tally] = field(default_factory=dict)

    @property
    def without_day(self) -> int:
        """How many are counted that have no known day."""
        exact = (Watch.Precision.MINUTE, Watch.Precision.DAY)
        return sum(tally.viewings for precision, tally in self.sure.items() if precision not in exact)

    @property
    def without_month(self) -> int:
        vague = (Watch.Precision.YEAR, Watch.Precision.UNKNOWN)
        return sum(tally.viewings for precision, tally in self.sure.items() if precision in vague)

    @property
    def without_hour(self) -> int:
        return self.total.viewings - sum(tally.viewings for tally in self.hours.values())


def read(profile: Profile, period: Period) -> Figures:
    """Everything, in one query."""
    return _figures(period, _ask(profile, period, _TASTE))


def read_times(profile: Profile, period: Period) -> Figures:
    """Only what a period is compared by: totals, years and months."""
    return _figures(period, _ask(profile, period, ""))


def figures_of(profile: Profile, period: Period, *, state: State) -> Figures:
    """As read, or as kept since the log came to be in this state."""
    return remembered(f"all:{period.key}", partial(read, profile, period), state=state)


def times_of(profile: Profile, period: Period, *, state: State) -> Figures:
    return remembered(f"times:{period.key}", partial(read_times, profile, period), state=state)


def left_out(profile: Profile, period: Period) -> int:
    """How many viewings may belong to this period or not: their month, their year or nothing is known."""
    if period.is_all_time:
        return 0
    rows = _own(profile)
    vague = rows.exclude(precision__in=[Watch.Precision.MINUTE, Watch.Precision.DAY])
    return vague.filter(_may_touch(period)).exclude(_belongs(period)).count()


def seen_in(profile: Profile, period: Period) -> WatchQuerySet:
    """The viewings that count as the period's."""
    return _own(profile).filter(_near(profile, period)).filter(_belongs(period)).order_by()


def _own(profile: Profile) -> WatchQuerySet:
    zone = profile.zone
    minute = Q(precision=Watch.Precision.MINUTE)
    day = Case(When(minute, then=TruncDate("watched_at", tzinfo=zone)), default="watched_on", output_field=DateField())
    hour = Case(When(minute, then=ExtractHour("watched_at", tzinfo=zone)))
    return Watch.objects.of(profile).visible_to(profile).annotate(day=day, hour=hour)


def _belongs(period: Period) -> Q:
    """What lies in the period for certain; a month or a year lies in it whole or not at all."""
    if period.is_all_time:
        return Q()
    exact, month, year = (
        Q(precision__in=[Watch.Precision.MINUTE, Watch.Precision.DAY]),
        Q(precision=Watch.Precision.MONTH),
        Q(precision=Watch.Precision.YEAR),
    )
    if period.first:
        exact, month, year = (asked & Q(day__gte=period.first) for asked in (exact, month, year))
    if period.last:
        after = period.last + DAY
        exact &= Q(day__lte=period.last)
        month &= Q(day__lt=after.replace(day=1))
        year &= Q(day__lt=after.replace(month=1, day=1))
    return exact | month | year


def _may_touch(period: Period) -> Q:
    touches = Q()
    if period.last:
        touches &= Q(watched_on__lte=period.last)
    if period.first:
        in_month = Q(precision=Watch.Precision.MONTH, watched_on__gte=period.first.replace(day=1))
        touches &= in_month | Q(precision=Watch.Precision.YEAR, watched_on__gte=period.first.replace(month=1, day=1))
    return touches | Q(precision=Watch.Precision.UNKNOWN)


def _near(profile: Profile, period: Period) -> Q:
    """The stretch of the diary's index that holds the period, whatever zone a viewing was logged in."""
    near = Q()
    if period.first:
        near &= Q(sort_at__gte=_midnight(profile, period.first) - timedelta(days=2))
    if period.last:
        near &= Q(sort_at__lt=_midnight(profile, period.last) + timedelta(days=3))
    return near


def _midnight(profile: Profile, on: date) -> datetime:
    return datetime.combine(on, time.min, profile.zone)


def _ask(profile: Profile, period: Period, more: str) -> dict[str, dict[str, Tally]]:
    country = Coalesce(F("title__country"), Value(""), output_field=CharField())
    rows = (
        seen_in(profile, period)
        .annotate(minutes=MINUTES, made_in=country)
        .values_list("title_id", "episode_id", "title__network_id", "made_in", "precision", "day", "hour", "minutes")
    )
    log, params = rows.query.sql_with_params()
    before = (profile.pk, _midnight(profile, period.first)) if period.first else ()
    asked = _LOG + _TIMES + (_EARLIER if before else "") + more
    with connection.cursor() as cursor:
        cursor.execute(asked.format(rows=log, added=_ADDED, ranked=RANKED, billed=BILLED), (*params, *before))
        found: dict[str, dict[str, Tally]] = defaultdict(dict)
        for part, key, viewings, minutes, films in cursor.fetchall():
            found[part][key] = Tally(int(viewings), int(minutes), int(films))
    return found


def _figures(period: Period, found: dict[str, dict[str, Tally]]) -> Figures:
    total = sum(found["sure"].values(), NOTHING)
    first_time = found["things"][""].viewings - found["earlier"].get("", NOTHING).viewings
    return Figures(
        period,
        total,
        again=total.viewings - first_time,
        sure=found["sure"],
        years={int(key): tally for key, tally in sorted(found["year"].items())},
        months={date.fromisoformat(key): tally for key, tally in sorted(found["month"].items())},
        days={date.fromisoformat(key): tally for key, tally in sorted(found["day"].items())},
        hours={int(key): tally for key, tally in found["hour"].items()},
        series={int(key): tally for key, tally in found["title"].items()},
        genres=found["genre"],
        networks=found["network"],
        countries=found["country"],
        people={int(key): tally for key, tally in found["person"].items()},
    )
