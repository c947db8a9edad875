"""The seasons and episodes of a series. What an episode is, is the id its source gave it; its number may change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from catalog.models import Episode, ExternalId, Season, Subject, Title
from catalog.sources.facts import EpisodeFacts, Parts, Problem, SeasonFacts, Show

from . import rows

WRITTEN = (
    "season",
    "number",
    "kind",
    "name",
    "overview",
    "air_date",
    "airs_at",
    "runtime",
    "source_rating",
    "withdrawn_at",
    "updated_at",
)

Place = tuple[int, int | None]
"""Season (its pk) and number."""


@dataclass
class SavedEpisodes:
    changed: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Known:
    """What is stored of a series' episodes before a refresh."""

    by_id: dict[int, Episode]
    """By the id at the source."""

    adopted: dict[int, Episode]
    """Those that somebody else brought and the source names now for the first time; recognised by their numbers."""

    elsewhere: set[int]
    """Ids in the answer that belong to episodes of another series."""

    taken: set[Place]
    """Where there are episodes that the source does not know."""

    def get(self, number: int) -> Episode | None:
        return self.by_id.get(number) or self.adopted.get(number)


def save(title: Title, show: Show, parts: Parts, *, at: datetime) -> SavedEpisodes:
    """Make, revise and withdraw. An answer without any episode changes none."""
    saved = SavedEpisodes()
    seasons = _save_seasons(title, show, parts, saved)
    if not parts.episodes:
        return saved
    known = _known(title, show.source, parts, seasons)
    new, changed = {}, []
    for facts in _placed(show, parts, known, seasons, saved):
        episode = known.get(facts.id)
        if episode is None:
            new[facts.id] = _new(title, facts, seasons, at=at)
        elif _revise(episode, facts, seasons[facts.season]):
            changed.append(episode)
    changed += _withdrawn(known, parts, at=at)
    _write(new, changed, at=at)
    _name_episodes(show.source, new | known.adopted)
    saved.changed = bool(new or changed)
    return saved


def _save_seasons(title: Title, show: Show, parts: Parts, saved: SavedEpisodes) -> dict[int, Season]:
    """By number; made for episodes too whose season the source does not describe."""
    described: dict[int, SeasonFacts] = {}
    for facts in parts.seasons:
        described.setdefault(facts.number, facts)
    seasons = {season.number: season for season in Season.objects.filter(title=title)}
    revised = [
        (season, changed)
        for number, season in seasons.items()
        if number in described and (changed := rows.revise(season, _season_values(described[number])))
    ]
    rows.write([season for season, _ in revised], {name for _, changed in revised for name in changed})
    missing = sorted({*described, *(facts.season for facts in parts.episodes)} - seasons.keys())
    new = [
        Season(title=title, number=number, **rows.given(_season_values(described.get(number)))) for number in missing
    ]
    Season.objects.bulk_create(new)
    seasons |= {season.number: season for season in new}
    _name_seasons(show.source, described.values(), seasons)
    return seasons


