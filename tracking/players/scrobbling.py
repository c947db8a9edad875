"""From what a player says to the log: one play is one viewing, however often and in whatever order it is told."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Title
from tracking import diary, moments
from tracking.models import LogChange, Play, Player, Watch

from . import positions
from .facts import Event, Said, Thing, digest
from .recognising import Found, recognise, within

SAME_PLAY = timedelta(hours=6)
"""How long nothing may be heard of a play without a name of its own before what follows is another one."""

SAME_SESSION = timedelta(days=2)
LATEST = timedelta(days=30)
"""How long ago a message may say it is of: Kodi sends what failed when it is started again."""

AHEAD = timedelta(minutes=2)
"""How far the clock of a player may be fast."""

BEGINNING = 0.1
Outcome = Play.Outcome


@dataclass(frozen=True)
class Verdict:
    """What became of a message, in words; `play` is None where nothing was kept of it."""

    outcome: Play.Outcome
    reason: str = ""
    play: Play | None = None


@transaction.atomic
def tell(player: Player, said: Said, *, now: datetime) -> Verdict:
    """Take in one message. Messages of one player follow one another."""
    held = Player.objects.select_for_update(of=("self",), no_key=True).filter(pk=player.pk)
    if not held.exists():
        return Verdict(Outcome.IGNORED, _("This player is not connected any more."))
    at = _moment(said, now)
    if reason := _not_mine(player, said):
        return _ignored(player, digest("account", said.accounts, at.date()), reason, at)
    if said.event is Event.UNMARKED:
        reason = _("Marked as unwatched there. The log keeps what is in it.")
        return _ignored(player, digest("unmarked", said.thing.mark, at.date()), reason, at, thing=said.thing)
    play = _play(player, said, at)
    is_newer = play.pk is None or at >= play.updated_at
    _note(play, said, at)
    if play.outcome == Outcome.IGNORED or play.counted_at:
        play.save()
        return Verdict(Outcome(play.outcome), play.reason, play)
    return _follow(play, said, at, is_newer=is_newer, now=now)


def _follow(play: Play, said: Said, at: datetime, *, is_newer: bool, now: datetime) -> Verdict:
    profile = play.player.profile
    found = recognise(said.thing, profile)
    if found is None:
        play.outcome, play.reason = Outcome.UNKNOWN, _("Not in the catalogue, or not told well enough.")
        play.save()
    elif said.counts:
        count(play, found, now=now)
    else:
        play.outcome, play.reason = Outcome.STOPPED if said.event is Event.STOP else Outcome.PLAYING, ""
        play.save()
        if is_newer:
            positions.keep(profile, found, said, at, player=play.player)
    return Verdict(Outcome(play.outcome), play.reason, play)


def count(play: Play, found: Found, *, now: datetime) -> list[LogChange]:
    """Log what was played, each episode of a file; all of it is one press. The caller holds the player.

    What was checked in to by hand while it played, or told by another player too, is the same viewing.
    """
    profile, at = play.player.profile, datetime.fromisoformat(play.said["at"])
    if not play.said.get("marked") and (before := _counted_before(play, at)):
        reason = _("Counted before, at %(time)s.") % {"time": f"{before.astimezone(profile.zone):%H:%M}"}
        play.outcome, play.reason = Outcome.IGNORED, reason
        play.save()
        return []
    play.outcome, play.reason = Outcome.LOGGED, ""
    play.said["counted_at"] = at.isoformat()
    play.save()
    present = [_present(play, found, number, at) for number in range(len(found.parts))]
    changes = [_log(play, found, number, at, now) for number, watch in enumerate(present) if watch is None]
    logged = Watch.objects.of(profile).filter(pk__in=[pk for change in changes for pk in change.after["watches"]])
    play.watches.set([*logged, *filter(None, present)])
    if not changes:
        play.reason = _("It was in the log already.")
        play.save(update_fields=["reason"])
    positions.forget(profile, found)
    return changes


def _log(play: Play, found: Found, number: int, at: datetime, now: datetime) -> LogChange:
    profile = play.player.profile
    is_marked = play.said.get("marked")
    return diary.check_in(
        profile,
        found.title,
        found.parts[number],
        moment=moments.some_time(profile.time_zone) if is_marked else moments.minute(at, profile.time_zone),
        key=f"play-{play.key}-{number}",
        at=now,
        origin=Watch.Origin.WEBHOOK,
        batch=uuid.uuid5(uuid.NAMESPACE_OID, f"{profile.pk} {play.key}"),
    )


def _present(play: Play, found: Found, number: int, at: datetime) -> Watch | None:
    """The viewing that is in the log already: of the time since the play began, or, where somebody only ticked it as
    watched, any."""
    of_it = Watch.objects.of(play.player.profile).filter(title=found.title, episode=found.parts[number])
    if not play.said.get("marked"):
        since = min(play.created_at, at) - diary.LIVE_WINDOW
        live = Watch.LIVE_ORIGINS
        of_it = of_it.filter(origin__in=live, watched_at__range=(since, at + diary.LIVE_WINDOW))
    return of_it.newest_first().first()


def _counted_before(play: Play, at: datetime) -> datetime | None:
    """When this player had the same thing counted so shortly before that nobody can have seen it again since."""
    length = timedelta(seconds=(play.said.get("length") or 0) / 2)
    least = max(length, diary.LIVE_WINDOW)
    others = _about(play.player, play.said["mark"], at, within=max(SAME_PLAY, least))
    played = [other for other in others if other.pk != play.pk and not other.said.get("marked")]
    return next((when for other in played if (when := other.counted_at) and abs(at - when) < least), None)


# -- which play --------------------------------------------------------------------------------------------------------


def _play(player: Player, said: Said, at: datetime) -> Play:
    """The play that the message is of, or a new one, not saved."""
    mark = said.thing.mark
    near = _about(player, mark, at, within=SAME_SESSION if said.session else SAME_PLAY)
    if said.session:
        near = [play for play in near if play.said.get("session") == said.session]
    near = [play for play in near if bool(play.said.get("marked")) == (said.event is Event.MARKED)]
    if near and not _begins_anew(near[0], said, at):
        return near[0]
    key = digest(said.session, mark, at, said.event is Event.MARKED)
    return Play(player=player, key=key, said={"mark": mark}, created_at=at, updated_at=at)


def _about(player: Player, mark: str, at: datetime, *, within: timedelta) -> list[Play]:
    """Plays of this thing about that time, the latest first."""
    near = Play.objects.filter(player=player, updated_at__gte=at - within, created_at__lte=at + within)
    plays = list(near.filter(said__mark=mark).order_by("-updated_at", "-pk")[:20])
    for play in plays:
        play.player = player
    return plays


def _begins_anew(play: Play, said: Said, at: datetime) -> bool:
    """Whether it is put on once more, after it was counted. Players with names for their plays say so themselves."""
    is_start = said.event is Event.START and (said.share or 0) < BEGINNING
    is_later = at > play.updated_at + diary.LIVE_WINDOW
    return not said.session and is_start and is_later and play.counted_at is not None


def _note(play: Play, said: Said, at: datetime) -> None:
    """Keep the message, for as long as it is not known what is meant. Never an older one over a newer one."""
    about: dict[str, Any] = {"thing": said.thing.row, "work": said.thing.work, "name": str(said.thing)}
    about |= {"session": said.session} if said.session else {}
    about |= {"marked": True} if said.event is Event.MARKED else {}
    about |= {"length": said.length} if said.length else {}
    if said.counts and not play.said.get("counts"):
        about |= {"counts": True, "at": at.isoformat()}
    play.said = play.said | about
    play.created_at = min(play.created_at, at)
    play.updated_at = max(play.updated_at, at)


def _ignored(player: Player, key: str, reason: str, at: datetime, *, thing: Thing | None = None) -> Verdict:
    """One row a day for what does not count. What somebody else plays is nobody's business, so it is not kept."""
    said = {"name": str(thing)} if thing else {}
    first = {"outcome": Outcome.IGNORED, "reason": reason[:200], "said": said, "created_at": at}
    play, _is_new = Play.objects.update_or_create(
        player=player, key=key, defaults={"updated_at": at}, create_defaults=first | {"updated_at": at}
    )
    return Verdict(Outcome.IGNORED, reason, play)


