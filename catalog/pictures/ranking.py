"""Which of several pictures of one thing is shown."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from catalog.models import Episode, Person, Picture, Source, Title

THINGS: dict[str, type[models.Model]] = {"title": Title, "episode": Episode, "person": Person}

BEST_FIRST = (Source.STAFF, Source.TVMAZE, Source.TMDB, Source.TVDB, Source.DEMO)

RANK = Case(*(When(source=source, then=rank) for rank, source in enumerate(BEST_FIRST)), default=len(BEST_FIRST))


def choose(thing: str, pks: Iterable[int], *, at: datetime) -> int:
    """Let each “title”, “episode” or “person” show the best picture that is stored of it, or be drawn; how many
    changed. To be called whenever pictures came, went or moved to another."""
    stored = Picture.objects.filter(**{thing: OuterRef("pk")}).exclude(key="").order_by(RANK)
    best = Coalesce(Subquery(stored.values("key")[:1]), Value(""))
    things = THINGS[thing]._default_manager.filter(pk__in=list(pks))
    return things.alias(best=best).exclude(picture=F("best")).update(picture=best, updated_at=at)


def worse_than(source: str) -> list[str]:
    """Sources that a picture of this one replaces."""
    return [str(other) for other in BEST_FIRST[BEST_FIRST.index(Source(source)) + 1 :]]
