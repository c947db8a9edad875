"""The rows of the invented catalogue, one generator a table, in the order of their ids."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.utils.text import slugify

from .copying import Row
from .layout import MOST_CREDITS, Layout
from .words import Vocabulary, gently, log_uniform

_GENRES = "drama comedy crime documentary romance action adventure thriller family fantasy mystery horror history"
_LANGUAGES = "en ja fr de es ko zh it nl sv da pt ru pl tr hi no fi el ar"
_COUNTRIES = "US GB JP FR DE ES KR CN IT NL SE DK BR RU PL TR IN NO FI GR"
FREQUENT_GENRES, LANGUAGES, COUNTRIES = _GENRES.split(), _LANGUAGES.split(), _COUNTRIES.split()
ZONES = ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Asia/Tokyo")
AGES = (0, 0, 6, 12, 12, 16, 18)
CREW = ("director", "writer", "producer", "composer", "cinematographer", "editor", "other")

NETWORK_COLUMNS = ("id", "name", "slug", "kind", "country", "time_zone")
SORT_COLUMNS = ("kind", "byline", "year", "premiered", "ended", "status", "runtime", "network_id", "episode_count")
TITLE_COLUMNS = (
    *("id", "name", "slug", "sort_name", "original_name", "overview", "language", "country", "popularity"),
    *("source_rating", "min_age", "indexed_at", "detailed_at", "episodes_changed_at"),
    *SORT_COLUMNS,
)
TITLE_GENRE_COLUMNS = ("title_id", "genre_id")
ALIAS_COLUMNS = ("title_id", "name", "country", "language", "source")
SEASON_COLUMNS = ("id", "title_id", "number", "premiered", "ended")
EPISODE_COLUMNS = (
    *("id", "title_id", "season_id", "number", "kind", "name", "overview", "air_date", "airs_at", "runtime"),
    "source_rating",
)
PERSON_COLUMNS = ("id", "name", "slug", "gender", "biography", "born", "country", "popularity", "detailed_at")
CREDIT_COLUMNS = ("title_id", "episode_id", "person_id", "role", "character", "job", "is_voice", "position")


class Catalogue:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.size = layout, layout.size
        self.words = Vocabulary(layout.size.seed)
        self.midnight = datetime.combine(layout.size.today, time.min, UTC)

    def _rng(self, table: int) -> Random:
        return Random(self.size.seed * 100 + table)

    def networks(self) -> Iterator[Row]:
        rng = self._rng(1)
        for row_id in range(1, self.size.networks + 1):
            kind = "web" if rng.random() < 0.3 else "broadcast"
            name = f"{self.words.word(rng).capitalize()} {row_id}"
            yield row_id, name, f"network-{row_id}", kind, rng.choice(COUNTRIES), rng.choice(ZONES)

    def titles(self) -> Iterator[Row]:
        rng = self._rng(2)
        for row_id in range(1, self.size.titles + 1):
            yield self._title(row_id, rng)

    def _title(self, row_id: int, rng: Random) -> Row:
        name = self.words.title(rng)
        place = gently(rng, len(LANGUAGES))
        rating = f"{rng.triangular(2, 9.6, 7):.1f}" if rng.random() < 0.6 else None
        fetched = None if rng.random() < 0.05 else self._lately(rng, days=8)
        return (
            row_id,
            *(name, f"{slugify(name)[:200]}-{row_id}".lstrip("-"), name.removeprefix("The ").lower()),
            *(self.words.title(rng) if rng.random() < 0.08 else "", self._overview(rng, known=0.85)),
            *(LANGUAGES[place], COUNTRIES[place], round(100 / (1 + self.layout.titles.rank_of(row_id)) ** 0.6, 2)),
            *(rating, rng.choice(AGES) if rng.random() < 0.45 else None, self._lately(rng, days=8), fetched, fetched),
            *(self._series(row_id, rng) if self.layout.is_series(row_id) else self._movie(rng)),
        )

    def _series(self, row_id: int, rng: Random) -> Row:
        """What only series have, in the order of SORT_COLUMNS."""
        shape, network = self.layout.shape(row_id), 1 + log_uniform(rng, self.size.networks)
        ended = None if shape.is_running else self.layout.last_day(shape)
        dates = (shape.premiered.year, shape.premiered, ended, "running" if shape.is_running else "ended")
        return (
            "series",
            f"Network {network}",
            *dates,
            rng.choice((22, 25, 30, 45, 50, 60, None)),
            network,
            shape.regular,
        )

    def _movie(self, rng: Random) -> Row:
        day = self.size.today - timedelta(days=int(365 * 95 * rng.random() ** 2))
        premiered = None if rng.random() < 0.04 else day
        dates = (premiered.year if premiered else None, premiered, None, "released" if premiered else "")
        return ("movie", self.words.person(rng), *dates, rng.randint(62, 190), None, 0)

    def title_genres(self, genres: Sequence[int]) -> Iterator[Row]:
        """Up to three each of these ids, the first of them more often."""
        rng = self._rng(3)
        for title_id in range(1, self.size.titles + 1):
            for place in {gently(rng, len(genres)) for _ in range(rng.randint(0, 3))}:
                yield title_id, genres[place]

    def aliases(self) -> Iterator[Row]:
        rng = self._rng(4)
        for title_id in range(1, self.size.titles + 1):
            for place in {gently(rng, len(COUNTRIES)) for _ in range(rng.randint(1, 4) if rng.random() < 0.25 else 0)}:
                yield title_id, self.words.title(rng), COUNTRIES[place], LANGUAGES[place], "tvmaze"

    def seasons(self) -> Iterator[Row]:
        row_id = 0
        for title_id in self._series_ids():
            days: dict[int, list[date]] = {}
            for slot in self.layout.slots(title_id):
                days.setdefault(slot.season, []).extend([slot.air_date] if slot.air_date else [])
            for number, known in days.items():
                row_id += 1
                yield row_id, title_id, number, min(known, default=None), max(known, default=None)

    def episodes(self) -> Iterator[Row]:
        rng = self._rng(5)
        for title_id in self._series_ids():
            first_season, first = self.layout.first_season(title_id) - 1, self.layout.first_episode(title_id)
            hour = rng.randint(0, 23) if rng.random() < 0.6 else None
            for slot in self.layout.slots(title_id):
                yield (
                    *(first + slot.id_offset, title_id, first_season + slot.season, slot.number),
                    *("special" if slot.number is None else "regular", self._episode_name(slot.number, rng)),
                    *(self._overview(rng, known=0.4), slot.air_date, self._moment(slot.air_date, hour)),
                    *(rng.randint(20, 65), f"{rng.triangular(5, 9.8, 7.6):.1f}" if rng.random() < 0.3 else None),
                )

    def _series_ids(self) -> Iterator[int]:
        return (title_id for title_id in range(1, self.size.titles + 1) if self.layout.is_series(title_id))

    def _episode_name(self, number: int | None, rng: Random) -> str:
        die = rng.random()
        if die < 0.01:
            return ""
        return f"Episode {number}" if number and die < 0.16 else self.words.title(rng)

    def people(self) -> Iterator[Row]:
        rng = self._rng(6)
        for row_id in range(1, self.size.people + 1):
            name = self.words.person(rng)
            rank = self.layout.people.rank_of(row_id)
            born = self.size.today - timedelta(days=rng.randint(6000, 36000)) if rng.random() < 0.4 else None
            yield (
                *(row_id, name, f"{slugify(name)[:180]}-{row_id}".lstrip("-"), rng.choice(("", "female", "male"))),
                *(self._overview(rng, known=0.08), born, rng.choice(COUNTRIES) if rng.random() < 0.5 else ""),
                *(round(100 / (1 + rank) ** 0.5, 3), self._lately(rng, days=13) if rng.random() < 0.2 else None),
            )

    def credits(self) -> Iterator[Row]:
        rng = self._rng(7)
        for title_id in range(1, self.size.titles + 1):
            cast = {self._anyone(rng): None for _ in range(max(1, round(rng.lognormvariate(3.59, 0.8))))}
            if self.layout.titles.rank_of(title_id) < MOST_CREDITS:
                cast[self.layout.busiest_person] = None
            for position, person_id in enumerate(cast):
                yield self._credit(title_id, person_id, position, rng)

    def _anyone(self, rng: Random) -> int:
        """Anybody but the busiest; the well-known come more often."""
        return self.layout.people.id_at(1 + int((self.size.people - 1) * rng.random() ** 1.3))

    def _credit(self, title_id: int, person_id: int, position: int, rng: Random) -> Row:
        episodes = self.layout.shape(title_id).episodes if self.layout.is_series(title_id) else 0
        guest = episodes > 0 and rng.random() < 0.1
        episode = self.layout.first_episode(title_id) + rng.randrange(episodes) if guest else None
        if rng.random() < 0.3:
            role = rng.choice(CREW)
            return title_id, episode, person_id, role, "", role.capitalize(), "f", position
        character = self.words.person(rng) if rng.random() < 0.9 else ""
        return title_id, episode, person_id, "actor", character, "", "t" if rng.random() < 0.05 else "f", position

    def _overview(self, rng: Random, *, known: float) -> str:
        return self.words.overview(rng) if rng.random() < known else ""

    def _lately(self, rng: Random, *, days: int) -> datetime:
        return self.midnight - timedelta(minutes=rng.randrange(days * 1440))

    def _moment(self, day: date | None, hour: int | None) -> str | None:
        return f"{day} {hour:02}:00:00+00" if day and hour is not None else None
