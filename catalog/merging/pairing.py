"""Which episode of one list is which of another: by what two sources say of them, and never by guessing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from catalog import names
from catalog.models import Episode
from catalog.refresh.recognising import SAME_DAYS

ALIKE = 0.8
"""From this likeness on, two names of episodes that share a day are one name spelt twice."""

Key = Callable[[Episode], Hashable | None]


def pair(theirs: Sequence[Episode], ours: Sequence[Episode], absolute: Mapping[int, int]) -> dict[int, int]:
    """The pks of our episodes by those of theirs, each at most once. Reads the seasons.

    The same number unless day and name contradict it, then the same day and name, then the same number in the count
    through all seasons (`absolute`, by pk). What is not certain has no partner.
    """
    pairs: dict[int, int] = {}
    for key, agree in (
        (_spot, _do_not_contradict),
        (_day, _are_named_alike),
        (lambda episode: absolute.get(episode.pk), _do_not_contradict),
    ):
        left = [episode for episode in theirs if episode.pk not in pairs]
        taken = set(pairs.values())
        free = [episode for episode in ours if episode.pk not in taken]
        pairs |= _paired(left, free, key, agree)
    return pairs


def _paired(
    theirs: Iterable[Episode], ours: Iterable[Episode], key: Key, agree: Callable[[Episode, Episode], bool]
) -> dict[int, int]:
    """Those with one key that agree, where neither could as well be another."""
    groups = _grouped(ours, key)
    found = {one.pk: [other.pk for other in groups.get(key(one), ()) if agree(one, other)] for one in theirs}
    claims = Counter(pk for others in found.values() for pk in others)
    return {pk: others[0] for pk, others in found.items() if len(others) == 1 and claims[others[0]] == 1}


def _grouped(episodes: Iterable[Episode], key: Key) -> dict[Hashable, list[Episode]]:
    groups: dict[Hashable, list[Episode]] = defaultdict(list)
    for episode in episodes:
        if key(episode) is not None:
            groups[key(episode)].append(episode)
    return groups


def _spot(episode: Episode) -> Hashable | None:
    return (episode.season.number, episode.number) if episode.number is not None else None


def _day(episode: Episode) -> Hashable | None:
    return episode.air_date


def _do_not_contradict(one: Episode, other: Episode) -> bool:
    if one.air_date is None or other.air_date is None or abs(one.air_date - other.air_date) <= SAME_DAYS:
        return True
    return _are_named_alike(one, other)


def _are_named_alike(one: Episode, other: Episode) -> bool:
    ours, theirs = names.fold(one.name), names.fold(other.name)
    return bool(ours and theirs) and SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= ALIKE
