"""What a profile says of a title, a season or an episode, as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from accounts.models import Profile
from catalog.models import Episode, Season, Title
from tracking import ratings
from tracking.models import Note, Rating

Thing = Title | Season | Episode

OF_OUTER: Mapping[type[Thing], Mapping[str, OuterRef | None]] = {
    Title: {"title": OuterRef("pk"), "season": None, "episode": None},
    Season: {"title": OuterRef("title"), "season": OuterRef("pk")},
    Episode: {"title": OuterRef("title"), "episode": OuterRef("pk")},
}


@dataclass(frozen=True)
class Opinion:
    scale: str
    given: int | None = None
    """1 to 100."""

    note: str = ""

    @property
    def steps(self) -> list[ratings.Step]:
        return ratings.steps(self.scale, self.given)

    @property
    def in_words(self) -> str:
        return ratings.in_words(self.given, self.scale) if self.given is not None else ""


def facts(profile: Profile | None, model: type[Thing]) -> dict[str, Subquery]:
    """What a query for titles, seasons or episodes is annotated with, so that `of` needs none of its own."""
    if profile is None:
        return {}
    found = {"given": Subquery(Rating.objects.of(profile).filter(**OF_OUTER[model]).values("value"))}
    if model is Title:
        found["noted"] = Subquery(Note.objects.of(profile).filter(title=OuterRef("pk")).values("text"))
    return found


def of(profile: Profile | None, thing: Thing | None) -> Opinion | None:
    """Of something that was loaded with these `facts`; None when signed out."""
    if profile is None or thing is None:
        return None
    return Opinion(profile.rating_scale, getattr(thing, "given", None), getattr(thing, "noted", None) or "")


def now_of(profile: Profile, thing: Thing) -> Opinion | None:
    """After a change. Takes a query."""
    model = type(thing)
    return of(profile, model.objects.annotate(**facts(profile, model)).get(pk=thing.pk))
