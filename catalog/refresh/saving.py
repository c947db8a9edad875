"""Saving what a source said about titles: a page of its index, or one title whole."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from catalog import search, slugs
from catalog.models import Episode, Match, Person, SearchEntry, Subject, Title
from catalog.sources.facts import IndexPage, Parts, PersonRecord, Problem, TitleFacts

from . import changes, crediting, episodes, parts, people, records, titles
from .tally import Tally

logger = logging.getLogger(__name__)

SHARED_ID_SCORE = 100


class RefusedError(Exception):
    """The database did not take what a source said, although it was checked: nothing was changed."""


def save_index(page: IndexPage, *, at: datetime) -> Tally:
    """Save a page of an index, all of one source and kind, in few statements. A title that the database refuses is
    named, and the others are saved."""
    tally = Tally(problems=list(page.problems))
    try:
        tally.add(_save_indexed(page.titles, at=at))
    except (DataError, IntegrityError):
        logger.warning("Page %s could not be saved at once; saving its titles one by one", page.number, exc_info=True)
        for facts in page.titles:
            tally.add(_save_alone(facts, at=at))
    return tally


def _save_alone(facts: TitleFacts, *, at: datetime) -> Tally:
    try:
        return _save_indexed([facts], at=at)
    except (DataError, IntegrityError) as error:
        return Tally(problems=[Problem(facts.subject, "record", f"cannot be saved: {_first_line(error)}")])


def _save_indexed(told: Sequence[TitleFacts], *, at: datetime) -> Tally:
    if not told:
        return Tally()
    with transaction.atomic():
        slugs.lock()
        saved = titles.save(told, at=at)
        Title.objects.filter(pk__in=[title.pk for title in saved.by_id.values()]).update(indexed_at=at)
        records.keep_indexed(told[0].source, told[0].kind, told, at=at)
        search.note_changes(told[0].kind, sorted(saved.searched))
        _note_shared(saved, at=at)
    tally = Tally(len(saved.created), len(saved.changed), problems=saved.problems)
    tally.problems += [problem for facts in told for problem in facts.problems]
    tally.unchanged = len(told) - tally.created - tally.changed
    return tally


def apply_title(title: Title | None, facts: TitleFacts, *, at: datetime) -> Tally:
    """Save one title whole, in one transaction. Without a title it is found by its ids, or made.

    Raises RefusedError, with nothing changed, when the database does not take it.
    """
    try:
        return _apply_title(title, facts, at=at)
    except (DataError, IntegrityError) as error:
        raise RefusedError(f"{facts.subject}: cannot be saved: {_first_line(error)}") from error


def _apply_title(title: Title | None, facts: TitleFacts, *, at: datetime) -> Tally:
    whole = facts.parts or Parts()
    with transaction.atomic():
        slugs.lock()
        if title and Title.objects.filter(pk=title.pk, merged_into__isnull=False).exists():
            title = None  # merged while its source was asked: the id leads to what it became
        known_as = {facts.id: title.pk} if title else None
        before = changes.remembered(title, facts)
        saved = titles.save([facts], at=at, known_as=known_as)
        if facts.id not in saved.by_id:
            return Tally(unchanged=1)
        row = saved.by_id[facts.id]
        record = records.opened(facts.source, facts.kind, str(facts.id), at=at)
        listed = episodes.save(row, facts, whole, at=at)
        seen = people.save(facts.source, whole.people, at=at, title=row)
        cast = crediting.save(row, facts, whole, seen)
        renamed = parts.save_aliases(row, facts.source, whole.aliases)
        age = row.min_age
        told_more = parts.save_rest(row, facts.source, whole, at=at)
        records.keep_whole(record, facts.raw, facts.updated_at, at=at)
        _stamp(row, listed, at=at)
        changes.note(row, before, listed, cast, at=at)
        _note_search(row, saved, listed, seen, is_renamed=renamed or row.min_age != age)
        _note_shared(saved, at=at)
        _check_now()
    created = len(saved.created)
    is_changed = any((saved.changed, listed.changed, seen.recredited, renamed, told_more, seen.changed))
    problems = [*facts.problems, *saved.problems, *listed.problems]
    return Tally(created, int(is_changed and not created), int(not is_changed and not created), problems)


def apply_person(person: Person, record: PersonRecord, source: str, *, at: datetime) -> None:
    """Save what a source says about one person."""
    with transaction.atomic():
        slugs.lock()
        seen = people.save(source, [record.person], at=at)
        kept = records.opened(source, Subject.PERSON, str(record.person.id), at=at)
        records.keep_whole(kept, record.raw, None, at=at)
        Person.objects.filter(pk=person.pk).update(detailed_at=at)
        search.note_changes(SearchEntry.Kind.PERSON, sorted(seen.searched))


def _note_search(
    title: Title,
    saved: titles.SavedTitles,
    listed: episodes.SavedEpisodes,
    seen: people.SavedPeople,
    *,
    is_renamed: bool,
) -> None:
    if saved.searched or listed.changed or is_renamed:
        search.note_changes(title.kind, [title.pk])
    search.note_changes(SearchEntry.Kind.PERSON, sorted(seen.searched))


def _note_shared(saved: titles.SavedTitles, *, at: datetime) -> None:
    """Two titles of which a source says that they have one id are the same, or somebody is wrong."""
    Match.objects.bulk_create(
        [
            Match(title_id=one, other_id=other, score=SHARED_ID_SCORE, reasons=[reason], created_at=at)
            for (one, other), reason in sorted(saved.shared.items())
        ],
        ignore_conflicts=True,
    )


def _stamp(title: Title, listed: episodes.SavedEpisodes, *, at: datetime) -> None:
    stamps: dict[str, Any] = {"detailed_at": at, "field_sources": title.field_sources, "min_age": title.min_age}
    if listed.changed:
        stamps["episodes_changed_at"] = at
        stamps["episode_count"] = Episode.objects.regular().filter(title=title).count()
    Title.objects.filter(pk=title.pk).update(**stamps)


def _check_now() -> None:
    """Let a doubled number fail here, where it is known which title it was, and not when all is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
