"""Which of our episodes is which of those that a source names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from catalog.models import Episode, ExternalId, Season, Subject, Title
from catalog.sources import providers
from catalog.sources.facts import EpisodeFacts, Parts

SAME_DAYS = timedelta(days=3)
"""So far apart may two sources date one episode."""

Spot = tuple[int, int | None]
"""Season (its pk) and number."""

Thing = TypeVar("Thing")


@dataclass
class Known:
    """What is stored of a series' episodes before a refresh."""

    by_id: dict[int, Episode]
    """By the id at the source."""

    adopted: dict[int, Episode]
    """Those that somebody else brought and the source names now for the first time."""

    elsewhere: set[int]
    """Ids in the answer that belong to episodes of another series."""

    strangers: dict[Spot, Episode]
    """Episodes that the source does not know, by where they stand."""

    led: set[int]
    """Pks of episodes of which a better ranked source says where they stand."""

    shared: set[int]
    """Pks of episodes that another source knows too."""

    held: set[Spot]
    """Where the episodes of better ranked sources stand."""

    outranked: set[int]
    """Pks of strangers that only worse ranked sources know; the others are of staff, or held."""

    def get(self, number: int) -> Episode | None:
        return self.by_id.get(number) or self.adopted.get(number)

    def displaced(self, at: datetime) -> list[Episode]:
        """Strangers that were withdrawn at this moment."""
        return [episode for episode in self.strangers.values() if episode.withdrawn_at == at]


def known(title: Title, source: str, parts: Parts, seasons: Mapping[int, Season]) -> Known:
    locked = Episode.objects.select_for_update(no_key=True, of=("self",)).filter(title=title)
    episodes = {episode.pk: episode for episode in locked.select_related("season")}
    for episode in episodes.values():
        episode.title = title
    named = ExternalId.objects.filter(kind=Subject.EPISODE, episode__title=title)
    ids: dict[int, int] = {}
    sources: dict[int, set[str]] = defaultdict(set)
    for its_source, value, pk in named.values_list("source", "value", "episode_id"):
        if pk:
            sources[pk].add(its_source)
            ids |= {int(value): pk} if its_source == source else {}
    strange = [facts for facts in parts.episodes if facts.id not in ids]
    elsewhere = _elsewhere(source, strange)
    others = [
        episode for pk, episode in episodes.items() if source not in sources.get(pk, ()) and not episode.merged_into_id
    ]
    new = [facts for facts in strange if facts.id not in elsewhere]
    adopted = _adopted(new, others, seasons, unsaid=episodes.keys() - sources.keys())
    taken = {episode.pk for episode in adopted.values()}
    strangers: dict[Spot, Episode] = {
        (episode.season_id, episode.number): episode
        for episode in others
        if episode.pk not in taken and episode.number is not None
    }

    better = {pk for pk, those in sources.items() if any(providers.outranks(title.kind, s, source) for s in those)}
    outside = {episode.pk for episode in strangers.values()}
    return Known(
        by_id={number: episodes[pk] for number, pk in ids.items()},
        adopted=adopted,
        elsewhere=elsewhere,
        strangers=strangers,
        led=better,
        shared={pk for pk, those in sources.items() if those - {source}},
        held={(episodes[pk].season_id, episodes[pk].number) for pk in better if episodes[pk].number is not None},
        outranked=(outside & sources.keys()) - better,
    )


def _elsewhere(source: str, strange: Iterable[EpisodeFacts]) -> set[int]:
    asked = [str(facts.id) for facts in strange]
    known = ExternalId.objects.filter(source=source, kind=Subject.EPISODE, value__in=asked)
    return {int(value) for value in known.values_list("value", flat=True)}


def _adopted(
    strange: Sequence[EpisodeFacts], others: Sequence[Episode], seasons: Mapping[int, Season], *, unsaid: Set[int]
) -> dict[int, Episode]:
    """Which of the others is which, by what is surest first, so that it does not matter whose episodes came first: the
    same number and name; else the same day and name; else the same number and about the same day.

    `unsaid` are the pks of those that no source brought: their number is all that is asked.
    """
    by_spot: dict[Spot, Episode] = {
        (episode.season_id, episode.number): episode for episode in others if episode.number is not None
    }
    by_day = _once((episode.air_date, episode.name.casefold(), episode) for episode in others)
    told_once = _once((facts.air_date, facts.name.casefold(), facts) for facts in strange)

    def by_number(facts: EpisodeFacts) -> Episode | None:
        same = by_spot.get(spot_of(facts, seasons))
        return same if same and (same.pk in unsaid or _same_name(facts, same)) else None

    def by_day_and_name(facts: EpisodeFacts) -> Episode | None:
        day_and_name = facts.air_date, facts.name.casefold()
        return by_day.get(day_and_name) if day_and_name in told_once else None

    def by_number_and_day(facts: EpisodeFacts) -> Episode | None:
        same = by_spot.get(spot_of(facts, seasons))
        return same if same and _same_days(facts, same) else None

    adopted: dict[int, Episode] = {}
    free = {episode.pk for episode in others}
    for recognise in (by_number, by_day_and_name, by_number_and_day):
        for facts in strange:
            if facts.id not in adopted and (same := recognise(facts)) and same.pk in free:
                adopted[facts.id] = same
                free.remove(same.pk)
    return adopted


def _once(told: Iterable[tuple[date | None, str, Thing]]) -> dict[tuple[date | None, str], Thing]:
    """By day and name, those that have both and share them with no other."""
    found: dict[tuple[date | None, str], list[Thing]] = defaultdict(list)
    for day, name, thing in told:
        if day and name:
            found[day, name].append(thing)
    return {key: same[0] for key, same in found.items() if len(same) == 1}


def _same_name(facts: EpisodeFacts, episode: Episode) -> bool:
    return bool(facts.name) and facts.name.casefold() == episode.name.casefold()


def _same_days(facts: EpisodeFacts, episode: Episode) -> bool:
    if facts.air_date is None or episode.air_date is None:
        return True
    return abs(facts.air_date - episode.air_date) <= SAME_DAYS


def spot_of(facts: EpisodeFacts, seasons: Mapping[int, Season]) -> Spot:
    return seasons[facts.season].pk, facts.number
