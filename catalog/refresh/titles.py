"""The facts about titles themselves: many at once, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from catalog import genres, names, pictures, slugs
from catalog.models import ExternalId, Source, SourceRecord, Title
from catalog.sources.facts import Problem, TitleFacts

from . import networks, rows

RUNS_ON = (Title.Status.PLANNED, Title.Status.RUNNING, Title.Status.UNDECIDED)
SEARCHED = {"name", "original_name", "popularity", "min_age", "is_published", "year"}
"""Fields of a title that the search index shows."""

ADOPTED_BY = (Source.WIKIDATA, Source.TMDB, Source.TVMAZE, Source.TVDB, Source.IMDB)
"""Ids by which a title that another source brought is recognised; the last counts most."""

OutsideName = tuple[str, str]
"""Source and id there."""


@dataclass
class SavedTitles:
    """The rows by their id at the source; the pks of those that are new, that changed, that search must know."""

    by_id: dict[int, Title]
    created: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    searched: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    shared: dict[tuple[int, int], str] = field(default_factory=dict)
    """Pairs of titles, the older first, of which one was said to have an id of the other; and that id."""


def save(told: Sequence[TitleFacts], *, at: datetime, known_as: Mapping[int, int] | None = None) -> SavedTitles:
    """Make or revise these titles, all of one source and kind and each named once, under `slugs.lock`.

    `known_as` names the title of an id where the caller knows it already. Of several ids of a source that lead to one
    title (they were merged) only the oldest speaks for it: the others are passed over.
    """
    owners = _owners(told)
    matched = _matched(told, owners) | dict(known_as or {})
    told = _speaking(told, matched)
    known = {
        title.pk: title
        for title in Title.objects.select_for_update(no_key=True).filter(pk__in=matched.values()).order_by("pk")
    }
    network_ids = networks.save(facts.network for facts in told)
    values = {facts.id: _values(facts, network_ids) for facts in told}
    saved = SavedTitles({facts.id: known[matched[facts.id]] for facts in told if matched.get(facts.id) in known})
    meant = _meant(told, saved)
    _claim_genres(told, meant, saved)
    revised = _revise(told, values, saved)
    _create([facts for facts in told if facts.id not in saved.by_id], values, meant, saved, at=at)
    _set_genres(meant, saved)
    _name_outside(told, owners, saved)
    for title in saved.by_id.values():
        title.updated_at = at if title.pk in saved.changed else title.updated_at
    changed = [title for title in saved.by_id.values() if title.pk in saved.changed]
    rows.write(changed, {*revised, "field_sources", "updated_at"} if changed else ())
    if told:
        posters = {saved.by_id[facts.id].pk: facts.picture for facts in told}
        pictures.offer(told[0].source, titles=posters, at=at)
    return saved


def _values(facts: TitleFacts, network_ids: Mapping[networks.Key, int]) -> dict[str, Any]:
    network = facts.network
    return {
        "name": facts.name,
        "sort_name": names.sort_name(facts.name, facts.language),
        "original_name": facts.original_name,
        "overview": facts.overview,
        "byline": facts.director or (network.name if network else ""),
        "year": facts.premiered.year if facts.premiered else None,
        "premiered": facts.premiered,
        "ended": facts.ended,
        "status": facts.status,
        "runtime": facts.runtime,
        "language": facts.language,
        "country": facts.country,
        "network_id": network_ids[networks.key(network)] if network else None,
        "popularity": facts.popularity,
        "source_rating": facts.rating,
    }


def _revise(told: Iterable[TitleFacts], values: Mapping[int, dict[str, Any]], saved: SavedTitles) -> set[str]:
    """Revise the titles that exist, in memory; the names of all columns that changed in any of them."""
    revised: set[str] = set()
    for facts in told:
        title = saved.by_id.get(facts.id)
        if title is None:
            continue
        runs_on = _status_then(title, facts) in RUNS_ON
        told_now = values[facts.id] | ({"ended": None} if runs_on else {})
        changed = rows.revise(title, told_now, source=facts.source, kind=facts.kind)
        if runs_on and title.ended and not title.is_locked("ended"):
            title.ended = None
            changed.add("ended")
        if changed:
            saved.changed.add(title.pk)
        if changed & SEARCHED:
            saved.searched.add(title.pk)
        revised |= changed
    return revised


def _status_then(title: Title, facts: TitleFacts) -> str:
    """The status of the title after a refresh: what runs on, as far as we believe, has not ended. That is the one thing
    that is taken back."""
    is_believed = rows.may_say(title.field_sources, "status", source=facts.source, kind=facts.kind)
    return facts.status if facts.status and (is_believed or not title.status) else title.status


def _create(
    told: Sequence[TitleFacts],
    values: Mapping[int, dict[str, Any]],
    meant: Mapping[int, set[int]],
    saved: SavedTitles,
    *,
    at: datetime,
) -> None:
    if not told:
        return
    wanted = [(facts.name, facts.premiered.year if facts.premiered else None) for facts in told]
    kind, new = told[0].kind, []
    for facts, slug in zip(told, slugs.for_titles(kind, wanted), strict=True):
        given = rows.given(values[facts.id])
        said = {name.removesuffix("_id") for name in given} | ({"genres"} if facts.id in meant else set())
        said |= {f"{source}_id" for source in facts.external_ids}
        origin = dict.fromkeys(sorted(said), facts.source)
        new.append(Title(kind=kind, slug=slug, field_sources=origin, created_at=at, updated_at=at, **given))
    for facts, title in zip(told, Title.objects.bulk_create(new), strict=True):
        saved.by_id[facts.id] = title
        saved.created.add(title.pk)
        saved.searched.add(title.pk)


def _meant(told: Sequence[TitleFacts], saved: SavedTitles) -> dict[int, set[int]]:
    """Our genres for each of these titles that has a label which means one. Labels never seen are learnt and named."""
    labels = {label for facts in told for label in facts.genres}
    mapped = genres.mapped(told[0].source, labels) if told else {}
    genres.learn(told[0].source if told else "", labels - mapped.keys())
    saved.problems += [
        Problem(facts.subject, "genres", f"“{label}” is new; staff may say what it means")
        for facts in told
        for label in facts.genres
        if label not in mapped
    ]
    meant = {facts.id: {genre for label in facts.genres if (genre := mapped.get(label))} for facts in told}
    return {number: ours for number, ours in meant.items() if ours}


def _claim_genres(told: Iterable[TitleFacts], meant: dict[int, set[int]], saved: SavedTitles) -> None:
    """Leave out of `meant` the titles about whose genres another source, or staff, is believed."""
    for facts in told:
        title = saved.by_id.get(facts.id)
        if title is None or facts.id not in meant:
            continue
        if not rows.may_say(title.field_sources, "genres", source=facts.source, kind=facts.kind):
            del meant[facts.id]
        elif rows.origin(title.field_sources, "genres") != facts.source:
            title.field_sources = rows.claim(title.field_sources, ["genres"], facts.source)
            saved.changed.add(title.pk)


def _set_genres(meant: Mapping[int, set[int]], saved: SavedTitles) -> None:
    """Give the titles these genres. One of which none is meant keeps what it has."""
    ours = {saved.by_id[number].pk: wanted for number, wanted in meant.items()}
    through = Title.genres.through
    have: dict[int, set[int]] = defaultdict(set)
    surplus = []
    for pk, title_id, genre_id in through.objects.filter(title_id__in=ours).values_list("pk", "title_id", "genre_id"):
        have[title_id].add(genre_id)
        if genre_id not in ours[title_id]:
            surplus.append(pk)
    moved = {pk for pk, wanted in ours.items() if wanted != have[pk]} - saved.created
    saved.changed |= moved
    saved.searched |= moved
    through.objects.bulk_create(
        [through(title_id=pk, genre_id=genre) for pk, wanted in ours.items() for genre in sorted(wanted - have[pk])]
    )
    if surplus:
        through.objects.filter(pk__in=surplus).delete()


def _outside_names(facts: TitleFacts) -> list[OutsideName]:
    return [(facts.source, str(facts.id)), *facts.external_ids.items()]


def _owners(told: Sequence[TitleFacts]) -> dict[OutsideName, int]:
    """The titles that already have one of the ids of these."""
    values: dict[str, list[str]] = defaultdict(list)
    for facts in told:
        for source, value in _outside_names(facts):
            values[source].append(value)
    wanted = Q(pk__in=[])
    for source, ids in values.items():
        wanted |= Q(source=source, value__in=ids)
    kinds = {facts.kind for facts in told}
    found = ExternalId.objects.filter(wanted, kind__in=kinds, title__isnull=False)
    return {(source, value): pk for source, value, pk in found.values_list("source", "value", "title_id") if pk}


def _matched(told: Sequence[TitleFacts], owners: Mapping[OutsideName, int]) -> dict[int, int]:
    """The title of each that has one: by its id, else by an id elsewhere of a title new to its source."""
    matched = {facts.id: owners[name] for facts in told if (name := (facts.source, str(facts.id))) in owners}
    guesses = {
        pk: facts.id
        for source in ADOPTED_BY
        for facts in told
        if facts.id not in matched and (pk := owners.get((source, facts.external_ids.get(source, ""))))
    }
    spoken_for = set(matched.values()) | _leading(told[0], guesses).keys() if guesses else set()
    return matched | {number: pk for pk, number in guesses.items() if pk not in spoken_for}


def _speaking(told: Sequence[TitleFacts], matched: Mapping[int, int]) -> list[TitleFacts]:
    leading = _leading(told[0], matched.values()) if matched else {}
    return [facts for facts in told if leading.get(matched.get(facts.id, 0), str(facts.id)) == str(facts.id)]


def _leading(like: TitleFacts, title_ids: Iterable[int]) -> dict[int, str]:
    """The oldest id, of the source and kind of `like`, for each of these titles that has one; of those only that the
    source answered to and that are not gone there."""
    ids = ExternalId.objects.living().answered().filter(kind=like.kind, source=like.source, title__in=title_ids)
    ids = ids.order_by("-pk")
    return {title_id: value for title_id, value in ids.values_list("title_id", "value") if title_id}


def _name_outside(told: Sequence[TitleFacts], owners: Mapping[OutsideName, int], saved: SavedTitles) -> None:
    """Keep the ids of these titles. One that another title has stays with it; hearsay gives way to what the source
    itself says, and to what is heard from a better one."""
    have = _named_outside(title.pk for title in saved.by_id.values())
    taken, new, moved = dict(owners), [], []
    for facts in told:
        title = saved.by_id[facts.id]
        for source, value in _outside_names(facts):
            owner = taken.setdefault((source, value), title.pk)
            stored = have[title.pk, source]
            living = [outside for outside, state in stored if state != SourceRecord.State.GONE]
            hearsay = [outside for outside, state in stored if state is None]
            if owner != title.pk:
                reason = f"{value} belongs to another title; left out"
                saved.problems.append(Problem(facts.subject, f"{source} id", reason))
                saved.shared[min(owner, title.pk), max(owner, title.pk)] = f"{Source(source).label} {value}"
            elif any(outside.value == value for outside, _ in stored):
                continue
            elif len(living) == len(hearsay) == 1:
                if _may_name(title, facts, source):
                    hearsay[0].value = value
                    moved.append(hearsay[0])
            elif source == facts.source or not living:
                new.append(ExternalId(source=source, kind=facts.kind, value=value, title=title))
                _may_name(title, facts, source)
            else:
                reason = f"{value} is not the id by which {Source(source).label} answered; left out"
                saved.problems.append(Problem(facts.subject, f"{source} id", reason))
    saved.changed |= {outside.title_id for outside in (*moved, *new) if outside.title_id} - saved.created
    rows.write(moved, ["value"])
    ExternalId.objects.bulk_create(new)


def _may_name(title: Title, facts: TitleFacts, source: str) -> bool:
    """Whether these facts are believed about the id at a source; who told us is noted then. Nobody knows it better than
    the source itself."""
    told_by = f"{source}_id"
    is_believed = source == facts.source or rows.may_say(
        title.field_sources, told_by, source=facts.source, kind=facts.kind
    )
    if is_believed:
        title.field_sources = rows.claim(title.field_sources, [told_by], facts.source)
    return is_believed


def _named_outside(title_ids: Iterable[int]) -> dict[tuple[int | None, str], list[tuple[ExternalId, str | None]]]:
    """By title and source its ids, each with the state of its record; None: hearsay, never answered."""
    have: dict[tuple[int | None, str], list[tuple[ExternalId, str | None]]] = defaultdict(list)
    record = SourceRecord.objects.filter(
        source=OuterRef("source"), kind=OuterRef("kind"), external_id=OuterRef("value")
    )
    ids = ExternalId.objects.filter(title__in=list(title_ids)).annotate(state=Subquery(record.values("state")))
    for outside in ids.order_by("pk"):
        have[outside.title_id, outside.source].append((outside, outside.state))
    return have