def _season_values(facts: SeasonFacts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    return {"name": facts.name, "overview": facts.overview, "premiered": facts.premiered, "ended": facts.ended}


def _name_seasons(source: str, described: Iterable[SeasonFacts], seasons: Mapping[int, Season]) -> None:
    """Keep the sources' ids of seasons; one that moved to another number follows it."""
    wanted = {str(facts.id): seasons[facts.number].pk for facts in described if facts.id}
    stored = ExternalId.objects.filter(source=source, kind=Subject.SEASON, value__in=wanted)
    known = {outside.value: outside for outside in stored}
    moved = [outside for value, outside in known.items() if outside.season_id != wanted[value]]
    for outside in moved:
        outside.season_id = wanted[outside.value]
    rows.write(moved, ["season_id"])
    ExternalId.objects.bulk_create(
        [
            ExternalId(source=source, kind=Subject.SEASON, value=value, season_id=pk)
            for value, pk in wanted.items()
            if value not in known
        ]
    )


def _known(title: Title, source: str, parts: Parts, seasons: Mapping[int, Season]) -> _Known:
    outside = ExternalId.objects.filter(source=source, kind=Subject.EPISODE)
    ids = {int(value): pk for value, pk in outside.filter(episode__title=title).values_list("value", "episode_id")}
    episodes = {episode.pk: episode for episode in Episode.objects.select_for_update(no_key=True).filter(title=title)}
    strange = [facts for facts in parts.episodes if facts.id not in ids]
    values = outside.filter(value__in=[str(facts.id) for facts in strange]).values_list("value", flat=True)
    elsewhere = {int(value) for value in values}
    of_source = set(ids.values())
    others: dict[Place, Episode] = {
        (episode.season_id, episode.number): episode
        for pk, episode in episodes.items()
        if pk not in of_source and episode.number is not None
    }
    adopted = {
        facts.id: others.pop(_place(facts, seasons))
        for facts in strange
        if facts.id not in elsewhere and _place(facts, seasons) in others
    }
    return _Known({number: episodes[pk] for number, pk in ids.items() if pk}, adopted, elsewhere, set(others))


def _place(facts: EpisodeFacts, seasons: Mapping[int, Season]) -> Place:
    return seasons[facts.season].pk, facts.number


def _placed(
    show: Show, parts: Parts, known: _Known, seasons: Mapping[int, Season], saved: SavedEpisodes
) -> Iterable[EpisodeFacts]:
    """The episodes that can be kept; the second of two with one number goes without."""
    taken = set(known.taken)
    for facts in parts.episodes:
        subject = f"show {show.id}, episode {facts.id}"
        place = _place(facts, seasons)
        if facts.id in known.elsewhere:
            saved.problems.append(Problem(subject, "id", "belongs to an episode of another series; left out"))
            continue
        if facts.number is not None and place in taken:
            reason = f"{facts.number} of season {facts.season} is taken by another episode; left empty"
            saved.problems.append(Problem(subject, "number", reason))
            yield replace(facts, number=None)
            continue
        if facts.number is not None:
            taken.add(place)
        yield facts


def _values(facts: EpisodeFacts) -> dict[str, Any]:
    return {"name": facts.name, "overview": facts.overview, "runtime": facts.runtime, "source_rating": facts.rating}


def _position(facts: EpisodeFacts, season: Season) -> dict[str, Any]:
    """What is taken over even where it is empty."""
    kind = Episode.Kind.SPECIAL if facts.is_special else Episode.Kind.REGULAR
    place = {"season_id": season.pk, "number": facts.number, "kind": kind.value, "withdrawn_at": None}
    return place | ({"air_date": facts.air_date} if facts.air_date else {})


def _new(title: Title, facts: EpisodeFacts, seasons: Mapping[int, Season], *, at: datetime) -> Episode:
    values = rows.given(_values(facts)) | _position(facts, seasons[facts.season])
    return Episode(title=title, airs_at=facts.airs_at, created_at=at, updated_at=at, **values)


def _revise(episode: Episode, facts: EpisodeFacts, season: Season) -> bool:
    """Set what differs. A day that moved takes its hour with it; an hour is only kept where the day stays."""
    values = _position(facts, season)
    if facts.airs_at or (facts.air_date and facts.air_date != episode.air_date):
        values["airs_at"] = facts.airs_at
    moved = {name for name, value in values.items() if getattr(episode, name) != value}
    for name in moved:
        setattr(episode, name, values[name])
    return bool(rows.revise(episode, _values(facts)) or moved)


def _withdrawn(known: _Known, parts: Parts, *, at: datetime) -> list[Episode]:
    """Those that the source named once and no longer does; they give up their numbers and keep all else."""
    named = parts.episode_ids
    if named is None:
        return []
    gone = [episode for number, episode in known.by_id.items() if number not in named and not episode.withdrawn_at]
    for episode in gone:
        episode.withdrawn_at, episode.number = at, None
    return gone


def _write(new: Mapping[int, Episode], changed: Sequence[Episode], *, at: datetime) -> None:
    for episode in changed:
        episode.updated_at = at
    rows.write(changed, WRITTEN)
    Episode.objects.bulk_create(new.values(), batch_size=1000)


def _name_episodes(source: str, episodes: Mapping[int, Episode]) -> None:
    ExternalId.objects.bulk_create(
        [
            ExternalId(source=source, kind=Subject.EPISODE, value=str(number), episode=episode)
            for number, episode in episodes.items()
        ],
        batch_size=1000,
    )
