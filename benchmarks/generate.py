"""Fills an empty, migrated database with the invented site of a given size; see `layout.Size`."""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from accounts.models import Household, Profile, User
from catalog.models import Alias, Credit, Episode, Genre, GenreLabel, Network, Person, Season, Title
from tracking.models import LibraryEntry, Watch

from . import catalogue, derived, keeping, viewers
from .catalogue import Catalogue
from .copying import Loaded, bare, copy_rows, in_order_of, quoted, restart_ids, run
from .layout import Layout, Size
from .viewers import Viewers

Say = Callable[[str], None]

KEPT = (Genre, GenreLabel)
"""What the migrations fill."""


class NotEmptyError(Exception):
    """The database holds a catalogue that was not made here."""


@dataclass(frozen=True)
class Generated:
    size: Size
    tables: list[Loaded]
    seconds: float
    peak_megabytes: float

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def our_models() -> list[type[Model]]:
    return [model for app in ("accounts", "catalog", "tracking") for model in apps.get_app_config(app).get_models(True)]


def ensure(size: Size, *, say: Say) -> Generated | None:
    """Generate unless the database already holds this size; None when it did. Raises NotEmptyError."""
    kept = marked()
    if kept == size.label:
        say(f"Using the data of {size.label} from an earlier run.")
        return None
    if kept is None and Title.objects.exists():
        raise NotEmptyError("This database holds a catalogue. Name an empty one: its rows would be lost.")
    return generate(size, say=say)


def marked() -> str | None:
    """The size of the data in this database, which is kept as a comment of the table of titles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(%s::regclass)", [Title._meta.db_table])
        return cursor.fetchone()[0]


def generate(size: Size, *, say: Say) -> Generated:
    """Replace every row of ours, in one transaction: it is there whole or not at all."""
    started = time.perf_counter()
    tables: list[Loaded] = []
    with transaction.atomic():
        run("SET LOCAL maintenance_work_mem = '256MB'")
        run("SET LOCAL work_mem = '128MB'")
        emptied = [quoted(model._meta.db_table) for model in our_models() if model not in KEPT]
        run(f"TRUNCATE {', '.join(emptied)} CASCADE")
        for loaded in _load(size):
            rate = loaded.rows / max(loaded.seconds, 0.001)
            say(f"{loaded.table:28} {loaded.rows:>11,} rows {loaded.seconds:7.1f} s {rate:>11,.0f} rows/s")
            tables.append(loaded)
        restart_ids(our_models())
        run("ANALYZE")
        run(f"COMMENT ON TABLE {quoted(Title._meta.db_table)} IS '{size.label}'")
    return Generated(size, tables, time.perf_counter() - started, peak_megabytes())


def tidy() -> None:
    """What autovacuum would do in time: the maps of what is visible to all. Not in a transaction."""
    run("VACUUM")


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _load(size: Size) -> Iterator[Loaded]:
    layout = Layout(size)
    at = datetime.combine(size.today, clock.min, UTC)
    with bare(model for model in our_models() if model is not LibraryEntry):
        yield from _catalogue(Catalogue(layout), at)
        yield from _viewers(Viewers(layout), at)
    with bare([LibraryEntry]):
        yield from derived.entries(size.titles, at)
    yield from keeping.rows(layout, at)


def _catalogue(rows: Catalogue, at: datetime) -> Iterator[Loaded]:
    yield copy_rows(Network, catalogue.NETWORK_COLUMNS, rows.networks(), at=at)
    yield copy_rows(Title, catalogue.TITLE_COLUMNS, rows.titles(), at=at)
    yield copy_rows(Title.genres.through, catalogue.TITLE_GENRE_COLUMNS, rows.title_genres(genres()), at=at)
    yield copy_rows(Alias, catalogue.ALIAS_COLUMNS, rows.aliases(), at=at)
    yield copy_rows(Season, catalogue.SEASON_COLUMNS, rows.seasons(), at=at)
    yield copy_rows(Episode, catalogue.EPISODE_COLUMNS, rows.episodes(), at=at)
    yield copy_rows(Person, catalogue.PERSON_COLUMNS, rows.people(), at=at)
    yield copy_rows(Credit, catalogue.CREDIT_COLUMNS, rows.credits(), at=at)
    yield from derived.outside_ids(at)
    yield from derived.search_entries(at)


def genres() -> list[int]:
    """The ids of our genres, the frequent ones first."""
    slugs = dict(Genre.objects.order_by("slug").values_list("slug", "pk"))
    frequent = [slugs[slug] for slug in catalogue.FREQUENT_GENRES if slug in slugs]
    return [*frequent, *(pk for pk in slugs.values() if pk not in frequent)]


def _viewers(rows: Viewers, at: datetime) -> Iterator[Loaded]:
    yield copy_rows(Household, viewers.HOUSEHOLD_COLUMNS, rows.household_rows(), at=at)
    yield copy_rows(User, viewers.USER_COLUMNS, rows.user_rows(), at=at)
    yield copy_rows(Profile, viewers.PROFILE_COLUMNS, rows.profile_rows(), at=at)
    with in_order_of(Watch, "sort_at, profile_id, key"):
        yield copy_rows(Watch, viewers.WATCH_COLUMNS, rows.watches(), at=at)
