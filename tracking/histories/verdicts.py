"""What will become of every row: added, there already, to be decided, not recognised or refused, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, Count, Max, Sum
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.models import Profile
from catalog.models import Title
from tracking.models import (
    Dismissal,
    ImportRow,
    ImportWork,
    LibraryEntry,
    ListItem,
    LogChange,
    LogImport,
    Note,
    Position,
    Rating,
    Watch,
)

from . import lines, own, parts
from .lines import Line
from .parts import Found, Parts

TITLES_AT_ONCE = 500
ROWS_AT_ONCE = 2000
"""Of several titles together: as long as these are written, whoever checks in to one of them waits."""

SAME_PLAY = timedelta(minutes=2)
"""Two services note one play at slightly different times."""

NEWEST = datetime.max.replace(tzinfo=UTC)

Kind, Verdict = ImportRow.Kind, ImportRow.Verdict
Precision = Watch.Precision

WITHOUT_TITLE = """
update tracking_importrow r set episode_id = null, season_id = null,
    verdict = case w.verdict when 'doubtful' then 'doubtful' when 'left-out' then 'refused' else 'unknown' end,
    reason = case w.verdict when 'doubtful' then %(doubt)s when 'left-out' then %(left)s else %(unknown)s end
from tracking_importwork w
where w.id = r.work_id and r.log_import_id = %(import)s and w.title_id is null and not r.is_applied
"""


@transaction.atomic
def settle(log_import: LogImport, works: Iterable[int] | None = None) -> None:
    """Give every row its verdict, or only those of the titles of these works (pks). Nothing is logged by it.

    A press and a job that looks further take turns: both would write the same rows, each in an order of its own.
    """
    LogImport.objects.select_for_update(no_key=True).get(pk=log_import.pk)
    if works is None:
        log_import.options = {**log_import.options, "seen": _last_change(log_import.profile)}
        log_import.save(update_fields=["options"])
    words: dict[str, Any] = {
        "doubt": _("Which title is meant?"),
        "left": _("Left out by you."),
        "unknown": _("Not in the catalogue."),
        "import": log_import.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_TITLE, words)
    for titles in batches(log_import, works):
        judge(log_import, titles)
    own.judge(log_import)
    count(log_import)


def batches(log_import: LogImport, works: Iterable[int] | None = None) -> Iterator[list[int]]:
    """The titles that the rows are of (pks), some at a time, so that the rows of one title are judged together."""
    named = ImportWork.objects.filter(log_import=log_import, title__isnull=False)
    if works is not None:
        named = named.filter(title__in=ImportWork.objects.filter(pk__in=list(works)).values("title"))
    titles: list[int] = []
    count = 0
    for title, rows in named.order_by("title").values_list("title_id").annotate(Sum("row_count")):
        if titles and (len(titles) >= TITLES_AT_ONCE or count + rows > ROWS_AT_ONCE):
            yield titles
            titles, count = [], 0
        titles.append(title)
        count += rows
    if titles:
        yield titles


def judge(log_import: LogImport, titles: Sequence[int]) -> list[Line]:
    """The rows of these titles that are not in the log yet, each with its verdict, which is saved."""
    rows = lines.load(log_import, titles)
    kinds = dict(Title.objects.filter(pk__in=titles).values_list("pk", "kind"))
    series = [pk for pk, kind in kinds.items() if kind == Title.Kind.SERIES]
    known = parts.load(series, with_ids={row.title_id for row in rows if row.episode_ids})
    there = There(log_import, titles, rows)
    before = [row.outcome for row in rows]
    for row in rows:
        _place(row, kinds[row.title_id], known.get(row.title_id, _NONE))
    for row in _in_order(rows):
        if row.verdict == Verdict.ADDED and (reason := there.has(row)):
            row.verdict, row.reason = Verdict.PRESENT, reason
    lines.save([row for row, was in zip(rows, before, strict=True) if row.outcome != was])
    return rows


_NONE = Parts()


def _in_order(rows: Iterable[Line]) -> list[Line]:
    """The surest dates first, so that a row that knows less does not take the place of one that knows more; of several
    opinions on one thing the latest first, for it is the one that holds."""
    sureness = list(Precision.values)

    def rank(row: Line) -> tuple[Any, ...]:
        if row.kind == Kind.WATCH:
            return (0, sureness.index(row.precision or Precision.UNKNOWN), 0.0)
        return (1, 0, -row.given_at.timestamp() if row.given_at else 0.0)

    return sorted(rows, key=rank)


def _place(row: Line, kind: str, known: Parts) -> None:
    """Find what the row is of within its title."""
    row.verdict, row.reason = Verdict.ADDED, ""
    if row.is_chosen:
        return
    row.episode_id = row.season_id = None
    if not row.is_of_part:
        if row.kind == Kind.WATCH and kind == Title.Kind.SERIES:
            row.verdict, row.reason = Verdict.UNKNOWN, _("Which episode of the series is not said.")
        return
    if kind != Title.Kind.SERIES:
        row.verdict, row.reason = Verdict.UNKNOWN, _("A film has no episodes.")
        return
    found = known.find(row)
    row.episode_id, row.season_id = found.episode, found.season
    row.verdict, row.reason = _judged(row, found)


def _judged(row: Line, found: Found) -> tuple[ImportRow.Verdict, str]:
    if found.missing:
        return Verdict.UNKNOWN, found.missing
    if found.doubt:
        return Verdict.DOUBTFUL, found.doubt
    if found.episode is None and row.kind != Kind.RATING:
        return Verdict.UNKNOWN, _("Which episode of the season is not said.")
    return Verdict.ADDED, ""


class There:
    """What the profile's log holds of these titles already, and what rows before put there."""

    def __init__(self, log_import: LogImport, titles: Sequence[int], rows: Sequence[Line]) -> None:
        self.service = log_import.service
        self.profile = log_import.profile
        self.titles = titles
        self.keys = self._known_keys([row for row in rows if row.kind == Kind.WATCH])
        self.watches = self._watches()
        self.seen = {title for title, _episode in self.watches}
        self.looks = {
            Kind.WATCH: self._has_watch,
            Kind.STATE: self._has_state,
            Kind.RATING: self._has_rating,
            Kind.NOTE: self._has_note,
            Kind.ITEM: self._has_item,
            Kind.HIDE: self._has_hidden,
            Kind.DISMISSAL: self._has_dismissal,
            Kind.POSITION: self._has_position,
        }

    def has(self, row: Line) -> str:
        """Why the row need not be added; empty: it is to be added, and counts as there from now on."""
        return self.looks[Kind(row.kind)](row)

    # Asked for by the first row that speaks of it: most files are viewings and nothing else.

    @cached_property
    def entries(self) -> dict[int, str]:
        return dict(self._entries().values_list("title_id", "state"))

    @cached_property
    def hidden(self) -> set[int]:
        return set(self._entries().filter(hidden_at__isnull=False).values_list("title_id", flat=True))

    @cached_property
    def notes(self) -> set[int]:
        return self._titles_of(Note)

    @cached_property
    def dismissed(self) -> set[int]:
        return self._titles_of(Dismissal)

    @cached_property
    def positions(self) -> set[tuple[int, int | None]]:
        positions = Position.objects.filter(profile=self.profile, title__in=self.titles)
        return set(positions.values_list("title_id", "episode_id"))

    @cached_property
    def items(self) -> set[tuple[str, int, int | None]]:
        items = ListItem.objects.filter(list__profile=self.profile, list__removed_at=None, title__in=self.titles)
        return set(items.values_list("list__name", "title_id", "episode_id"))

    @cached_property
    def ratings(self) -> dict[tuple[int, int | None, int | None], datetime]:
        rated = Rating.objects.filter(profile=self.profile, title__in=self.titles)
        columns = ("title_id", "season_id", "episode_id", "updated_at")
        return {(title, season, episode): at for title, season, episode, at in rated.values_list(*columns)}

    def _titles_of(self, model: type[Note | Dismissal]) -> set[int]:
        rows = model._default_manager.filter(profile=self.profile, title__in=self.titles)
        return set(rows.values_list("title_id", flat=True))

    def _entries(self) -> Any:
        return LibraryEntry.objects.of(self.profile).filter(title__in=self.titles)

    def _known_keys(self, rows: Sequence[Line]) -> set[str]:
        """Of viewings in the log, and of rows that an import which still stands put there: those may have been removed
        since, and do not come back."""
        keys = {row.key: watch_key(self.service, row) for row in rows}
        logged = Watch.objects.of(self.profile).filter(_is_one_of("tracking_watch.key", keys.values()))
        standing = LogImport.objects.of(self.profile).standing().filter(service=self.service)
        known = ImportRow.objects.filter(_is_one_of("tracking_importrow.key", keys))
        applied = known.filter(is_applied=True, log_import__in=standing)
        done = (keys[key] for key in applied.values_list("key", flat=True))
        return {*logged.values_list("key", flat=True), *done}

    def _watches(self) -> dict[tuple[int, int | None], list[tuple[Any, ...]]]:
        found: dict[tuple[int, int | None], list[tuple[Any, ...]]] = defaultdict(list)
        rows = Watch.objects.of(self.profile).filter(title__in=self.titles).order_by("sort_at")
        for title, episode, *when in rows.values_list(
            "title_id", "episode_id", "precision", "watched_at", "watched_on"
        ):
            found[title, episode].append(tuple(when))
        return found

    def _has_watch(self, row: Line) -> str:
        key = watch_key(self.service, row)
        if key in self.keys:
            return _("Imported before.")
        self.keys.add(key)
        watches = self.watches[row.title_id, row.episode_id]
        for watch in watches:
            if _is_same_play(row, *watch):
                watches.remove(watch)
                return _("Logged already.")
        self.seen.add(row.title_id)
        return ""

    def _has_state(self, row: Line) -> str:
        title = row.title_id
        if title in self.entries:
            return _("It has a state already.")
        is_whole = "run" in row.says  # from here: a plan to see it once more is one
        if row.says["state"] == LibraryEntry.State.PLANNED and title in self.seen and not is_whole:
            return _("Seen already.")
        self.entries[title] = row.says["state"]
        return ""

    def _has_rating(self, row: Line) -> str:
        thing = row.title_id, row.season_id, row.episode_id
        given = self.ratings.get(thing)
        if given and (row.given_at is None or row.given_at <= given):
            return _("Rated already.")
        self.ratings[thing] = row.given_at or NEWEST
        return ""

    def _has_note(self, row: Line) -> str:
        if row.title_id in self.notes:
            return _("There is a note already.")
        self.notes.add(row.title_id)
        return ""

    def _has_item(self, row: Line) -> str:
        item = row.says["list"], row.title_id, row.episode_id
        if item in self.items:
            return _("On the list already.")
        self.items.add(item)
        return ""

    def _has_hidden(self, row: Line) -> str:
        title = row.title_id
        if title not in self.seen and title not in self.entries:
            return _("There is nothing to hide.")
        if title in self.hidden:
            return _("Hidden already.")
        self.hidden.add(title)
        return ""

    def _has_dismissal(self, row: Line) -> str:
        if row.title_id in self.dismissed:
            return _("Said already.")
        self.dismissed.add(row.title_id)
        return ""

    def _has_position(self, row: Line) -> str:
        thing = row.title_id, row.episode_id
        if thing in self.positions:
            return _("There is a position already.")
        self.positions.add(thing)
        return ""


