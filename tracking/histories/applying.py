"""Adding to the log what the preview said would be added, and taking all of it back."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from catalog.models import Title
from tracking import diary, locks
from tracking.diary import Brought, Viewing
from tracking.models import (
    Dismissal,
    ImportRow,
    List,
    ListItem,
    LogChange,
    LogImport,
    Note,
    Position,
    Rating,
    Watch,
)
from tracking.moments import Moment

from . import lines, own, verdicts
from .lines import Line
from .verdicts import watch_key

Kind, Verdict = ImportRow.Kind, ImportRow.Verdict
CHANGES_AT_ONCE = 200
LONGEST_NOTE, LONGEST_TITLE_NOTE = 5000, 20_000
PLACES, ATTENTIONS = frozenset(Watch.Place.values), frozenset(Watch.Attention.values)


def apply(log_import: LogImport, *, at: datetime) -> Iterator[int]:
    """Add what is to be added, the titles of a batch in one transaction; yields how many rows are in the log since.

    Stopped anywhere, it goes on where it was. When anything was logged since the preview a batch is judged anew first,
    under the lock of the profile's log: nothing is logged twice.
    """
    log_import.options = {**log_import.options, "lists": log_import.options.get("lists", [])}
    with transaction.atomic():
        count = own.apply(log_import, at=at)
    yield count
    for titles in verdicts.batches(log_import):
        with transaction.atomic():
            count = _apply(log_import, titles, at=at)
        yield count


def _apply(log_import: LogImport, titles: Sequence[int], *, at: datetime) -> int:
    profile = log_import.profile
    by_pk = Title.objects.only("kind", "status").in_bulk(titles)
    locks.hold_all(profile, by_pk.values())
    judged = (verdicts.judge if _was_written(log_import) else lines.load)(log_import, titles)
    rows = [row for row in judged if row.verdict == Verdict.ADDED]
    writing = _Writing(log_import, by_pk, rows, at=at)
    brought = writing.brought()
    if brought:
        diary.bring(profile, brought, batch=log_import.batch, at=at)
        lines.mark_applied(rows)
    return len(rows)


def _was_written(log_import: LogImport) -> bool:
    """Whether anybody but this import wrote to the log since the verdicts were given; asked under the lock."""
    others = LogChange.objects.of(log_import.profile).filter(pk__gt=log_import.options.get("seen", 0))
    return others.exclude(batch=log_import.batch).exists()


class _Writing:
    """The rows of some titles turned into rows of the log."""

    def __init__(self, log_import: LogImport, titles: dict[int, Title], rows: Sequence[Line], *, at: datetime) -> None:
        self.log_import = log_import
        self.profile = log_import.profile
        self.at = at
        self.is_ours = log_import.service == LogImport.Service.MARQUEE
        self.titles = titles
        self.rows = rows
        rated = Rating.objects.filter(profile=self.profile, title__in=titles)
        self.ratings = {(row.title_id, row.season_id, row.episode_id): row for row in rated}
        self.lists: dict[str, List] = {}
        self.ends: dict[int, int] = {}

    def brought(self) -> list[Brought]:
        of_title: dict[int, Brought] = {}
        write = {
            Kind.WATCH: self._watch,
            Kind.STATE: self._state,
            Kind.RATING: self._rating,
            Kind.NOTE: self._note,
            Kind.ITEM: self._item,
            Kind.HIDE: self._hide,
            Kind.DISMISSAL: self._dismissal,
            Kind.POSITION: self._position,
        }
        for row in self.rows:
            each = of_title.get(row.title_id)
            if each is None:
                each = of_title[row.title_id] = Brought(self.titles[row.title_id], keeps_runs=self.is_ours)
            write[Kind(row.kind)](each, row)
        return list(of_title.values())

    def _watch(self, each: Brought, row: Line) -> None:
        moment = Moment(
            Watch.Precision(row.precision or Watch.Precision.UNKNOWN),
            row.zone or self.log_import.zone,
            at=row.watched_at,
            on=row.watched_on,
        )
        place, company, attention, service, note = (
            str(row.says.get(name) or "") for name in ("place", "company", "attention", "service", "note")
        )
        each.watches.append(
            Viewing(
                profile_id=self.profile.pk,
                title_id=row.title_id,
                episode_id=row.episode_id,
                watched_at=moment.at,
                watched_on=moment.on,
                zone=moment.zone,
                precision=moment.precision,
                sort_at=moment.sort_at,
                origin=row.says.get("origin") or Watch.Origin.IMPORT,
                key=watch_key(self.log_import.service, row),
                run=row.says.get("run") or 1,
                note=note[:LONGEST_NOTE],
                place=place if place in PLACES else "",
                attention=attention if attention in ATTENTIONS else "",
                company=company[:200],
                service=service[:100],
                group=row.says.get("group"),
                created_at=self._stamp(row, "created_at"),
                updated_at=self._stamp(row, "updated_at"),
            )
        )

    def _stamps(self, row: Line) -> dict[str, datetime]:
        return {name: self._stamp(row, name) for name in ("created_at", "updated_at")}

    def _stamp(self, row: Line, name: str) -> datetime:
        """Our own export says when something was written; everything else is written now."""
        said = row.says.get(name) if self.is_ours else None
        return datetime.fromisoformat(said) if said else self.at

    def _state(self, each: Brought, row: Line) -> None:
        each.state = row.says["state"]
        if self.is_ours and "run" in row.says:
            hidden_at = self._stamp(row, "hidden_at") if "hidden_at" in row.says else None
            said = {"is_said": row.says["is_said"], "run": row.says["run"], "hidden_at": hidden_at}
            each.entry = {**said, **self._stamps(row)}

    def _hide(self, each: Brought, row: Line) -> None:
        each.is_hidden = True

    def _rating(self, each: Brought, row: Line) -> None:
        thing = each.title.pk, row.season_id, row.episode_id
        rating = self.ratings.get(thing)
        if rating is None:
            given_at = self._stamp(row, "created_at") if self.is_ours else row.given_at or self.at
            rating = Rating(profile=self.profile, title=each.title, created_at=given_at)
            rating.season_id, rating.episode_id = (None, row.episode_id) if row.episode_id else (row.season_id, None)
        rating.value, rating.updated_at = row.says["value"], self._stamp(row, "updated_at")
        each.ratings.append(rating)

    def _note(self, each: Brought, row: Line) -> None:
        text = str(row.says["text"])[:LONGEST_TITLE_NOTE]
        each.notes.append(Note(profile=self.profile, title=each.title, text=text, **self._stamps(row)))

    def _dismissal(self, each: Brought, row: Line) -> None:
        at = self._stamp(row, "created_at")
        each.dismissals.append(Dismissal(profile=self.profile, title=each.title, created_at=at))

    def _position(self, each: Brought, row: Line) -> None:
        said = {name: row.says[name] for name in ("seconds", "length", "is_paused", "player")}
        stamps = {name: self._stamp(row, name) for name in ("started_at", "updated_at")}
        position = Position(profile=self.profile, title=each.title, **said, **stamps)
        position.episode_id = row.episode_id
        each.positions.append(position)

    def _item(self, each: Brought, row: Line) -> None:
        items = self._list(row)
        self.ends[items.pk] += 1
        position = row.says.get("position") or self.ends[items.pk]
        note = str(row.says.get("note") or "")[:LONGEST_NOTE]
        item = ListItem(list=items, title=each.title, position=position, note=note)
        item.created_at = self._stamp(row, "created_at")
        item.episode_id = row.episode_id
        each.items.append(item)

    def _list(self, row: Line) -> List:
        name = str(row.says["list"])[:200]
        if name not in self.lists:
            made = {
                "description": str(row.says.get("description") or "")[:20_000],
                "is_public": bool(row.says.get("is_public")),
                "is_numbered": bool(row.says.get("is_numbered")),
                "created_at": self.at,
                "updated_at": self.at,
            }
            found, is_new = List.objects.of(self.profile).get_or_create(
                name=name, removed_at=None, profile=self.profile, defaults=made
            )
            if is_new:
                self.log_import.options["lists"].append(found.pk)
                self.log_import.save(update_fields=["options"])
            self.lists[name] = found
            self.ends[found.pk] = found.items.aggregate(last=Max("position"))["last"] or 0
        return self.lists[name]


def undo(log_import: LogImport, *, at: datetime) -> Iterator[int]:
    """Take back everything that was added, some titles in each transaction; yields how many changes that were."""
    while True:
        with transaction.atomic():
            count = diary.undo_batch(log_import.profile, log_import.batch, at=at, limit=CHANGES_AT_ONCE)
            if not count:
                break
        yield len(count)
    with transaction.atomic():
        own.undo(log_import)
        made = List.objects.filter(pk__in=log_import.options.get("lists", []), items=None)
        made.delete()
        ImportRow.objects.filter(log_import=log_import, is_applied=True).update(is_applied=False)
        log_import.batch = uuid.uuid4()
        log_import.options = {**log_import.options, "lists": [], "own": {}}
        log_import.save(update_fields=["batch", "options"])
