"""The households of the invented site and what they watched."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from .catalogue import ZONES
from .copying import Row
from .layout import Layout

HEAVY, HEAVIEST, IN_PROGRESS = 1, 2, 3
"""Profiles that are measured: 20,000 viewings, 100,000 viewings, 500 series in progress."""

VIEWINGS = {HEAVY: 20_000, HEAVIEST: 100_000}
SERIES_IN_PROGRESS = 500
PER_HOUSEHOLD = 3

HOUSEHOLD_COLUMNS = ("id", "name")
USER_COLUMNS = ("id", "email", "household_id", "is_household_owner", "is_staff", "is_superuser", "password")
PROFILE_COLUMNS = ("id", "household_id", "name", "time_zone")
WATCH_COLUMNS = (
    *("profile_id", "title_id", "episode_id", "watched_at", "watched_on", "zone", "precision", "sort_at", "origin"),
    *("note", "key"),
)
ENTRY_COLUMNS = ("profile_id", "title_id", "state")

GAPS = (2700, 2700, 43_200, 86_400, 86_400, 259_200, 604_800)
"""Seconds between two episodes: at one sitting, morning and evening, every day, every third, every week."""


def email(profile_id: int) -> str:
    return f"viewer{profile_id}@example.org"


def household_of(profile_id: int) -> int:
    """The profiles that are measured live alone, the others three in a household."""
    return (
        profile_id if profile_id <= IN_PROGRESS else IN_PROGRESS + 1 + (profile_id - IN_PROGRESS - 1) // PER_HOUSEHOLD
    )


class Viewers:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.size = layout, layout.size
        self.until = datetime.combine(layout.size.today, time.min, UTC)
        self.zones = {name: ZoneInfo(name) for name in ZONES}

    @cached_property
    def households(self) -> int:
        return household_of(self.size.profiles)

    def household_rows(self) -> Iterator[Row]:
        for row_id in range(1, self.households + 1):
            yield row_id, f"Household {row_id}"

    def user_rows(self) -> Iterator[Row]:
        """One user a household, who cannot sign in with a password; the first is of the staff."""
        for row_id in range(1, self.households + 1):
            staff = "t" if row_id == HEAVY else "f"
            yield row_id, email(row_id), row_id, "t", staff, staff, "!"

    def profile_rows(self) -> Iterator[Row]:
        for row_id in range(1, self.size.profiles + 1):
            yield row_id, household_of(row_id), f"Profile {row_id}", self.zone(row_id)

    def zone(self, profile_id: int) -> str:
        return ZONES[profile_id % len(ZONES)]

    @cached_property
    def viewings(self) -> list[int]:
        """How many each profile has, by its id; the first is nobody's."""
        fixed = {profile_id: self.size.of_viewer(count) for profile_id, count in VIEWINGS.items()}
        rng = Random(self.size.seed * 100 + 50)
        shares = [rng.lognormvariate(0, 1.1) for _ in range(self.size.profiles - IN_PROGRESS)]
        rest = max(0, self.size.watches - sum(fixed.values()))
        return [0, fixed[HEAVY], fixed[HEAVIEST], 0, *(round(rest * share / sum(shares)) for share in shares)]

    def watches(self) -> Iterator[Row]:
        for profile_id in range(1, self.size.profiles + 1):
            yield from self._log_of(profile_id)

    def _log_of(self, profile_id: int) -> Iterator[Row]:
        rng = Random(self.size.seed * 10_000_019 + profile_id)
        since = self.until - timedelta(days=rng.randint(200, 3300))
        zone = self.zone(profile_id)
        for number, (title_id, episode_id, at) in enumerate(self._viewings_of(profile_id, since, rng)):
            precision, watched_at, watched_on, sort_at = self._dated(at, self.zones[zone], rng)
            note = "Seen with friends, and well worth it." if rng.random() < 0.02 else ""
            key = f"benchmark-{profile_id}-{number}"
            yield (
                *(profile_id, title_id, episode_id, watched_at, watched_on, zone, precision, sort_at),
                *("check-in" if rng.random() < 0.7 else "form", note, key),
            )

    def _viewings_of(self, profile_id: int, since: datetime, rng: Random) -> Iterator[tuple[int, int | None, datetime]]:
        if profile_id == IN_PROGRESS:
            for title_id, episodes in self._begun(rng):
                yield from self._run(title_id, episodes, since, rng)
            return
        films = round(self.viewings[profile_id] * 0.08)
        for _film in range(films):
            yield self.layout.pick_movie(rng), None, self._some_time(since, rng)
        left = self.viewings[profile_id] - films
        for title_id in self._series_of(rng):
            aired = self.layout.aired_ids(title_id)
            seen = aired[: min(left, len(aired) if rng.random() < 0.5 else rng.randint(0, len(aired)))]
            yield from self._run(title_id, seen, since, rng)
            left -= len(seen)
            if left <= 0:
                return

    def _series_of(self, rng: Random) -> Iterator[int]:
        """Series without end, each once while there are new ones, the well-known first and more often."""
        met: set[int] = set()
        while True:
            title_id = self.layout.pick_series(rng)
            for _try in range(20):
                if title_id not in met:
                    break
                title_id = self.layout.pick_series(rng)
            met.add(title_id)
            yield title_id

    def _begun(self, rng: Random) -> Iterator[tuple[int, list[int]]]:
        """Series with something left to see, and the episodes that were seen."""
        found = 0
        for rank in range(self.layout.series_count):
            title_id = self.layout.series_at(rank)
            aired = self.layout.aired_ids(title_id)
            if len(aired) > 1 and found < SERIES_IN_PROGRESS:
                found += 1
                yield title_id, aired[: rng.randint(1, min(len(aired) - 1, 8))]

    def _run(
        self, title_id: int, episodes: list[int], since: datetime, rng: Random
    ) -> Iterator[tuple[int, int | None, datetime]]:
        """One episode after the other, at a pace that ends before now."""
        at = self._some_time(since, rng)
        pace = min(rng.choice(GAPS), (self.until - at).total_seconds() / (len(episodes) + 1))
        for episode_id in episodes:
            yield title_id, episode_id, at
            at += timedelta(seconds=int(pace * rng.uniform(0.6, 1)))

    def _some_time(self, since: datetime, rng: Random) -> datetime:
        return since + timedelta(seconds=int((self.until - since).total_seconds() * rng.random()))

    def _dated(self, at: datetime, zone: ZoneInfo, rng: Random) -> tuple[str, datetime | None, date | None, datetime]:
        """Precision, moment, local day, place in the diary; as `tracking.moments` makes them."""
        die = rng.random()
        local = at.astimezone(zone)
        if die < 0.96:
            return "minute", at, local.date(), at
        if die < 0.9975:
            return "day", None, local.date(), local.replace(hour=0, minute=0, second=0)
        first = local.date().replace(day=1)
        if die < 0.999:
            return "month", None, first, datetime.combine(first, time.min, zone)
        return "unknown", None, None, datetime(1900, 1, 1, tzinfo=UTC)