def _is_one_of(column: str, values: Iterable[str]) -> RawSQL:
    """Thousands of texts, given as one array: as a list of them (`__in`) the statement alone would take longer."""
    return RawSQL(f"{column} = any(%s)", [list(values)], BooleanField())  # noqa: S611  the columns are ours


def watch_key(service: str, row: Line) -> str:
    """Under which a viewing is logged: the same for the same row of the same service, whichever file it came in. What
    comes home keeps its own, so that it is known whatever way it comes again."""
    own_key: str = row.says.get("key", "") if service == LogImport.Service.MARQUEE else ""
    return own_key or f"import:{service}:{row.key}"


def _is_same_play(row: Line, precision: str, at: datetime | None, on: Any) -> bool:
    """Whether the row may be this viewing: as far as both know their dates these agree."""
    asked = row.precision or Precision.UNKNOWN
    if asked == Precision.UNKNOWN:
        return True
    if precision == Precision.UNKNOWN or on is None or row.watched_on is None:
        return False
    if asked == precision == Precision.MINUTE and at and row.watched_at:
        return abs(at - row.watched_at) <= SAME_PLAY
    wide = {asked, precision}
    if Precision.YEAR in wide:
        return bool(on.year == row.watched_on.year)
    if Precision.MONTH in wide:
        return bool((on.year, on.month) == (row.watched_on.year, row.watched_on.month))
    return bool(on == row.watched_on)


def count(log_import: LogImport) -> None:
    """Sum the rows up: by verdict, and within each by kind."""
    rows = ImportRow.objects.filter(log_import=log_import).order_by().values_list("verdict", "kind", "is_applied")
    counts: dict[str, dict[str, int]] = {verdict: {} for verdict in Verdict.values}
    counts["applied"] = {}
    for verdict, kind, is_applied, number in rows.annotate(Count("pk")):
        name = "applied" if is_applied else verdict
        counts[name][kind] = counts[name].get(kind, 0) + number
    log_import.counts = counts
    log_import.save(update_fields=["counts"])


def _last_change(profile: Profile) -> int:
    """Up to which change of the log all verdicts hold."""
    return LogChange.objects.of(profile).aggregate(last=Max("pk"))["last"] or 0
