"""What the files of one export know together, gathered before any row is read: each says only a part of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from tracking.histories.facts import Work
from tracking.histories.readers import cells, rows
from tracking.histories.uploads import UnreadableError, Upload
from tracking.models import LibraryEntry

EPISODES, FILMS = "tracking-prod-records-v2.csv", "tracking-prod-records.csv"
SHOWS, FOLLOWED, SPECIAL = "user_tv_show_data.csv", "followed_tv_show.csv", "user_show_special_status.csv"
OF_SHOWS = (EPISODES, FILMS, SHOWS, FOLLOWED, SPECIAL)

SEEN = ("watched_on_episode.csv", "seen_episode_source.csv", "seen_episode.csv", "seen_episode_latest.csv")

Table = Iterator[tuple[int, dict[str, str]]]
Place = tuple[str, int | None, int | None]

EVENT = "watch-episode", "rewatch-episode"
OF_SERIES = "user-series"
SORTS = (*EVENT, OF_SERIES)


@dataclass
class Standing:
    """How a viewer stands to a series, as all files say it together."""

    is_followed: bool | None = None
    is_archived: bool = False
    is_for_later: bool = False
    is_favorite: bool = False
    seen_count: int = 0
    claimed_count: int = 0
    """Of TV Time's own counters, which know more than the viewings where these are not in the file."""

    @property
    def state(self) -> str:
        """Empty: the viewings say it, or nothing is left to say."""
        if self.is_archived:
            return LibraryEntry.State.DROPPED
        if self.is_for_later:
            return LibraryEntry.State.PAUSED if self.seen_count else LibraryEntry.State.PLANNED
        if self.is_followed and not self.seen_count:
            return LibraryEntry.State.WATCHING if self.claimed_count else LibraryEntry.State.PLANNED
        return ""

    @property
    def is_left(self) -> bool:
        """Not followed any more, though seen in part: it does not come back among what is up next."""
        return self.is_followed is False and not self.is_archived and not self.is_for_later and self.seen_count > 0


@dataclass
class Known:
    """Series go by their ids at TheTVDB, films by TV Time's own."""

    upload: Upload
    files: Mapping[str, str]
    """The names in the upload by the plain names of the tables."""

    zone: str
    """Of the times that do not say theirs."""

    broken: dict[str, str] = field(default_factory=dict)
    """Why a file could not be read to its end, by its name in the upload."""

    names: dict[str, str] = field(default_factory=dict)
    """Of series, as text like “Doctor Who (2005)”."""

    ids: dict[str, str] = field(default_factory=dict)
    """Of series by their names, where a name means one series."""

    works: dict[tuple[str, str], Work] = field(default_factory=dict)
    """Of series, by id and name, as rows ask for them."""

    films: dict[str, Work] = field(default_factory=dict)
    seen_films: set[str] = field(default_factory=set)
    standings: dict[str, Standing] = field(default_factory=lambda: defaultdict(Standing))
    episodes: set[Place] = field(default_factory=set)
    """Of which the newer record of viewings tells: the older one numbers some of them otherwise."""

    episode_ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for plain in OF_SHOWS:
            for _line, row in self.table(plain):
                self._learn(plain, row)
        if self._times_are_utc():
            self.zone = "UTC"
        self.ids = self._ids_by_name()
        for plain in SEEN:
            for _line, row in self.table(plain):
                self.standings[self.ids.get(folded(name_of(row)), "")].seen_count += 1

    def table(self, plain: str) -> Table:
        """Its rows as far as it can be read."""
        if name := self.files.get(plain):
            try:
                yield from self.upload.table(name)
            except UnreadableError as error:
                self.broken[name] = str(error)

    def series(self, series_id: str, name: str = "") -> Work:
        """Raises ValueError."""
        if (series_id, name) not in self.works:
            self.works[series_id, name] = self._series(series_id, name)
        return self.works[series_id, name]

    def _series(self, series_id: str, name: str) -> Work:
        series_id = series_id or self.ids.get(folded(name), "")
        title, year = rows.name_and_year(self.names.get(series_id) or name)
        known = rows.ids({"tvdb": series_id})
        if not title and not known:
            raise ValueError(_("It does not say which series is meant."))
        return Work("series", title, year, known)

    def _learn(self, plain: str, row: Mapping[str, str]) -> None:
        series_id = series_of(row)
        if series_id and (name := name_of(row)):
            self.names.setdefault(series_id, name)
        if plain == EPISODES and is_event(row):
            self.episodes.add(place_of(row))
            self.episode_ids |= {episode_of(row)} - {""}
        if plain == FILMS and is_film(row):
            self._learn_film(row)
        elif series_id:
            self._learn_standing(plain, series_id, row)

    def _learn_film(self, row: Mapping[str, str]) -> None:
        film = film_of(row)
        if not self.films.get(film_id(row), film).name or film_id(row) not in self.films:
            self.films[film_id(row)] = film
        if row.get("type") in ("watch", "rewatch"):
            self.seen_films.add(film_id(row))

    def _learn_standing(self, plain: str, series_id: str, row: Mapping[str, str]) -> None:
        standing = self.standings[series_id]
        if is_event(row) or (plain == FILMS and row.get("type") in ("watch", "rewatch")):
            standing.seen_count += 1
            return
        followed = row.get("is_followed") or (row.get("active") if plain == FOLLOWED else "")
        if followed and (standing.is_followed is None or plain == EPISODES):
            standing.is_followed = is_true(followed)
        claimed = rows.number(row.get("ep_watch_count") or row.get("nb_episodes_seen")) or 0
        standing.claimed_count = max(standing.claimed_count, claimed)
        standing.is_archived |= is_true(row.get("is_archived") or row.get("archived"))
        standing.is_for_later |= is_true(row.get("is_for_later")) or row.get("status") == "for_later"
        standing.is_favorite |= is_true(row.get("is_favorited")) or row.get("status") == "favorite"

    def _times_are_utc(self) -> bool:
        """Times have no zone, but some rows say the same moment as seconds since 1970 beside it."""
        for _line, row in self.table(EPISODES):
            at, said = gsi_moment(row), row.get("created_at", "")
            if at and said:
                return at.strftime("%Y-%m-%d %H:%M:%S") == said[:19]
        return False

    def _ids_by_name(self) -> dict[str, str]:
        by_name: dict[str, set[str]] = defaultdict(set)
        for series_id, name in self.names.items():
            by_name[folded(name)].add(series_id)
        return {name: next(iter(found)) for name, found in by_name.items() if len(found) == 1}


