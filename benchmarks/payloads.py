"""Answers in the shape of TVmaze's, invented."""

from datetime import date, timedelta
from random import Random
from typing import Any

from .layout import LONGEST_SERIES
from .words import Vocabulary

FIRST_ID = 50_000_000
"""Far behind the ids of the invented site."""

GENRES = ("Drama", "Comedy", "Crime", "Romance", "Science-Fiction", "Thriller", "History")
ZONES = {"US": ("United States", "America/New_York"), "GB": ("United Kingdom", "Europe/London")}


WORDS = Vocabulary(1)


class Answers:
    """The same ones each time."""

    def __init__(self) -> None:
        self.rng, self.words = Random(1), WORDS

    def index_page(self, number: int, size: int = 250) -> list[dict[str, Any]]:
        """Shows as a page of the index has them; another number, other shows."""
        return [self.show(FIRST_ID + number * size + place) for place in range(size)]

    def show(self, show_id: int) -> dict[str, Any]:
        rng, day = self.rng, date(1990, 1, 1) + timedelta(days=self.rng.randrange(12_000))
        ended = day + timedelta(days=400) if rng.random() < 0.6 else None
        return {
            "id": show_id,
            "url": f"https://www.tvmaze.com/shows/{show_id}/show",
            "name": self.words.title(rng),
            "type": rng.choice(("Scripted", "Scripted", "Animation", "Documentary")),
            "language": rng.choice(("English", "Japanese", "German", None)),
            "genres": rng.sample(GENRES, rng.randint(0, 3)),
            "status": "Ended" if ended else "Running",
            "runtime": rng.choice((30, 60, None)),
            "averageRuntime": 45,
            "premiered": day.isoformat(),
            "ended": ended and ended.isoformat(),
            "schedule": {"time": "21:00", "days": ["Thursday"]},
            "rating": {"average": round(rng.uniform(4, 9.5), 1) if rng.random() < 0.7 else None},
            "weight": rng.randint(0, 100),
            "network": self.network() if rng.random() < 0.8 else None,
            "webChannel": None,
            "dvdCountry": None,
            "externals": {"tvrage": show_id % 90_000, "thetvdb": show_id, "imdb": f"tt{show_id}"},
            "image": None,
            "summary": f"<p><b>{self.words.title(rng)}</b> {self.words.overview(rng)}</p>",
            "updated": 1_700_000_000 + show_id % 1000,
        }

    def network(self) -> dict[str, Any]:
        code = self.rng.choice(list(ZONES))
        name, zone = ZONES[code]
        number = self.rng.randint(1, 60)
        return {"id": number, "name": f"Channel {number}", "country": {"name": name, "code": code, "timezone": zone}}

    def long_series(self, show_id: int = FIRST_ID - 1) -> dict[str, Any]:
        """A show whole, with 751 episodes and 150 people."""
        seasons = [{"id": FIRST_ID + number, "number": number, "name": "", "summary": None} for number in range(1, 39)]
        episodes = [self.episode(FIRST_ID + number, number) for number in range(LONGEST_SERIES)]
        crew = [{"type": "Executive Producer", "person": self.person(FIRST_ID + number)} for number in range(100, 150)]
        cast = [self.cast_member(number) for number in range(100)]
        akas = [{"name": self.words.title(self.rng), "country": None} for _ in range(12)]
        parts = {"seasons": seasons, "episodes": episodes, "cast": cast, "crew": crew, "akas": akas}
        return self.show(show_id) | {"_embedded": parts}

    def episode(self, episode_id: int, number: int) -> dict[str, Any]:
        day = date(1990, 1, 1) + timedelta(days=7 * number)
        return {
            "id": episode_id,
            "name": self.words.title(self.rng),
            "season": 1 + number // 20,
            "number": 1 + number % 20,
            "type": "regular",
            "airdate": day.isoformat(),
            "airtime": "20:00",
            "airstamp": f"{day}T20:00:00+00:00",
            "runtime": 30,
            "rating": {"average": 7.4},
            "image": None,
            "summary": f"<p>{self.words.overview(self.rng)}</p>",
        }

    def cast_member(self, number: int) -> dict[str, Any]:
        character = {"id": FIRST_ID + number, "name": self.words.person(self.rng)}
        return {"person": self.person(FIRST_ID + number), "character": character, "self": False, "voice": False}

    def person(self, person_id: int) -> dict[str, Any]:
        name, born = self.words.person(self.rng), date(1950, 1, 1) + timedelta(days=self.rng.randrange(15_000))
        country = {"name": "United States", "code": "US", "timezone": "America/New_York"}
        return {"id": person_id, "name": name, "country": country, "birthday": born.isoformat(), "gender": "Female"}
