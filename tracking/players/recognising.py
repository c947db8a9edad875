"""What of the catalogue was played: by ids, by what was said by hand, by name and year; never by a guess.

The id of an episode says which one it is. Without it the series is found and the episode by its number. A name counts
only with its year, or where season, number and name of the episode agree as well, and only if one title is meant.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, ExpressionWrapper, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Replace

from accounts.models import Profile
from catalog import names
from catalog.models import Episode, ExternalId, SearchEntry, Subject, Title
from catalog.models.search import TITLES, joined
from catalog.models.titles import TitleQuerySet
from tracking.models import Play

from .facts import Thing

MOST_OF_A_NAME = 12
ONLY_COUNTS = re.compile(r"episode|\D{0,15}\d{1,4}")


@dataclass(frozen=True)
class Found:
    """A film, or episodes of a series in their order."""

    title: Title
    episodes: tuple[Episode, ...] = ()

    @property
    def first(self) -> Episode | None:
        return self.episodes[0] if self.episodes else None

    @property
    def parts(self) -> tuple[Episode | None, ...]:
        """What is logged one by one: the episodes, or None for the film itself."""
        return self.episodes or (None,)


def recognise(thing: Thing, profile: Profile) -> Found | None:
    """Only among what the profile may see; None where it is not certain."""
    if not thing.is_film and (episode := _episode_by_id(thing, profile)):
        return _with_next(thing, episode)
    title = _by_ids(thing, profile) or _as_chosen(thing, profile)
    return within(title, thing) if title else _by_name(thing, profile)


def within(title: Title, thing: Thing) -> Found | None:
    """What was played, if it was of this title; None for an episode that is not there."""
    if title.is_series == thing.is_film:
        return None
    if thing.is_film:
        return Found(title)
    return _numbered(title, thing)


def _numbered(title: Title, thing: Thing) -> Found | None:
    if thing.season is None or not thing.numbers:
        return None
    episodes = _episodes(title, thing.season, thing.numbers)
    return Found(title, tuple(episodes)) if len(episodes) == len(thing.numbers) else None


def _episodes(title: Title, season: int, numbers: Sequence[int]) -> list[Episode]:
    listed = Episode.objects.listed().filter(title=title, season__number=season, number__in=numbers)
    return list(listed.select_related("title", "season").order_by("number", "pk"))


def _episode_by_id(thing: Thing, profile: Profile) -> Episode | None:
    """Where ids contradict each other nothing is certain."""
    known = ExternalId.objects.filter(_named(thing.ids, Subject.EPISODE), episode__title__in=_visible(profile))
    found = {row.episode for row in known.select_related("episode__title", "episode__season")}
    episode = found.pop() if len(found) == 1 else None
    return episode if episode and episode.merged_into_id is None else None


def _with_next(thing: Thing, episode: Episode) -> Found:
    """The other episodes of the file too, where the player counts as we do."""
    place = (episode.season.number, episode.number)
    if len(thing.numbers) > 1 and place == (thing.season, thing.numbers[0]):
        return _numbered(episode.title, thing) or Found(episode.title, (episode,))
    return Found(episode.title, (episode,))


def _by_ids(thing: Thing, profile: Profile) -> Title | None:
    ids = thing.ids if thing.is_film else thing.series_ids
    known = ExternalId.objects.filter(_named(ids, thing.kind), title__in=_visible(profile))
    found = {row.title for row in known.select_related("title")}
    return found.pop() if len(found) == 1 else None


def _as_chosen(thing: Thing, profile: Profile) -> Title | None:
    """What was said by hand of another play of the same film or series."""
    chosen = Play.objects.filter(player__profile=profile, said__work=thing.work, said__chosen__isnull=False)
    pk = chosen.order_by("-pk").values_list("said__chosen", flat=True).first()
    return _visible(profile).filter(pk=pk).first() if pk else None


def _by_name(thing: Thing, profile: Profile) -> Found | None:
    if not thing.name:
        return None
    fits = [found for title in _called(thing, profile) if (found := within(title, thing)) and _agrees(thing, found)]
    return fits[0] if len(fits) == 1 else None


def _called(thing: Thing, profile: Profile) -> TitleQuerySet:
    """Titles of just this name, but for those that their sources know by another id."""
    name = Func(Value(thing.name), function="search_fold", output_field=TextField())
    whole = Replace(name, Value(" "), Value(""), output_field=TextField())
    entries = SearchEntry.objects.alias(whole=ExpressionWrapper(joined(), TextField()))
    entries = entries.filter(TITLES, kind=thing.kind, whole=whole)
    pks = list(entries.values_list("object_id", flat=True)[:MOST_OF_A_NAME])
    return _visible(profile).filter(~Exists(_other_ids(thing)), pk__in=pks)


def _other_ids(thing: Thing) -> QuerySet[ExternalId]:
    ids = thing.ids if thing.is_film else thing.series_ids
    others = Q(pk__in=[])
    for source, value in ids.items():
        others |= Q(source=source, kind=thing.kind) & ~Q(value=value)
    return ExternalId.objects.filter(others, title=OuterRef("pk"))


def _agrees(thing: Thing, found: Found) -> bool:
    if thing.year is not None:
        return found.title.year == thing.year
    return found.first is not None and _same_name(thing.episode_name, found.first.name)


def _same_name(theirs: str, ours: str) -> bool:
    """“Episode 7” is the name of too many."""
    name = names.fold(theirs)
    return bool(name) and name == names.fold(ours) and not ONLY_COUNTS.fullmatch(name)


def _visible(profile: Profile) -> TitleQuerySet:
    return Title.objects.visible_to(profile)


def _named(ids: Mapping[str, str], kind: str) -> Q:
    wanted = Q(pk__in=[])
    for source, value in ids.items():
        wanted |= Q(source=source, kind=kind, value=value)
    return wanted
