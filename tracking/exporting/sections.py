"""What an export holds: a file for each kind of row, in an order that follows from what the rows say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import Any

from django.db.models import Case, F, Func, QuerySet, TextField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Collate
from django.utils.translation import gettext as _

from accounts.models import Profile
from tracking.models import Dismissal, ImportRow, LibraryEntry, List, ListItem, LogImport, Note, Position, Rating, Watch

from .naming import PART, TITLE, Names

CHUNK = 2000
UNMATCHED = "unmatched"

Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A file of the export: `rows` are mappings with all of `columns`, whose values JSON knows."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Profile], Iterator[Row]]


def _in_bytes(column: str) -> Collate:
    """Sorted alike in every database, whatever its language."""
    return Collate(F(column), "C")


BY_TITLE = ("title__kind", _in_bytes("title__slug"))
BY_EPISODE = (*BY_TITLE, "episode__season__number", "episode__number", _in_bytes("episode__name"))
STAMPS = ("created_at", "updated_at")
SETTINGS = (
    *("name", "colour", "kind", "highest_age", "language", "time_zone", "region"),
    *("rating_scale", "has_spoiler_shield", "created_at"),
)
LIST = ("name", "address", "description", "is_public", "is_numbered", *STAMPS)
WHEN = ("precision", "watched_at", "watched_on", "zone")
WATCH = (
    *("key", *WHEN, "origin", "place", "company", "attention"),
    *("note", "service", "run", "group", *STAMPS),
)
LIBRARY = ("state", "is_said", "run", "hidden_at", *STAMPS)
POSITION = ("seconds", "length", "is_paused", "player", "started_at", "updated_at")
OPEN = ("service", "file", "line", "key", "what", *TITLE[1:], "is_part", *PART, *WHEN, "says", "raw")


def _settings(profile: Profile) -> Iterator[Row]:
    return _rows(Profile.objects.filter(pk=profile.pk), SETTINGS)


def _services(profile: Profile) -> Iterator[Row]:
    rows = profile.services.order_by(_in_bytes("service__slug"))
    for slug, name, at in rows.values_list("service__slug", "service__name", _Moment("created_at")).iterator(CHUNK):
        yield {"service": slug, "name": name, "created_at": at}


def _watches(profile: Profile) -> Iterator[Row]:
    return _named(Watch.objects.of(profile).order_by("sort_at", _in_bytes("key")), WATCH, "episode")


def _library(profile: Profile) -> Iterator[Row]:
    return _named(LibraryEntry.objects.of(profile).order_by(*BY_TITLE), LIBRARY)


def _ratings(profile: Profile) -> Iterator[Row]:
    rows = Rating.objects.of(profile).order_by(*BY_TITLE, "season__number", *BY_EPISODE[2:], "created_at")
    return _named(rows, ("value", *STAMPS), "season", "episode")


def _notes(profile: Profile) -> Iterator[Row]:
    return _named(Note.objects.of(profile).order_by(*BY_TITLE), ("text", *STAMPS))


def _lists(profile: Profile) -> Iterator[Row]:
    return _rows(List.objects.of(profile).order_by(_in_bytes("name")), LIST)


def _items(profile: Profile) -> Iterator[Row]:
    """Their positions are counted from one within each list: the gaps are ours alone."""
    items = ListItem.objects.filter(list__in=List.objects.of(profile))
    rows = items.order_by(_in_bytes("list__name"), "position", "pk")
    here, place = None, 0
    for row in _named(rows, ("list__name", "note", "created_at"), "episode"):
        name = row.pop("list__name")
        here, place = name, place + 1 if name == here else 1
        yield {"list": name, "position": place, **row}


def _dismissals(profile: Profile) -> Iterator[Row]:
    return _named(Dismissal.objects.filter(profile=profile).order_by(*BY_TITLE), ("created_at",))


def _positions(profile: Profile) -> Iterator[Row]:
    rows = Position.objects.filter(profile=profile).order_by(*BY_EPISODE, "started_at")
    return _named(rows, POSITION, "episode")


def _unmatched(profile: Profile) -> Iterator[Row]:
    """What imports could not place yet, each thing once. What came with an export of ours goes on as it came."""
    state, verdict = LogImport.State, ImportRow.Verdict
    came_with_ours = When(
        log_import__service=LogImport.Service.MARQUEE,
        file=f"{UNMATCHED}.jsonl",
        then=Collate(KeyTextTransform("service", "raw"), "C"),
    )
    rows = ImportRow.objects.filter(
        log_import__profile=profile,
        log_import__state__in=[state.READY, state.APPLYING, state.APPLIED],
        verdict__in=[verdict.UNKNOWN, verdict.DOUBTFUL],
    )
    rows = rows.annotate(
        first_service=Case(came_with_ours, default=_in_bytes("log_import__service"), output_field=TextField()),
        first_key=_in_bytes("key"),
    )
    rows = rows.order_by("first_service", "first_key", "-log_import", "pk").distinct("first_service", "first_key")
    for row in rows.select_related("work", "log_import").iterator(CHUNK):
        yield _open(row)


def _open(row: ImportRow) -> Row:
    if row.log_import.service == LogImport.Service.MARQUEE and row.file == f"{UNMATCHED}.jsonl":
        return {name: row.raw.get(name) for name in OPEN}
    work = row.work
    return {
        "service": row.log_import.service,
        "file": row.file,
        "line": row.line,
        "key": row.key,
        "what": row.kind,
        "kind": work.kind if work else "",
        "name": work.name if work else "",
        "year": work.year if work else None,
        "ids": work.ids if work else {},
        "is_part": row.is_of_part,
        "season": row.season_number,
        "episode": row.episode_number,
        "episode_name": row.episode_name,
        "episode_ids": row.episode_ids,
        "precision": row.precision,
        "watched_at": row.watched_at.astimezone(UTC).isoformat() if row.watched_at else None,
        "watched_on": str(row.watched_on) if row.watched_on else None,
        "zone": row.zone,
        "says": row.says,
        "raw": row.raw,
    }


SECTIONS = (
    Section("settings", SETTINGS, _settings),
    Section("services", ("service", "name", "created_at"), _services),
    Section("watches", (*TITLE, *PART, *WATCH), _watches),
    Section("library", (*TITLE, *LIBRARY), _library),
    Section("ratings", (*TITLE, *PART, "value", *STAMPS), _ratings),
    Section("notes", (*TITLE, "text", *STAMPS), _notes),
    Section("lists", LIST, _lists),
    Section("items", ("list", "position", *TITLE, *PART, "note", "created_at"), _items),
    Section("dismissals", (*TITLE, "created_at"), _dismissals),
    Section("positions", (*TITLE, *PART, *POSITION), _positions),
    Section(UNMATCHED, OPEN, _unmatched),
)


def counts(profile: Profile) -> list[tuple[str, int]]:
    """How much there is of what one looks for first, in words."""
    return [
        (_("Viewings"), Watch.objects.of(profile).count()),
        (_("Titles in the library"), LibraryEntry.objects.of(profile).count()),
        (_("Ratings"), Rating.objects.of(profile).count()),
        (_("Notes"), Note.objects.of(profile).count()),
        (_("Lists"), List.objects.of(profile).count()),
    ]


class _Moment(Func):
    """As text in UTC, to the microsecond: PostgreSQL writes it many times faster than Python reads it."""

    template = """to_char(%(expressions)s at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
    output_field = TextField()


def _text(column: str) -> Func | str:
    """How to ask for a column so that JSON knows what comes."""
    if column.endswith("_at"):
        return _Moment(column)
    return Cast(column, TextField()) if column in ("watched_on", "group", "address") else column


def _rows(rows: QuerySet[Any, Any], columns: Sequence[str]) -> Iterator[Row]:
    for row in rows.values_list(*map(_text, columns)).iterator(CHUNK):
        yield dict(zip(columns, row, strict=True))


def _named(rows: QuerySet[Any, Any], columns: Sequence[str], *of: str) -> Iterator[Row]:
    """With the names of the title and, where `of` says what else to ask for (“season”, “episode”), of its part."""
    names, several = Names(), ("title_id", *(f"{each}_id" for each in of))
    stream = rows.values_list(*several, *map(_text, columns)).iterator(CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        subjects = [dict(zip(several, row, strict=False)) for row in chunk]
        names.load(subjects)
        for subject, row in zip(subjects, chunk, strict=True):
            part = names.part(subject.get("season_id"), subject["episode_id"]) if of else {}
            yield {**names.title(subject["title_id"]), **part, **dict(zip(columns, row[len(several) :], strict=True))}