def _not_mine(player: Player, said: Said) -> str:
    """Why the play is not of the account that counts; nothing where it is."""
    if not player.account or _plain(player.account) in map(_plain, said.accounts):
        return ""
    if not said.accounts:
        return _("It was not told who played.")
    who = {"name": said.accounts[0][:80], "account": player.account[:80]}
    return _("Played by “%(name)s”, not by “%(account)s”.") % who


def _plain(account: str) -> str:
    """Some ids are written with and without dashes."""
    return account.strip().casefold().replace("-", "")


def _moment(said: Said, now: datetime) -> datetime:
    """When it was, by the clock of the player if that can be true."""
    if said.at is None or not now - LATEST <= said.at <= now + AHEAD:
        return now
    return min(said.at, now)


# -- what was not recognised at first ----------------------------------------------------------------------------------


@transaction.atomic
def try_again(play: Play, *, now: datetime) -> bool:
    """Whether it is recognised by now; then what was played to its end is logged."""
    if not _hold(play):
        return False
    found = recognise(Thing.of(play.said["thing"]), play.player.profile)
    if found:
        _settle(play, found, now=now)
    return found is not None


@transaction.atomic
def choose(play: Play, title: Title, *, now: datetime) -> list[LogChange] | None:
    """Say which title is meant, here and whenever the player names it so again. None where it has no such episode."""
    found = within(title, Thing.of(play.said["thing"]))
    if found is None or not _hold(play):
        return None
    play.said["chosen"] = title.pk
    return _settle(play, found, now=now)


@transaction.atomic
def leave_out(play: Play) -> None:
    if _hold(play):
        play.outcome, play.reason = Outcome.IGNORED, _("Left out by hand.")
        play.save()


def _hold(play: Play) -> bool:
    """Whether it is still open; with the lock on its player, and as it is now."""
    list(Player.objects.select_for_update(of=("self",), no_key=True).filter(pk=play.player_id))
    now = Play.objects.filter(pk=play.pk, outcome=Outcome.UNKNOWN).first()
    if now:
        play.said, play.outcome = now.said, now.outcome
    return now is not None


def _settle(play: Play, found: Found, *, now: datetime) -> list[LogChange]:
    if play.said.get("counts"):
        return count(play, found, now=now)
    play.outcome, play.reason = Outcome.STOPPED, ""
    play.save()
    return []
