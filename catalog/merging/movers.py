"""Who moves the rows that point to a title, a season or an episode when titles are merged or part again.

Every app registers the movers of its own tables, so that no other needs to know them; a test finds the foreign key that
nobody moves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    Expression,
    F,
    Model,
    OuterRef,
    Q,
    Subquery,
    UniqueConstraint,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.db.models.query import QuerySet

from catalog.models import Episode, Title

from .journal import Journal


@dataclass(frozen=True)
class Joining:
    """A merge under way: both titles are locked, their episodes and seasons are paired."""

    kept: Title
    merged: Title
    journal: Journal
    seasons: Mapping[int, int]
    """The seasons of `kept` by those of `merged` (pks)."""

    taken: frozenset[str]
    """Of genres, cast and crew, which one source tells as a whole, those that `kept` had none of."""

    at: datetime

    @property
    def husks(self) -> QuerySet[Episode]:
        """The episodes that became one with another."""
        return Episode.objects.filter(title=self.merged, merged_into__isnull=False)


@dataclass(frozen=True)
class Parting:
    """Two titles going separate ways: what hangs on an episode that is `leaving`'s now follows it there."""

    staying: Title
    leaving: Title
    since: datetime
    """When they became one, as far as that is to be taken back."""

    at: datetime
    followed: dict[type[Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    """The pks of the rows that followed."""


class Mover(Protocol):
    """What knows how rows move. `covers` are its foreign keys, such as “tracking.Watch.title”."""

    @property
    def covers(self) -> Iterable[str]: ...

    def join(self, joining: Joining) -> None:
        """Let rows point to `kept` and its episodes, noting each in the journal. Nothing is deleted; what can only be
        there once and is there already stays where it is."""

    def part(self, parting: Parting) -> None:
        """The journal was put back: see to the rows that came since."""


@dataclass(frozen=True)
class Move:
    """The rows of a model by the names of their foreign keys to a title, a season, an episode."""

    model: type[Model]
    title: str = ""
    season: str = ""
    episode: str = ""

    @property
    def covers(self) -> Iterable[str]:
        return [f"{self.model._meta.label}.{name}" for name in (self.title, self.season, self.episode) if name]

    def join(self, joining: Joining) -> None:
        targets = self.targets(joining)
        joining.journal.update(
            self.movable(joining).alias(**_named(targets)).exclude(self._collides(targets)), **targets
        )

    def movable(self, joining: Joining) -> QuerySet[Any]:
        return self.model._base_manager.filter(self._pointing(joining))

    def targets(self, joining: Joining) -> dict[str, Expression]:
        """Where each foreign key points afterwards."""
        targets: dict[str, Expression] = {}
        if self.title:
            targets[self.title] = _mapped(self.title, {joining.merged.pk: joining.kept.pk})
        if self.season:
            targets[self.season] = _mapped(self.season, joining.seasons)
        if self.episode:
            targets[self.episode] = present_episode(self.episode)
        return targets

    def part(self, parting: Parting) -> None:
        if not (self.title and self.episode):
            return
        theirs = {self.title: parting.staying, f"{self.episode}__title": parting.leaving}
        pks = list(self.model._base_manager.filter(**theirs).values_list("pk", flat=True))
        self.model._base_manager.filter(pk__in=pks).update(**{self.title: parting.leaving})
        parting.followed[self.model] += pks

    def _pointing(self, joining: Joining) -> Q:
        pointing = Q(pk__in=[])
        if self.title:
            pointing |= Q(**{self.title: joining.merged})
        if self.season:
            pointing |= Q(**{f"{self.season}__in": list(joining.seasons)})
        if self.episode:
            pointing |= Q(**{f"{self.episode}__in": joining.husks})
        return pointing

    def _collides(self, targets: Mapping[str, Expression]) -> Q:
        """Whether the row that it would become is there already, as far as it may be there only once."""
        collides = Q(pk__in=[])
        for fields, nulls_distinct in _unique_sets(self.model):
            if targets.keys() & set(fields):
                collides |= Q(Exists(self._twin(fields, targets, nulls_distinct=nulls_distinct)))
        return collides

    def _twin(self, fields: Iterable[str], targets: Mapping[str, Expression], *, nulls_distinct: bool) -> QuerySet[Any]:
        twin = self.model._base_manager.exclude(pk=OuterRef("pk"))
        for name in fields:
            wanted = OuterRef(_new(name) if name in targets else name)
            same = Q(**{name: wanted})
            if not nulls_distinct and self.model._meta.get_field(name).null:
                same |= Q(**{f"{name}__isnull": True}) & Q(IsNull(wanted, True))
            twin = twin.filter(same)
        return twin


@dataclass(frozen=True)
class Stay:
    """Foreign keys that a merge leaves alone."""

    model: type[Model]
    names: tuple[str, ...]

    @property
    def covers(self) -> Iterable[str]:
        return [f"{self.model._meta.label}.{name}" for name in self.names]

    def join(self, joining: Joining) -> None:
        pass

    def part(self, parting: Parting) -> None:
        pass


_movers: list[Mover] = []


def register(*movers: Mover) -> None:
    """To be called once, when an app is ready. They move in the order in which they were registered."""
    _movers.extend(movers)


def registered() -> tuple[Mover, ...]:
    return tuple(_movers)


def present_episode(name: str) -> Expression:
    """The episode that the one behind this foreign key became, or is still."""
    became = Episode.objects.filter(pk=OuterRef(name)).values("merged_into")
    return Coalesce(Subquery(became), F(name), output_field=BigIntegerField())


def _mapped(name: str, pks: Mapping[int, int]) -> Expression:
    cases = [When(**{name: old}, then=Value(new)) for old, new in pks.items()]
    return Case(*cases, default=F(name), output_field=BigIntegerField())


def _named(targets: Mapping[str, Expression]) -> dict[str, Expression]:
    return {_new(name): target for name, target in targets.items()}


def _new(name: str) -> str:
    return f"new_{name}"


def _unique_sets(model: type[Model]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The fields that are unique together, and whether empty ones count as different."""
    for together in model._meta.unique_together:
        yield tuple(together), True
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(constraint.fields), constraint.nulls_distinct is not False
