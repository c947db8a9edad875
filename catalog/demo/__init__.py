"""The demonstration catalogue: films and series in the public domain or under free licences.

The facts are kept as JSON beside this module: movies.json, series.json, people.json, and collections.json, which puts
some of the titles on shelves.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from slugify import slugify

from catalog import certifications, names, search, slugs
from catalog.models import (
    Alias,
    Certification,
    Collection,
    CollectionItem,
    Credit,
    Episode,
    ExternalId,
    Genre,
    Network,
    Person,
    Season,
    Source,
    SourceRecord,
    Title,
)

FOLDER = Path(__file__).parent

Facts = dict[str, Any]


def facts(name: str) -> list[Facts]:
    """What one of the files beside this module holds, such as “movies”."""
    rows: list[Facts] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return rows


@transaction.atomic
def load(*, at: datetime, rating_country: str = "") -> int:
    """Save what is not there yet; returns how many titles were new."""
    people = _people()
    fresh = 0
    for kind, rows in ((Title.Kind.MOVIE, facts("movies")), (Title.Kind.SERIES, facts("series"))):
        known = set(ExternalId.objects.filter(source=Source.DEMO, kind=kind).values_list("value", flat=True))
        for row in rows:
            if _demo_id(row) not in known:
                _save(kind, row, people, at=at, rating_country=rating_country)
                fresh += 1
    for row in facts("collections"):
        if not Collection.objects.filter(Q(slug=row["slug"]) | Q(name=row["name"])).exists():
            _collect(row, at=at)
    return fresh


def _demo_id(row: Facts) -> str:
    return f"{slugify(row['name'])}-{row['year']}"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _people() -> dict[str, Person]:
    """Everybody named in the facts, by name; those not saved yet are saved."""
    told = {row["name"]: row for row in facts("people")}
    credited = {credit["person"] for name in ("movies", "series") for row in facts(name) for credit in row["credits"]}
    ids = dict(ExternalId.objects.filter(source=Source.DEMO, kind="person").values_list("value", "person_id"))
    found = {person.pk: person for person in Person.objects.filter(pk__in=ids.values())}
    people = {name: found[pk] for name, pk in ids.items() if pk in found}
    missing = sorted((told.keys() | credited) - people.keys())
    given = slugs.for_people([(name, None) for name in missing])
    made = Person.objects.bulk_create(
        _person(name, slug, told.get(name, {})) for name, slug in zip(missing, given, strict=True)
    )
    ExternalId.objects.bulk_create(
        ExternalId(source=Source.DEMO, kind="person", value=person.name, person=person) for person in made
    )
    search.note_changes("person", [person.pk for person in made])
    return people | {person.name: person for person in made}


def _person(name: str, slug: str, row: Facts) -> Person:
    country = row.get("birthplace") or ""
    return Person(name=name, slug=slug, born=_day(row.get("born")), died=_day(row.get("died")), country=country)


def _save(kind: Title.Kind, row: Facts, people: dict[str, Person], *, at: datetime, rating_country: str) -> Title:
    title = _title(kind, row, at=at)
    title.min_age = row.get("min_age")
    if title.min_age is not None:
        title.field_sources["min_age"] = Source.STAFF.value
    label = row.get("certification")
    if label:
        label = Certification(title=title, **label)
        title.min_age = certifications.lowest_age([label], rating_country)
    title.save()
    title.genres.set(Genre.objects.filter(slug__in=row["genres"]))
    if label:
        label.save()
    Alias.objects.bulk_create(_aliases(title, row))
    Credit.objects.bulk_create(_credits(title, row, people))
    _seasons(title, row)
    ids = {**row.get("external_ids", {}), Source.DEMO.value: _demo_id(row)}
    ExternalId.objects.bulk_create(
        [ExternalId(source=source, kind=kind, value=str(value), title=title) for source, value in ids.items()],
        ignore_conflicts=True,
    )
    SourceRecord.objects.get_or_create(
        source=Source.DEMO,
        kind=kind,
        external_id=_demo_id(row),
        defaults={"data": row, "state": SourceRecord.State.FETCHED, "fetched_at": at},
    )
    search.note_changes(kind, [title.pk])
    return title


def _title(kind: Title.Kind, row: Facts, *, at: datetime) -> Title:
    (slug,) = slugs.for_titles(kind, [(row["name"], row["year"])])
    directors = [credit["person"] for credit in row["credits"] if credit["role"] == "director"]
    network = _network(row.get("network"))
    return Title(
        kind=kind,
        name=row["name"],
        slug=slug,
        sort_name=names.sort_name(row["name"]),
        original_name=row.get("original_name") or "",
        overview=row["overview"],
        byline=(network.name if network else "") if kind == Title.Kind.SERIES else ", ".join(directors[:2]),
        year=row["year"],
        premiered=_day(row.get("premiered")),
        ended=_day(row.get("ended")),
        status=row.get("status") or Title.Status.RELEASED,
        runtime=row.get("runtime"),
        language=row.get("language") or "",
        country=row.get("country") or "",
        network=network,
        popularity=row["popularity"],
        episode_count=sum(
            episode["number"] is not None for season in row.get("seasons", []) for episode in season["episodes"]
        ),
        field_sources={},
        indexed_at=at,
        detailed_at=at,
        created_at=at,
        updated_at=at,
    )


def _network(row: Facts | None) -> Network | None:
    if not row:
        return None
    found = Network.objects.filter(name=row["name"], country=row.get("country") or "").first()
    if found:
        return found
    (slug,) = slugs.for_networks([(row["name"], row.get("country") or "")])
    return Network.objects.create(
        name=row["name"],
        slug=slug,
        kind=row.get("kind") or Network.Kind.BROADCAST,
        country=row.get("country") or "",
        time_zone=row.get("time_zone") or "",
    )


def _aliases(title: Title, row: Facts) -> Iterable[Alias]:
    for alias in row.get("aliases", []):
        yield Alias(
            title=title,
            name=alias["name"],
            country=alias.get("country") or "",
            language=alias.get("language") or "",
            source=Source.DEMO,
        )


def _credits(title: Title, row: Facts, people: dict[str, Person]) -> Iterable[Credit]:
    for position, credit in enumerate(row["credits"]):
        yield Credit(
            title=title,
            person=people[credit["person"]],
            role=credit["role"],
            character=credit.get("character") or "",
            position=position,
            source=Source.DEMO,
        )


def _seasons(title: Title, row: Facts) -> None:
    for told in row.get("seasons", []):
        season = Season.objects.create(title=title, number=told["number"], name=told.get("name") or "")
        Episode.objects.bulk_create(
            Episode(
                title=title,
                season=season,
                number=episode["number"],
                kind=Episode.Kind.REGULAR if episode["number"] is not None else Episode.Kind.SPECIAL,
                name=episode["name"],
                overview=episode.get("overview") or "",
                air_date=_day(episode.get("air_date")),
                runtime=episode.get("runtime"),
            )
            for episode in told["episodes"]
        )


def _collect(row: Facts, *, at: datetime) -> None:
    """A published shelf; its titles are saved before it."""
    demo_ids = ExternalId.objects.filter(source=Source.DEMO, title__isnull=False)
    titles = {(kind, value): pk for kind, value, pk in demo_ids.values_list("kind", "value", "title_id")}
    collection = Collection.objects.create(
        name=row["name"], slug=row["slug"], overview=row["overview"], is_published=True, created_at=at
    )
    CollectionItem.objects.bulk_create(
        CollectionItem(
            collection=collection,
            title_id=titles[told["kind"], _demo_id(told)],
            position=position,
            note=told["note"],
        )
        for position, told in enumerate(row["titles"])
    )
