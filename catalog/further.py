"""What the sources know by a name and the catalogue perhaps does not have yet.

A worker asks each source; its answer stays in Redis for a few minutes, for whoever looks for the same words, and can be
taken into the catalogue from there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q

from accounts.models import Profile
from accounts.viewers import Viewer
from catalog import names, refresh
from catalog.models import ExternalId, Title
from catalog.sources import providers
from catalog.sources.facts import IndexPage, TitleFacts
from catalog.sources.provider import Provider

KEPT = timedelta(minutes=10)
PATIENCE = timedelta(seconds=20)
"""After which a source counts as silent. Should it answer later, its answer is shown all the same."""

MOST_OF_EACH = 10

OutsideName = tuple[str, str, str]
"""Source, kind and id there."""


@dataclass(frozen=True)
class Answer:
    titles: tuple[TitleFacts, ...] = ()
    has_failed: bool = False


@dataclass(frozen=True)
class Hit:
    """A title at a source; `title` is ours, where the catalogue has it already."""

    facts: TitleFacts
    source_name: str
    title: Title | None

    @property
    def about(self) -> str:
        """“Series, 2011. Channel Nine. TVmaze”"""
        facts = self.facts
        kind = str(Title.Kind(facts.kind).label)
        first = f"{kind}, {facts.premiered.year}" if facts.premiered else kind
        by = facts.network.name if facts.network else facts.director
        return ". ".join(part for part in (first, by, self.source_name) if part)


@dataclass(frozen=True)
class Findings:
    """How far the asking is: names of sources that did, do not yet and did not answer."""

    hits: list[Hit]
    answered: list[str]
    awaited: list[str]
    silent: list[str]


# -- the answers of sources --------------------------------------------------------------------------------------------


def unanswered(words: str) -> list[Provider]:
    """The sources of which there is no good answer."""
    return [provider for provider in providers.configured() if _is_open(_answer(provider.source, words))]


def keep(source: str, words: str, titles: Sequence[TitleFacts]) -> None:
    """Store what a source answered, and each of its titles by its id, from where `take_in` has it."""
    first = tuple(titles[:MOST_OF_EACH])
    rows: dict[str, object] = {_title_key(facts.source, facts.kind, str(facts.id)): facts for facts in first}
    cache.set_many(rows | {_answer_key(source, words): Answer(first)}, KEPT.total_seconds())


def keep_failure(source: str, words: str) -> None:
    cache.set(_answer_key(source, words), Answer(has_failed=True), KEPT.total_seconds())


def forget_failure(source: str, words: str) -> None:
    """Before a source is asked once more."""
    cache.delete(_answer_key(source, words))


# -- what somebody who asked sees --------------------------------------------------------------------------------------


def note_asked(profile: Profile, words: str, *, at: datetime) -> None:
    cache.set(_asked_key(profile, words), at, KEPT.total_seconds())


def findings(profile: Profile, words: str, viewer: Viewer, *, now: datetime) -> Findings | None:
    """What came of it so far; None when this profile did not ask for these words lately."""
    asked_at = cache.get(_asked_key(profile, words))
    if asked_at is None:
        return None
    asked = providers.configured()
    answers = {provider.source: _answer(provider.source, words) for provider in asked}
    missing = [provider.name for provider in asked if answers[provider.source] is None]
    failed = [provider.name for provider in asked if (answer := answers[provider.source]) and answer.has_failed]
    is_early = now - asked_at < PATIENCE
    return Findings(
        hits=_hits({provider: answers[provider.source] for provider in asked}, viewer),
        answered=[provider.name for provider in asked if provider.name not in (*missing, *failed)],
        awaited=missing if is_early else [],
        silent=failed if is_early else [*failed, *missing],
    )


def _hits(answers: dict[Provider, Answer | None], viewer: Viewer) -> list[Hit]:
    """Each title once, though several sources know it; without those of ours that the viewer may not see."""
    told = [(provider, facts) for provider, answer in answers.items() if answer for facts in answer.titles]
    ours = _ours([facts for _provider, facts in told], viewer)
    hits, seen = [], set[object]()
    for provider, facts in told:
        known = next((ours[name] for name in _outside_names(facts) if name in ours), None)
        marks = _marks(facts) | ({known.title_id} if known else set())
        if not marks & seen and (known is None or known.is_visible):
            hits.append(Hit(facts, provider.name, known.title if known else None))
        seen |= marks
    return hits


def _marks(facts: TitleFacts) -> set[object]:
    """What another source's word on the same title has as well: an id, or the name of the year."""
    marks: set[object] = set(_outside_names(facts))
    if facts.premiered:
        marks.add((facts.kind, names.fold(facts.name), facts.premiered.year))
    return marks


def _ours(told: Iterable[TitleFacts], viewer: Viewer) -> dict[OutsideName, Any]:
    """Our outside ids of these titles, each with its title and `is_visible`: whether the viewer may see that."""
    wanted = Q(pk__in=[])
    for facts in told:
        for source, kind, value in _outside_names(facts):
            wanted |= Q(source=source, kind=kind, value=value)
    visible = Title.objects.visible_to(viewer).filter(pk=OuterRef("title"))
    known = ExternalId.objects.filter(wanted, title__isnull=False).select_related("title")
    known = known.defer("title__overview", "title__field_sources").annotate(is_visible=Exists(visible))
    return {(row.source, row.kind, row.value): row for row in known}


def _outside_names(facts: TitleFacts) -> list[OutsideName]:
    ids = {**facts.external_ids, facts.source: str(facts.id)}
    return [(source, facts.kind, value) for source, value in ids.items()]


# -- taking one into the catalogue -------------------------------------------------------------------------------------


def take_in(source: str, kind: str, number: str, *, at: datetime) -> Title | None:
    """Save what is known of a title that a source answered; its page fills itself in. None when that was too long ago,
    or the database refused it."""
    facts: TitleFacts | None = cache.get(_title_key(source, kind, number))
    if facts is None:
        return None
    refresh.save_index(IndexPage(0, (facts,), ()), at=at)
    known = ExternalId.objects.filter(source=source, kind=kind, value=number).select_related("title").first()
    return known.title if known else None


# -- keys --------------------------------------------------------------------------------------------------------------


def _answer(source: str, words: str) -> Answer | None:
    answer: Answer | None = cache.get(_answer_key(source, words))
    return answer


def _is_open(answer: Answer | None) -> bool:
    return answer is None or answer.has_failed


def digest(words: str) -> str:
    """The same for words that differ in case only; fit for a key."""
    return blake2b(words.casefold().encode(), digest_size=16).hexdigest()


def _answer_key(source: str, words: str) -> str:
    return f"further:{source}:{digest(words)}"


def _asked_key(profile: Profile, words: str) -> str:
    return f"further-asked:{profile.pk}:{digest(words)}"


def _title_key(source: str, kind: str, number: str) -> str:
    return f"further-title:{source}:{kind}:{number}"
