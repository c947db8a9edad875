"""The seasons and episodes of a series. What an episode is, is the id its source gave it; its number may change.

Several sources may know one episode. The best ranked of them says where it stands; of what else it holds each field is
believed from the best ranked source that has it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from catalog import pictures
from catalog.models import Episode, EpisodeNumber, ExternalId, Season, Subject, Title
from catalog.sources.facts import EpisodeFacts, Parts, Place, Problem, TitleFacts

from . import recognising, rows
from .recognising import Known, Spot, spot_of
from .seasons import save_seasons

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
    "field_sources",
    "updated_at",
)


@dataclass
class SavedEpisodes:
    new: list[Episode] = field(default_factory=list)
    new_seasons: set[int] = field(default_factory=set)
    moved: list[tuple[Episode, date]] = field(default_factory=list)
    """Episodes that were to be shown on another day, and that day."""

    changed: bool = False
    problems: list[Problem] = field(default_factory=list)


def save(title: Title, facts: TitleFacts, parts: Parts, *, at: datetime) -> SavedEpisodes:
    """Make, revise and withdraw. An answer without any episode changes none."""
    saved = SavedEpisodes()
    parts = _in_order(parts, title.episode_order)
    seasons, new_seasons = save_seasons(title, facts.source, parts)
    saved.new_seasons = new_seasons - {0}
    if not parts.episodes:
        return saved
    known = recognising.known(title, facts.source, parts, seasons)
    new, changed = {}, []
    for told in _placed(facts, parts, known, seasons, saved, at=at):
        episode = known.get(told.id)
        if episode is None:
            new[told.id] = _new(title, facts.source, told, seasons, at=at)
        elif _revise(episode, told, seasons[told.season], facts.source, known, saved):
            changed.append(episode)
    changed += [*_withdrawn(known, parts, at=at), *known.displaced(at)]
    _write(new, changed, at=at)
    _name_episodes(facts.source, new | known.adopted)
    ours = {told.id: episode for told in parts.episodes if (episode := new.get(told.id) or known.get(told.id))}
    renumbered = _save_orders(parts, ours)
    stills = {ours[told.id].pk: told.picture for told in parts.episodes if told.id in ours}
    pictures.offer(facts.source, episodes=stills, at=at)
    saved.new, saved.changed = list(new.values()), bool(new or changed or renumbered)
    return saved


def _in_order(parts: Parts, order: str) -> Parts:
    """The episodes as the series is numbered; where they aired becomes one of their other places."""
    if order == Title.Order.AIRED:
        return parts
    return replace(parts, episodes=tuple(_moved_to(episode, order) for episode in parts.episodes))


def _moved_to(episode: EpisodeFacts, order: str) -> EpisodeFacts:
    place = next((place for place in episode.orders if place.order == order), None)
    if place is None:
        return episode
    others = tuple(other for other in episode.orders if other != place)
    if episode.number is not None:
        others += (Place(Title.Order.AIRED, episode.season, episode.number),)
    season = 1 if place.season is None else place.season
    return replace(episode, season=season, number=place.number, is_special=season == 0, orders=others)


def _placed(
    told: TitleFacts, parts: Parts, known: Known, seasons: Mapping[int, Season], saved: SavedEpisodes, *, at: datetime
) -> Iterable[EpisodeFacts]:
    """The episodes that can be kept. Of two with one number the second goes without; what would double an episode of a
    better ranked source is left out, and what a worse ranked source put there is withdrawn."""
    taken: set[Spot] = set()
    for facts in parts.episodes:
        subject, spot, episode = f"{told.subject}, episode {facts.id}", spot_of(facts, seasons), known.get(facts.id)
        stranger = known.strangers.get(spot)
        if facts.id in known.elsewhere:
            saved.problems.append(Problem(subject, "id", "belongs to an episode of another series; left out"))
        elif (episode and episode.pk in known.led) or facts.number is None:
            yield facts
        elif spot in known.held:
            reason = f"{facts.number} of season {facts.season} is another episode elsewhere; left out"
            saved.problems.append(Problem(subject, "number", reason))
        elif spot in taken or (stranger and stranger.pk not in known.outranked):
            reason = f"{facts.number} of season {facts.season} is taken by another episode; left empty"
            saved.problems.append(Problem(subject, "number", reason))
            yield replace(facts, number=None)
        else:
            if stranger:
                stranger.withdrawn_at, stranger.number, stranger.updated_at = at, None, at
            taken.add(spot)
            yield facts


def _values(facts: EpisodeFacts) -> dict[str, Any]:
    return {"name": facts.name, "overview": facts.overview, "runtime": facts.runtime, "source_rating": facts.rating}


def _position(facts: EpisodeFacts, season: Season) -> dict[str, Any]:
    """What is taken over even where it is empty."""
    kind = Episode.Kind.SPECIAL if facts.is_special else Episode.Kind.REGULAR
    return {"season_id": season.pk, "number": facts.number, "kind": kind.value, "withdrawn_at": None}


def _new(title: Title, source: str, facts: EpisodeFacts, seasons: Mapping[int, Season], *, at: datetime) -> Episode:
    season = seasons[facts.season]
    values = rows.given(_values(facts)) | _position(facts, season) | rows.given({"air_date": facts.air_date})
    episode = Episode(
        title=title,
        airs_at=facts.airs_at,
        field_sources={rows.ANY: source},
        created_at=at,
        updated_at=at,
        **values,
    )
    episode.season = season
    return episode


def _revise(
    episode: Episode, facts: EpisodeFacts, season: Season, source: str, known: Known, saved: SavedEpisodes
) -> bool:
    """Set what differs, as far as the source is believed."""
    locked = rows.locked(episode.field_sources)
    values = _dates(episode, facts, source, saved)
    if episode.pk not in known.led:
        values |= _position(facts, season)
    moved = {name for name, value in values.items() if name not in locked and getattr(episode, name) != value}
    for name in moved:
        setattr(episode, name, values[name])
    return bool(rows.revise(episode, _values(facts), source=source, kind=episode.title.kind) or moved)


def _dates(episode: Episode, facts: EpisodeFacts, source: str, saved: SavedEpisodes) -> dict[str, Any]:
    """A day that moved takes its hour with it; an hour is only kept where the day stays."""
    if episode.air_date and not rows.may_say(episode.field_sources, "air_date", source=source, kind=episode.title.kind):
        return {}
    values: dict[str, Any] = {"air_date": facts.air_date} if facts.air_date else {}
    if facts.airs_at or (facts.air_date and facts.air_date != episode.air_date):
        values["airs_at"] = facts.airs_at
    if episode.air_date and facts.air_date and facts.air_date != episode.air_date:
        saved.moved.append((episode, episode.air_date))
    if facts.air_date and rows.origin(episode.field_sources, "air_date") != source:
        values["field_sources"] = rows.claim(episode.field_sources, ["air_date"], source)
    return values


def _withdrawn(known: Known, parts: Parts, *, at: datetime) -> list[Episode]:
    """Those that the source named once and no longer does, and nobody else knows; they give up their numbers and keep
    all else."""
    named = parts.episode_ids
    if named is None:
        return []
    still = {episode.pk for number, episode in known.by_id.items() if number in named}
    gone = [
        episode
        for episode in {episode.pk: episode for episode in known.by_id.values()}.values()
        if episode.pk not in still and not episode.withdrawn_at and episode.pk not in known.shared
    ]
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


def _save_orders(parts: Parts, ours: Mapping[int, Episode]) -> bool:
    """Keep where the episodes stand in other orders; whether anything changed."""
    kept = [facts for facts in parts.episodes if facts.id in ours]
    told = {(ours[facts.id].pk, place.order): place for facts in kept for place in facts.orders}
    if not told:
        return False
    stored = EpisodeNumber.objects.filter(episode__in={pk for pk, _order in told})
    known = {(row.episode_id, row.order): row for row in stored}
    moved = [row for key, row in known.items() if key in told and _renumber(row, told[key])]
    new = [
        EpisodeNumber(episode_id=key[0], order=place.order, season_number=place.season, number=place.number)
        for key, place in told.items()
        if key not in known
    ]
    rows.write(moved, ["season_number", "number"])
    EpisodeNumber.objects.bulk_create(new, batch_size=1000)
    return bool(moved or new)


def _renumber(row: EpisodeNumber, place: Place) -> bool:
    if (row.season_number, row.number) == (place.season, place.number):
        return False
    row.season_number, row.number = place.season, place.number
    return True
