"""What is like a title, and why: shared people, genres (a rare one says more), network, decade and country.

Working it out looks at some hundred titles. Both the answer and the best known of each genre, decade and network are
kept for a day, apart for viewers who may see different things.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import log, log1p

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import Count, OuterRef
from django.utils.translation import gettext as _

from accounts.viewers import Viewer
from catalog.billing import Billing
from catalog.models import Credit, Genre, Title
from catalog.models.titles import TitleQuerySet

MOST = 6
A_DAY = 24 * 60 * 60

LEADS, MAKERS = 8, 4
"""Of the people of a title so many count, the first named of each kind."""

GENRES = 3
OF_A_KIND = 30
"""So many of each genre, decade and network are looked at, the best known."""

MOST_CREDITS = 2000

MAKING = {Credit.Role.CREATOR, Credit.Role.DIRECTOR, Credit.Role.WRITER}

Reason = tuple[str, dict[str, str]]
"""Which sentence, and its words."""


@dataclass(frozen=True)
class Alike:
    title: Title
    reason: str


def of(title: Title, billing: Billing, viewer: Viewer) -> list[Alike]:
    """The titles most like this one that the viewer may see, each with the reason in words."""
    return shown(reasons(title, billing, viewer), viewer)


def shown(said: Mapping[int, str], viewer: Viewer) -> list[Alike]:
    """The titles with these ids that the viewer may see; in one query."""
    titles = Title.objects.visible_to(viewer).for_cards().in_bulk(said)
    return [Alike(titles[pk], reason) for pk, reason in said.items() if pk in titles]


def reasons(title: Title, billing: Billing, viewer: Viewer) -> dict[int, str]:
    """The ids of the titles most like this one, the most first, each with the reason in words."""
    stamps = [title.updated_at, *([title.detailed_at] if title.detailed_at else [])]
    key = f"alike:{title.pk}:{int(max(stamps).timestamp())}:{eyes(viewer)}"
    kept: list[tuple[int, Reason]] = cache.get_or_set(  # type: ignore[assignment]
        key, lambda: _work_out(title, billing, viewer), A_DAY
    )
    return {pk: _in_words(reason) for pk, reason in kept}


def eyes(viewer: Viewer) -> str:
    """The same for viewers who may see the same."""
    return f"{viewer.highest_age}:{viewer.sees_unrated}"


def _in_words(reason: Reason) -> str:
    sentences = {
        "maker": _("By %(name)s"),
        "lead": _("With %(name)s"),
        "network": _("Also from %(name)s"),
        "decade": _("%(name)s from the %(decade)s"),
        "genre": _("%(name)s as well"),
    }
    sentence, words = reason
    return sentences[sentence] % words


@dataclass(frozen=True)
class _Other:
    """Of another title, what it may share with this one."""

    pk: int
    kind: str
    year: int | None
    country: str
    network: int | None
    popularity: float
    genres: list[int]


@dataclass(frozen=True)
class _Facts:
    """Of this title, what others may share."""

    title: Title
    genres: Mapping[int, str]
    weights: Mapping[int, float]
    people: Mapping[int, str]
    makers: Collection[int]

    @property
    def decade(self) -> int | None:
        return self.title.year - self.title.year % 10 if self.title.year else None

    @property
    def rarest(self) -> list[int]:
        return sorted(self.genres, key=lambda pk: (-self.weights.get(pk, 0), pk))[:GENRES]


def _work_out(title: Title, billing: Billing, viewer: Viewer) -> list[tuple[int, Reason]]:
    makers = [billed.person for billed in billing.people if billed.roles & MAKING][:MAKERS]
    leads = [billed.person for billed in billing.cast[:LEADS]]
    facts = _Facts(
        title,
        genres={genre.pk: genre.name for genre in title.genres.all()},
        weights=_weights(),
        people={person.pk: person.name for person in (*leads, *makers)},
        makers={person.pk for person in makers},
    )
    people = _sharing_people(facts)
    named = _others(Title.objects.visible_to(viewer).filter(pk__in=people))
    others = {other.pk: other for other in (*named, *_of_a_kind(facts, viewer)) if other.pk != title.pk}
    judged = [(*_judged(facts, other, people.get(other.pk, {})), other.pk) for other in others.values()]
    best = sorted(judged, key=lambda judgement: (-judgement[0], -judgement[2]))
    return [(pk, reason) for _points, reason, pk in best if reason][:MOST]


def _weights() -> dict[int, float]:
    """Of each genre, by how many titles it tells apart: 0 for one that all have."""

    def count() -> dict[int, float]:
        counts = dict(Genre.objects.annotate(count=Count("titles")).filter(count__gt=0).values_list("pk", "count"))
        total = sum(counts.values())
        return {pk: log(total / number) for pk, number in counts.items()}

    kept: dict[int, float] = cache.get_or_set("genre-weights", count, A_DAY)  # type: ignore[assignment]
    return kept


def _sharing_people(facts: _Facts) -> dict[int, dict[int, bool]]:
    """By the id of another title: who of the people of this one made it (true) or plays in it.

    Guests of single episodes are none of these.
    """
    credited = Credit.objects.filter(person__in=facts.people, episode=None, role__in=[*MAKING, Credit.Role.ACTOR])
    found: dict[int, dict[int, bool]] = {}
    for title_id, person_id, role in credited.values_list("title_id", "person_id", "role")[:MOST_CREDITS]:
        people = found.setdefault(title_id, {})
        people[person_id] = role in MAKING or people.get(person_id, False)
    return found


def _of_a_kind(facts: _Facts, viewer: Viewer) -> list[_Other]:
    """The best known of the same genres, of the rarest of these in the same decade, and of the same network."""
    kind, known = facts.title.kind, Title.objects.visible_to(viewer).best_known()
    lists = {f"{kind}:genre:{genre}": known.filter(kind=kind, genres=genre) for genre in facts.rarest}
    if facts.decade and lists:
        rarest, ten = facts.rarest[0], (facts.decade, facts.decade + 9)
        lists[f"{kind}:genre:{rarest}:{facts.decade}"] = known.filter(kind=kind, genres=rarest, year__range=ten)
    if facts.title.network_id:
        lists[f"network:{facts.title.network_id}"] = known.filter(network=facts.title.network_id)
    keys = {f"best-known:{name}:{eyes(viewer)}": titles for name, titles in lists.items()}
    kept: dict[str, list[_Other]] = cache.get_many(keys)
    new = {key: _others(titles[:OF_A_KIND]) for key, titles in keys.items() if key not in kept}
    cache.set_many(new, A_DAY)
    return [other for others in (*kept.values(), *new.values()) for other in others]


def _others(titles: TitleQuerySet) -> list[_Other]:
    genres = Title.genres.through.objects.filter(title=OuterRef("pk")).values("genre")
    rows = titles.annotate(all_genres=ArraySubquery(genres))
    facts = rows.values_list("pk", "kind", "year", "country", "network", "popularity", "all_genres")
    return [_Other(*fact) for fact in facts]


def _judged(facts: _Facts, other: _Other, people: Mapping[int, bool]) -> tuple[float, Reason | None]:
    """How like it this one is, and what says so most. Popularity settles what would be even."""
    reasons = list(_reasons(facts, other, people))
    points = sum(weight for weight, _reason in reasons) + log1p(other.popularity) / 20
    points += (other.kind == facts.title.kind) + (other.country == facts.title.country != "") / 2
    return points, max(reasons, key=lambda reason: reason[0])[1] if reasons else None


def _reasons(facts: _Facts, other: _Other, people: Mapping[int, bool]) -> Iterable[tuple[float, Reason]]:
    for person, is_maker in sorted(people.items()):
        points = 4.0 if is_maker and person in facts.makers else 3.0
        yield points, ("maker" if is_maker else "lead", {"name": facts.people[person]})
    if other.network and other.network == facts.title.network_id:
        yield 1.5, ("network", {"name": str(facts.title.network)})
    is_of_its_time = facts.decade is not None and (other.year or 0) // 10 * 10 == facts.decade
    for genre in sorted(facts.genres.keys() & set(other.genres)):
        weight, name = facts.weights.get(genre, 0) / 2, facts.genres[genre]
        if is_of_its_time:
            yield weight + 0.5, ("decade", {"name": name, "decade": f"{facts.decade}s"})
        else:
            yield weight, ("genre", {"name": name})
