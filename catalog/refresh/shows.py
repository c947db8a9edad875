"""Saving what a source said about series: a page of its index, or one series whole."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from catalog import search, slugs
from catalog.models import Alias, Episode, Person, SearchEntry, Source, Subject, Title
from catalog.sources import tvmaze
from catalog.sources.facts import IndexPage, Parts, PersonRecord, Problem, Show

from . import crediting, episodes, people, records, titles
from .tally import Tally

logger = logging.getLogger(__name__)

READERS = {Source.TVMAZE: tvmaze.read_stored_parts}
"""How the parts of a stored answer are read, by source."""


class RefusedError(Exception):
    """The database did not take what a source said, although it was checked: nothing was changed."""


def save_index(page: IndexPage, *, at: datetime) -> Tally:
    """Save a page of an index in few statements. A show the database refuses is named, and the others are saved."""
    tally = Tally(problems=list(page.problems))
    try:
        tally.add(_save_indexed(page.shows, at=at))
    except (DataError, IntegrityError):
        logger.warning("Page %s could not be saved at once; saving its shows one by one", page.number, exc_info=True)
        for show in page.shows:
            tally.add(_save_alone(show, at=at))
    return tally


def _save_alone(show: Show, *, at: datetime) -> Tally:
    try:
        return _save_indexed([show], at=at)
    except (DataError, IntegrityError) as error:
        return Tally(problems=[Problem(f"show {show.id}", "record", f"cannot be saved: {_first_line(error)}")])


def _save_indexed(shows: Sequence[Show], *, at: datetime) -> Tally:
    if not shows:
        return Tally()
    with transaction.atomic():
        slugs.lock()
        saved = titles.save(shows, at=at)
        Title.objects.filter(pk__in=[title.pk for title in saved.by_show.values()]).update(indexed_at=at)
        records.keep_indexed(shows[0].source, shows, at=at)
        search.note_changes(SearchEntry.Kind.SERIES, sorted(saved.searched))
    tally = Tally(len(saved.created), len(saved.changed), problems=saved.problems)
    tally.problems += [problem for show in shows for problem in show.problems]
    tally.unchanged = len(shows) - tally.created - tally.changed
    return tally


def apply_show(title: Title | None, show: Show, *, at: datetime) -> Tally:
    """Save one series whole, in one transaction. Without a title it is found by its id, or made.

    Raises RefusedError, with nothing changed, when the database does not take it.
    """
    try:
        return _apply_show(title, show, at=at)
    except (DataError, IntegrityError) as error:
        raise RefusedError(f"show {show.id}: cannot be saved: {_first_line(error)}") from error


def _apply_show(title: Title | None, show: Show, *, at: datetime) -> Tally:
    parts = show.parts or Parts()
    with transaction.atomic():
        slugs.lock()
        saved = titles.save([show], at=at, known_as={show.id: title.pk} if title else None)
        if show.id not in saved.by_show:
            return Tally(unchanged=1)
        row = saved.by_show[show.id]
        record = records.opened(show.source, Subject.SERIES, str(show.id), at=at)
        before = READERS[Source(show.source)](record.data)
        listed = episodes.save(row, show, parts, at=at)
        seen = people.save(show.source, parts.people, at=at, title=row)
        recast = crediting.save(row, show, parts, before, seen)
        renamed = _save_aliases(row, show, parts)
        records.keep_whole(record, show.raw, show.updated_at, at=at)
        _stamp(row, listed, at=at)
        is_changed = bool(saved.changed) or listed.changed or recast or renamed or bool(seen.changed)
        if saved.searched or listed.changed or renamed:
            search.note_changes(SearchEntry.Kind.SERIES, [row.pk])
        search.note_changes(SearchEntry.Kind.PERSON, sorted(seen.searched))
        _check_now()
    created, problems = len(saved.created), [*show.problems, *saved.problems, *listed.problems]
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


def _save_aliases(title: Title, show: Show, parts: Parts) -> bool:
    """Whether anything changed. An answer without other names takes none away."""
    if not parts.aliases:
        return False
    stored = {(alias.name, alias.country): alias for alias in Alias.objects.filter(title=title)}
    wanted = {(alias.name, alias.country): None for alias in parts.aliases}
    new = [
        Alias(title=title, name=name, country=country, source=show.source)
        for name, country in wanted
        if (name, country) not in stored
    ]
    gone = [alias.pk for key, alias in stored.items() if key not in wanted and alias.source == show.source]
    Alias.objects.filter(pk__in=gone).delete()
    Alias.objects.bulk_create(new)
    return bool(new or gone)


def _stamp(title: Title, listed: episodes.SavedEpisodes, *, at: datetime) -> None:
    stamps: dict[str, Any] = {"detailed_at": at}
    if listed.changed:
        stamps["episodes_changed_at"] = at
        stamps["episode_count"] = Episode.objects.regular().filter(title=title).count()
    Title.objects.filter(pk=title.pk).update(**stamps)


def _check_now() -> None:
    """Let a doubled number fail here, where it is known which show it was, and not when all is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
