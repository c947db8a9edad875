"""How far something is that is played: what is on just now, and what was left halfway."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Profile
from catalog.models import Title
from catalog.models.episodes import on_lines
from catalog.models.titles import on_cards, visible
from tracking import locks
from tracking.models import Player, Position, Watch

from .facts import COUNTS_FROM, Event, Said
from .recognising import Found

GRACE = timedelta(minutes=10)
LONGEST_UNKNOWN = timedelta(hours=3)
"""How long something of unknown length is taken to go on without news."""

LONGEST_PAUSE = timedelta(hours=1)
FORGOTTEN = timedelta(days=60)
LEAST = 60
"""Seconds; who stops before has not begun."""

MOST = 12
OF_POSITIONS = ("seconds", "length", "is_paused", "player", "started_at", "updated_at")
MINUTE = 60


@dataclass(frozen=True)
class Playing:
    """A position, and how far it must be by now: players tell it seldom."""

    position: Position
    at: datetime

    @property
    def is_on(self) -> bool:
        """Whether it plays, or is paused for a moment; `player` is only said of what is on."""
        position, quiet = self.position, self.at - self.position.updated_at
        if not position.player:
            return False
        if position.is_paused:
            return quiet < LONGEST_PAUSE
        left = timedelta(seconds=position.length - position.seconds) if position.length else LONGEST_UNKNOWN
        return quiet < left + GRACE

    @property
    def seconds(self) -> int:
        position = self.position
        if position.is_paused or not self.is_on:
            return position.seconds
        now = position.seconds + max(int((self.at - position.updated_at).total_seconds()), 0)
        return min(now, position.length) if position.length else now

    @property
    def minutes_left(self) -> int | None:
        return -(-(self.position.length - self.seconds) // MINUTE) if self.position.length else None

    @property
    def ends_at(self) -> datetime | None:
        if self.position.is_paused or not self.position.length:
            return None
        return self.at + timedelta(seconds=self.position.length - self.seconds)

    @property
    def is_halfway(self) -> bool:
        """Whether there is something to go on with."""
        share = self.position.seconds / self.position.length if self.position.length else 0
        return not self.is_on and self.position.seconds >= LEAST and share < COUNTS_FROM

    @property
    def path(self) -> str:
        return (self.position.episode or self.position.title).get_absolute_url()


@dataclass(frozen=True)
class Stage:
    """What is on now, and what was left halfway; each the latest first."""

    on: list[Playing]
    halfway: list[Playing]


def stage(profile: Profile, now: datetime) -> Stage:
    recent = {"profile": profile, "updated_at__gt": now - FORGOTTEN}
    if not Position.objects.filter(**recent).exists():  # as nearly always, and asked for in a tenth of the time
        return Stage([], [])
    mine = _unseen().filter(visible(profile, "title__"), **recent).select_related("title", "episode__season")
    rows = mine.only(*OF_POSITIONS, *on_cards("title__"), *on_lines("episode__")).order_by("-updated_at", "-pk")
    told = [Playing(row, now) for row in rows[:MOST]]
    return Stage([each for each in told if each.is_on], [each for each in told if each.is_halfway])


def facts(profile: Profile | None) -> dict[str, Exists]:
    """What a query for titles is annotated with, so that `of_title` mostly needs none of its own."""
    if profile is None:
        return {}
    return {"has_position": Exists(Position.objects.filter(profile=profile, title=OuterRef("pk")))}


def of_title(profile: Profile, title: Title, now: datetime) -> Playing | None:
    """What is on of a title, or was left halfway; of one that was loaded with these `facts`."""
    if not title.has_position:  # type: ignore[attr-defined]
        return None
    latest = _unseen().filter(profile=profile, title=title).order_by("-updated_at", "-pk")
    position = latest.select_related("title", "episode__season").first()
    if position is None:
        return None
    playing = Playing(position, now)
    is_shown = playing.is_on or (playing.is_halfway and position.updated_at > now - FORGOTTEN)
    return playing if is_shown else None


def _unseen() -> QuerySet[Position]:
    """Without what was logged since."""
    of_it = Watch.objects.filter(profile=OuterRef("profile"), title=OuterRef("title"))
    same = Q(episode=OuterRef("episode")) | Q(episode=None)
    return Position.objects.filter(~Exists(of_it.filter(same, sort_at__gte=OuterRef("updated_at"))))


def keep(profile: Profile, found: Found, said: Said, at: datetime, *, player: Player) -> None:
    """Note how far it is; older news changes nothing."""
    title, episode = locks.hold(profile, found.title, found.first)
    position = Position.objects.filter(profile=profile, title=title, episode=episode).first()
    if position is None:
        position = Position(profile=profile, title=title, episode=episode, started_at=at, updated_at=at)
    elif at < position.updated_at:
        return
    if said.event is Event.START or not position.player:
        position.started_at = at
    position.length = said.length or position.length or _length(found)
    told = said.seconds if said.seconds is not None else 0 if said.event is Event.START else position.seconds
    position.seconds = min(told, position.length) if position.length else told
    position.is_paused = said.event in (Event.PAUSE, Event.STOP)
    position.player = "" if said.event is Event.STOP else said.device[:200] or player.get_program_display()
    position.updated_at = at
    if said.event is Event.STOP and position.seconds < LEAST:
        forget(profile, found)
    else:
        position.save()


def put_away(position: Position, *, now: datetime) -> None:
    """Show it no more, until something is told of it again: it becomes as old as what is forgotten."""
    shown = Position.objects.filter(pk=position.pk, updated_at__gt=now - FORGOTTEN)
    shown.update(updated_at=F("updated_at") - FORGOTTEN)


def take_out(position: Position, *, now: datetime) -> None:
    """Just as it was before it was put away."""
    away = Position.objects.filter(pk=position.pk, updated_at__range=(now - 2 * FORGOTTEN, now - FORGOTTEN))
    away.update(updated_at=F("updated_at") + FORGOTTEN)


def forget(profile: Profile, found: Found) -> None:
    Position.objects.filter(_of(found.parts), profile=profile, title=found.title).delete()


def _of(parts: Iterable[object]) -> Q:
    episodes = [part for part in parts if part is not None]
    return Q(episode__in=episodes) if episodes else Q(episode=None)


def _length(found: Found) -> int | None:
    """Of all that is in the file."""
    runtimes = [each.runtime or found.title.runtime for each in found.episodes] or [found.title.runtime]
    return sum(runtime for runtime in runtimes if runtime) * MINUTE if all(runtimes) else None
