"""Titles that somebody named and the catalogue does not have: asked for at the sources and saved."""

from collections.abc import Collection, Mapping
from datetime import datetime

from catalog import names, refresh
from catalog.models import ExternalId, Title
from catalog.sources import providers
from catalog.sources.errors import NotFoundError
from catalog.sources.facts import IndexPage, TitleFacts
from catalog.sources.provider import Provider

MOST_OF_A_NAME = 3
LONGEST_ID = 9


def by_ids(kind: str, ids: Mapping[str, str], *, at: datetime) -> Title | None:
    """A title by its ids, by source, fetched whole from the first source that knows one of them and saved; None when
    none does. Raises SourceError where a source that could know it gives no usable answer."""
    for provider in providers.configured():
        if kind in provider.kinds and (facts := _fetch(provider, kind, ids)):
            return _save(facts, at=at)
    return None


def by_name(name: str, kinds: Collection[str], *, at: datetime) -> list[Title]:
    """Titles that the sources know by just this name, saved as they stand in an index; a few of each."""
    found: list[Title] = []
    for provider in providers.configured():
        if provider.kinds & set(kinds):
            alike = provider.connect(is_bulk=True).search(name)
            same = [facts for facts in alike if facts.kind in kinds and names.fold(facts.name) == names.fold(name)]
            found += [title for facts in same[:MOST_OF_A_NAME] if (title := _save_index(facts, at=at))]
    return found


def _fetch(provider: Provider, kind: str, ids: Mapping[str, str]) -> TitleFacts | None:
    client = provider.connect(is_bulk=True)
    told = ids.get(provider.source, "")
    number = int(told) if told.isascii() and told.isdecimal() and len(told) <= LONGEST_ID else None
    if number is None and provider.find:
        number = provider.find(client, kind, ids)
    if not number:
        return None
    try:
        return client.title(kind, number)
    except NotFoundError:
        return None


def _save(facts: TitleFacts, *, at: datetime) -> Title | None:
    title = _save_index(facts, at=at)
    if title:
        refresh.apply_title(title, facts, at=at)
    return title


def _save_index(facts: TitleFacts, *, at: datetime) -> Title | None:
    refresh.save_index(IndexPage(0, (facts,), ()), at=at)
    known = ExternalId.objects.filter(source=facts.source, kind=facts.kind, value=str(facts.id))
    found = known.select_related("title").first()
    return found.title if found else None