def folded(name: str) -> str:
    return cells.name(name).casefold()


def is_true(value: Any) -> bool:
    return str(value).strip().casefold() in ("1", "true")


def sort_of(row: Mapping[str, str]) -> str:
    """What a row of the newer record is: the first of its two keys that says it."""
    for key in (row.get("key", ""), row.get("gsi", "")):
        if key.startswith(SORTS):
            return next(sort for sort in SORTS if key.startswith(sort))
    return ""


def is_event(row: Mapping[str, str]) -> bool:
    return sort_of(row) in EVENT


def is_film(row: Mapping[str, str]) -> bool:
    return row.get("entity_type") == "movie" or (not row.get("entity_type") and bool(row.get("movie_name")))


def series_of(row: Mapping[str, str]) -> str:
    said = row.get("s_id") or row.get("tv_show_id") or row.get("series_id") or ""
    return str(rows.number(said, rows.LARGEST_ID) or "")


def name_of(row: Mapping[str, str]) -> str:
    return cells.name(row.get("series_name") or row.get("tv_show_name") or "")


def episode_of(row: Mapping[str, str]) -> str:
    """Its id at TheTVDB."""
    said = row.get("episode_id") or row.get("ep_id") or ""
    return str(rows.number(said, rows.LARGEST_ID) or "")


def place_of(row: Mapping[str, str]) -> Place:
    season = row.get("season_number") or row.get("s_no") or row.get("episode_season_number")
    number = row.get("episode_number") or row.get("ep_no")
    return series_of(row), rows.number(season), rows.number(number)


def film_id(row: Mapping[str, str]) -> str:
    return row.get("uuid") or f"{cells.name(row.get('movie_name') or '')} {row.get('release_date', '')[:4]}"


def film_of(row: Mapping[str, str]) -> Work:
    """Where the name is missing there is still one made for addresses: “watch-alpha-space-sweepers”."""
    name, year = rows.name_and_year(row.get("movie_name") or "")
    slug = row.get("alpha_range_key", "").rpartition("-alpha-")[2]
    released = cells.year(row.get("release_date", "")[:4])
    return Work("movie", name or cells.name(slug.replace("-", " ")), released or year)


def gsi_moment(row: Mapping[str, str]) -> datetime | None:
    said = row.get("gsi", "")
    return rows.epoch(said.rpartition("-")[2]) if said.startswith(EVENT) else None


def film_moment(row: Mapping[str, str]) -> tuple[datetime | None, str]:
    """As a moment where it is counted in seconds, and as text: most rows only say when they were made."""
    at = rows.epoch(row.get("watch_date_range_key", "").rpartition("-")[2]) or rows.epoch(row.get("watch_date"))
    said = row.get("watch_date", "")
    return at, said if cells.year(said[:4]) and "-" in said else row.get("created_at", "")


def plain_names(upload: Upload) -> Iterator[tuple[str, str]]:
    """(“watched_on_episode.csv”, “data/watched_on_episode (1).csv”) and so on."""
    for name in upload.names:
        plain = PurePosixPath(name).name.casefold()
        stem, _dot, end = plain.rpartition(".")
        yield f"{stem.split(' (')[0]}.{end}", name
