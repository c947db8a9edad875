"""How the catalogue's own tables move."""

from typing import Any

from django.db.models import Q
from django.db.models.query import QuerySet

from catalog import pictures
from catalog.models import (
    Alias,
    Availability,
    Certification,
    CollectionItem,
    Credit,
    Episode,
    EpisodeNumber,
    ExternalId,
    Match,
    Picture,
    Season,
    SlugHistory,
    Title,
    TitleChange,
    TitleMerge,
    Translation,
)
from catalog.refresh.rows import STAFF

from .movers import Joining, Move, Mover, Parting, Stay


class MoveGenres(Move):
    """Come over as a whole or not at all."""

    def movable(self, joining: Joining) -> QuerySet[Any]:
        genres = super().movable(joining)
        return genres if "genres" in joining.taken else genres.none()


class MoveCredits(Move):
    """The cast comes over as a whole or not at all, so does the crew; what staff added and guests of episodes do."""

    def movable(self, joining: Joining) -> QuerySet[Any]:
        left = Q(pk__in=[])
        if "cast" not in joining.taken:
            left |= Q(role=Credit.Role.ACTOR)
        if "crew" not in joining.taken:
            left |= ~Q(role=Credit.Role.ACTOR)
        return super().movable(joining).exclude(~Q(source=STAFF) & left, episode=None)


class MovePictures(Move):
    """And what is shown of several follows."""

    def join(self, joining: Joining) -> None:
        super().join(joining)
        ours = [pk for pk in joining.husks.values_list("merged_into", flat=True) if pk]
        with joining.journal.watching(Title, [joining.kept.pk], ["picture"]):
            pictures.choose("title", [joining.kept.pk], at=joining.at)
        with joining.journal.watching(Episode, ours, ["picture", "updated_at"]):
            pictures.choose("episode", ours, at=joining.at)

    def part(self, parting: Parting) -> None:
        both = [parting.staying.pk, parting.leaving.pk]
        pictures.choose("title", both, at=parting.at)
        episodes = Episode.objects.filter(title__in=both).values_list("pk", flat=True)
        pictures.choose("episode", episodes, at=parting.at)


MOVERS: tuple[Mover, ...] = (
    Move(Alias, title="title"),
    Move(Translation, title="title", episode="episode"),
    Move(Certification, title="title"),
    Move(SlugHistory, title="title"),
    Move(TitleChange, title="title"),
    Move(Availability, title="title"),
    Move(CollectionItem, title="title"),
    Move(EpisodeNumber, episode="episode"),
    Move(ExternalId, title="title", season="season", episode="episode"),
    MovePictures(Picture, title="title", episode="episode"),
    MoveGenres(Title.genres.through, title="title"),
    MoveCredits(Credit, title="title", episode="episode"),
    Stay(Credit, ("person",)),
    Stay(ExternalId, ("person",)),
    Stay(Picture, ("person",)),
    Stay(SlugHistory, ("person",)),
    # The merge itself moves these, or is told by them.
    Stay(Season, ("title",)),
    Stay(Episode, ("title", "season", "merged_into")),
    Stay(Title, ("merged_into",)),
    Stay(TitleMerge, ("kept", "merged")),
    Stay(Match, ("title", "other")),
)
