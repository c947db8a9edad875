"""The facts about series themselves: many at once, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from catalog import genres, names, slugs
from catalog.models import ExternalId, Source, Subject, Title
from catalog.sources.facts import Problem, Show

from . import networks, rows

RUNS_ON = (Title.Status.PLANNED, Title.Status.RUNNING, Title.Status.UNDECIDED)
SEARCHED = {"name", "popularity", "min_age", "is_published"}
"""Fields of a title that the search index shows."""

ADOPTED_BY = (Source.TVDB, Source.IMDB)
"""Ids by which a title that another source brought is recognised; the last counts most."""

OutsideName = tuple[str, str]
"""Source and id there."""


@dataclass
class SavedTitles:
    """The rows by id of the show at its source; the pks of those that are new, that changed, that search must know."""

    by_show: dict[int, Title]
    created: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    searched: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def save(shows: Sequence[Show], *, at: datetime, known_as: Mapping[int, int] | None = None) -> SavedTitles:
    """Make or revise the titles of these shows, all of one source and each named once, under `slugs.lock`.

    `known_as` names the title of a show where the caller knows it already. Of several ids of a source that lead to one
    title (they were merged) only the oldest speaks for it: the other shows are passed over.
    """
    owners = _owners(shows)
    matched = _matched(shows, owners) | dict(known_as or {})
    shows = _speaking(shows, matched)
    known = {
        title.pk: title
        for title in Title.objects.select_for_update(no_key=True).filter(pk__in=matched.values()).order_by("pk")
    }
    network_ids = networks.save(show.network for show in shows)
    values = {show.id: _values(show, network_ids) for show in shows}
    saved = SavedTitles({show.id: known[matched[show.id]] for show in shows if matched.get(show.id) in known})
    revised = _revise(shows, values, saved)
    _create([show for show in shows if show.id not in saved.by_show], values, saved, at=at)
    _set_genres(shows, saved)
    for title in saved.by_show.values():
        title.updated_at = at if title.pk in saved.changed else title.updated_at
    changed = [title for title in saved.by_show.values() if title.pk in saved.changed]
    rows.write(changed, {*revised, "field_sources", "updated_at"})
    _name_outside(shows, owners, saved)
    return saved


def _values(show: Show, network_ids: Mapping[networks.Key, int]) -> dict[str, Any]:
    return {
        "name": show.name,
        "sort_name": names.sort_name(show.name, show.language),
        "overview": show.overview,
        "byline": show.network.name if show.network else "",
        "year": show.premiered.year if show.premiered else None,
        "premiered": show.premiered,
        "ended": show.ended,
        "status": show.status,
        "runtime": show.runtime,
        "language": show.language,
        "country": show.country,
        "network_id": network_ids[networks.key(show.network)] if show.network else None,
        "popularity": show.popularity,
        "source_rating": show.rating,
    }


def _revise(shows: Iterable[Show], values: Mapping[int, dict[str, Any]], saved: SavedTitles) -> set[str]:
    """Revise the titles that exist, in memory; the names of all fields that changed in any of them."""
    revised: set[str] = set()
    for show in shows:
        title = saved.by_show.get(show.id)
        if title is None:
            continue
        keep = rows.locked(title.field_sources)
        changed = rows.revise(title, values[show.id], keep=keep)
        if show.status in RUNS_ON and show.ended is None and title.ended and "ended" not in keep:
            title.ended = None
            changed.add("ended")
        if changed:
            title.field_sources = title.field_sources | _origin(changed, show.source)
            saved.changed.add(title.pk)
        if changed & SEARCHED:
            saved.searched.add(title.pk)
        revised |= changed
    return revised


def _create(shows: Sequence[Show], values: Mapping[int, dict[str, Any]], saved: SavedTitles, *, at: datetime) -> None:
    if not shows:
        return
    wanted = [(show.name, show.premiered.year if show.premiered else None) for show in shows]
    new = []
    for show, slug in zip(shows, slugs.for_titles(Title.Kind.SERIES, wanted), strict=True):
        given = rows.given(values[show.id])
        origin = _origin(given, show.source)
        new.append(
            Title(kind=Title.Kind.SERIES, slug=slug, field_sources=origin, created_at=at, updated_at=at, **given)
        )
    for show, title in zip(shows, Title.objects.bulk_create(new), strict=True):
        saved.by_show[show.id] = title
        saved.created.add(title.pk)
        saved.searched.add(title.pk)


def _origin(fields: Iterable[str], source: str) -> dict[str, str]:
    return {name.removesuffix("_id"): source for name in sorted(fields)}


def _set_genres(shows: Sequence[Show], saved: SavedTitles) -> None:
    """Give the titles the genres that their labels mean. A show without a label that means one keeps what it has."""
    ours = _ours_for(shows, saved)
    through = Title.genres.through
    have: dict[int, set[int]] = defaultdict(set)
    surplus = []
    for pk, title_id, genre_id in through.objects.filter(title_id__in=ours).values_list("pk", "title_id", "genre_id"):
        have[title_id].add(genre_id)
        if genre_id not in ours[title_id]:
            surplus.append(pk)
    saved.changed |= {pk for pk, wanted in ours.items() if wanted != have[pk]} - saved.created
    through.objects.bulk_create(
        [through(title_id=pk, genre_id=genre) for pk, wanted in ours.items() for genre in sorted(wanted - have[pk])]
    )
    if surplus:
        through.objects.filter(pk__in=surplus).delete()


def _ours_for(shows: Sequence[Show], saved: SavedTitles) -> dict[int, set[int]]:
    labels = {label for show in shows for label in show.genres}
    mapped = genres.mapped(shows[0].source, labels) if shows else {}
    ours = {}
    for show in shows:
        unknown = [label for label in show.genres if label not in mapped]
        saved.problems += [
            Problem(f"show {show.id}", "genres", f"“{label}” is new; staff may say what it means") for label in unknown
        ]
        title = saved.by_show[show.id]
        meant = {genre for label in show.genres if (genre := mapped.get(label))}
        if meant and not title.is_locked("genres"):
            ours[title.pk] = meant
    genres.learn(shows[0].source if shows else "", labels - mapped.keys())
    return ours


def _outside_names(show: Show) -> list[OutsideName]:
    return [(show.source, str(show.id)), *show.external_ids.items()]


def _owners(shows: Iterable[Show]) -> dict[OutsideName, int]:
    """The titles that already have one of the ids of these shows."""
    values: dict[str, list[str]] = defaultdict(list)
    for show in shows:
        for source, value in _outside_names(show):
            values[source].append(value)
    wanted = Q(pk__in=[])
    for source, ids in values.items():
        wanted |= Q(source=source, value__in=ids)
    found = ExternalId.objects.filter(wanted, kind=Subject.SERIES, title__isnull=False)
    return {(source, value): pk for source, value, pk in found.values_list("source", "value", "title_id") if pk}


def _matched(shows: Sequence[Show], owners: Mapping[OutsideName, int]) -> dict[int, int]:
    """The title of each show that has one: by its id, else by an id elsewhere of a title new to its source."""
    matched = {show.id: owners[name] for show in shows if (name := (show.source, str(show.id))) in owners}
    guesses = {
        pk: show.id
        for show in shows
        for source in ADOPTED_BY
        if show.id not in matched and (pk := owners.get((source, show.external_ids.get(source, ""))))
    }
    spoken_for = _leading(shows[0].source, guesses) if guesses else {}
    return matched | {show_id: pk for pk, show_id in guesses.items() if pk not in spoken_for}


def _speaking(shows: Sequence[Show], matched: Mapping[int, int]) -> list[Show]:
    leading = _leading(shows[0].source, matched.values()) if matched else {}
    return [show for show in shows if leading.get(matched.get(show.id, 0), str(show.id)) == str(show.id)]


def _leading(source: str, title_ids: Iterable[int]) -> dict[int, str]:
    """The oldest id of a source for each of these titles that has one."""
    ids = ExternalId.objects.filter(kind=Subject.SERIES, source=source, title__in=title_ids).order_by("-pk")
    return {title_id: value for title_id, value in ids.values_list("title_id", "value") if title_id}


def _name_outside(shows: Sequence[Show], owners: Mapping[OutsideName, int], saved: SavedTitles) -> None:
    """Keep the ids of these shows. One that another title has stays with it; one that changed is replaced."""
    ids = [title.pk for title in saved.by_show.values()]
    have: dict[tuple[int | None, str], list[ExternalId]] = defaultdict(list)
    for outside in ExternalId.objects.filter(kind=Subject.SERIES, title__in=ids):
        have[outside.title_id, outside.source].append(outside)
    taken, new, moved = dict(owners), [], []
    for show in shows:
        title = saved.by_show[show.id]
        for source, value in _outside_names(show):
            owner = taken.setdefault((source, value), title.pk)
            stored = have[title.pk, source]
            if owner != title.pk:
                reason = f"{value} belongs to another title; left out"
                saved.problems.append(Problem(f"show {show.id}", f"{source} id", reason))
            elif any(outside.value == value for outside in stored):
                continue
            elif len(stored) == 1 and source != show.source:
                stored[0].value = value
                moved.append(stored[0])
            else:
                new.append(ExternalId(source=source, kind=Subject.SERIES, value=value, title=title))
    saved.changed |= {outside.title_id for outside in (*moved, *new) if outside.title_id} - saved.created
    rows.write(moved, ["value"])
    ExternalId.objects.bulk_create(new)
