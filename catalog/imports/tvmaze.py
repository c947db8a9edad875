"""The steps of importing from TVmaze: its index page by page, and shows whole."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db.models import QuerySet

from catalog import refresh
from catalog.models import ExternalId, ImportRun, Source, SourceRecord, Subject
from catalog.refresh import Tally
from catalog.sources.facts import IndexPage, TitleFacts
from catalog.sources.tvmaze import ID, PAGE_SIZE, TVmaze

from .step import DETAILS, INDEX, PIPELINE, SHOWS, UPDATES, Item, Missing, Step

GOOD_PART = PAGE_SIZE // 10

PAGES_AT_FIRST = 340
"""Of the whole index, as long as none was gone through: so that the bar moves the first time too."""

Pages = tuple[int, int]
"""The first and the last."""


def known_shows() -> QuerySet[ExternalId]:
    """The ids that TVmaze has given to series of ours."""
    return ExternalId.objects.filter(source=Source.TVMAZE, kind=Subject.SERIES, value__regex=ID)


def index(source: TVmaze, pages: Pages | None, *, name: str = INDEX) -> Step:
    def items(after: int) -> Iterable[Item]:
        first = max(after + 1, pages[0] if pages else 0)
        return (Item(number, number) for number in (range(first, pages[1] + 1) if pages else count(first)))

    def missing(item: Item, at: datetime) -> Missing:
        """The first page that is not there ends the index; but an index without its first page is none."""
        return Missing.END if item.number else Missing.ERROR

    return Step(
        name=name,
        items=items,
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=source.index_page,
        save=lambda page, at: refresh.save_index(page, at=at),
        missing=missing,
        total=lambda: pages[1] - pages[0] + 1 if pages else _pages_last_time(),
        piece="page",
    )


def _pages_last_time() -> int:
    """How long the index was when it was last gone through; it grows by a page or two in a week."""
    whole = ImportRun.objects.filter(source=Source.TVMAZE, what__in=(INDEX, DETAILS, PIPELINE), options={})
    last = whole.filter(state=ImportRun.State.DONE).order_by("-pk").values_list("cursor", flat=True).first() or {}
    done: int = (last.get(INDEX) or last.get(SHOWS) or {}).get("done", PAGES_AT_FIRST)
    return done


def details(source: TVmaze, pages: Pages | None) -> Step:
    """Every series with an id of the source, in the order in which we met them, or those of these pages."""

    def chosen(ids: Any) -> list[Item]:
        found = [Item(pk, int(value)) for pk, value in ids.order_by("pk").values_list("pk", "value")]
        return [item for item in found if not pages or pages[0] <= item.number // PAGE_SIZE <= pages[1]]

    return Step(
        name=DETAILS,
        items=lambda after: chosen(known_shows().filter(pk__gt=after)),
        again=lambda keys: chosen(known_shows().filter(pk__in=keys)),
        fetch=source.show,
        save=lambda show, at: refresh.apply_title(None, show, at=at),
        missing=gone,
        total=lambda: len(chosen(known_shows())),
        counted="whole",
    )


def shows(source: TVmaze, ids: Sequence[int]) -> Step:
    def missing(item: Item, at: datetime) -> Missing:
        was_known = refresh.note_gone(Source.TVMAZE, Subject.SERIES, str(item.number), at=at)
        return Missing.GONE if was_known else Missing.ERROR

    return Step(
        name=SHOWS,
        items=lambda after: [Item(number, number) for number in sorted(set(ids)) if number > after],
        again=lambda keys: [Item(key, key) for key in keys],
        fetch=source.show,
        save=lambda show, at: refresh.apply_title(None, show, at=at),
        missing=missing,
        total=lambda: len(set(ids)),
    )


def updates(source: TVmaze, since: str) -> Step:
    """What changed at TVmaze: whole where viewers followed or opened it, else as the index has it.

    A show that is new to us comes in where the pages of the index around it did.
    """
    whole: set[int] = set()

    def items(after: int) -> list[Item]:
        changed = {number: at for number, at in source.updates(since).items() if number > after}
        pages = _pages_that_came_in()
        ours = _cared_for(changed)
        new = {number for number in changed if number not in ours and number // PAGE_SIZE in pages}
        return again(_outdated(changed, ours) | new)

    def again(numbers: Collection[int]) -> list[Item]:
        whole.update(number for number, is_cared_for in _cared_for(numbers).items() if is_cared_for)
        return [Item(number, number) for number in sorted(numbers)]

    def fetch(number: int) -> TitleFacts:
        return source.show(number) if number in whole else source.indexed_show(number)

    return Step(
        name=UPDATES,
        items=items,
        again=again,
        fetch=fetch,
        save=_save_either,
        missing=gone,
        total=lambda: None,
    )


def _cared_for(numbers: Iterable[int]) -> dict[int, bool]:
    """Of these shows those that we have, and whether anybody followed or opened them."""
    known = known_shows().filter(value__in=[str(number) for number in numbers])
    rows = known.values_list("value", "title__wanted_at", "title__detailed_at")
    return {int(value): bool(wanted or opened) for value, wanted, opened in rows}


def _outdated(changed: Mapping[int, datetime], ours: Iterable[int]) -> set[int]:
    """Those of ours that we saw last before they changed."""
    records = SourceRecord.objects.filter(
        source=Source.TVMAZE, kind=Subject.SERIES, external_id__in=[str(number) for number in ours]
    )
    seen = {int(value): at for value, at in records.values_list("external_id", "source_updated_at")}
    return {number for number in ours if (at := seen.get(number)) is None or at < changed[number]}


def _pages_that_came_in() -> set[int]:
    """Pages of the index of which we have a good part, and those behind them: there the index grows."""
    values = known_shows().values_list("value", flat=True)
    pages = Counter(int(value) // PAGE_SIZE for value in values.iterator())
    came_in = {page for page, shows in pages.items() if shows >= GOOD_PART}
    return came_in | {page + 1 for page in came_in}


def _save_either(facts: TitleFacts, at: datetime) -> Tally:
    if facts.parts:
        return refresh.apply_title(None, facts, at=at)
    return refresh.save_index(IndexPage(0, (facts,), ()), at=at)


def gone(item: Item, at: datetime) -> Missing:
    """A show that we know, and TVmaze no longer."""
    refresh.note_gone(Source.TVMAZE, Subject.SERIES, str(item.number), at=at)
    return Missing.GONE
