"""What players tell: how far something is, that it was played to its end, and the page of a player that told a lot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from catalog.models import ExternalId, Source, Subject
from tracking import diary
from tracking.models import LibraryEntry, LogChange, Play, Player, Position
from tracking.players import connecting, programs, scrobbling

from .measuring import UNTIMED, Benchmark, Budget, Measured, SkippedError, calls, pages
from .site import Site

MESSAGE = Budget(p95=20)
VIEWING = Budget(p95=40)
"""A check-in may take 20 ms; here it has to be recognised first."""

PAGE = Budget(median=25, p95=60, queries=12, kilobytes=60)
ACCOUNT = "benchmark"
PLAYS = 5000


@contextmanager
def _player(site: Site) -> Iterator[Player]:
    """A player for a moment; what it logged is taken back."""
    player, _secret = connecting.connect(site.viewer, Player.Program.PLEX, ACCOUNT, at=timezone.now())
    try:
        yield player
    finally:
        changes = LogChange.objects.of(site.viewer).filter(key__startswith="play-")
        for change in changes.filter(undone_at=None).order_by("-pk"):
            diary.undo(change, at=timezone.now())
        changes.delete()
        Position.objects.filter(profile=site.viewer).delete()
        connecting.remove(player)


def progress(site: Site) -> Measured:
    return _told(site, "pause")


def counted(site: Site) -> Measured:
    """With the viewing, the counters and the next episode."""
    return _told(site, "scrobble")


def _told(site: Site, event: str) -> Measured:
    with _player(site) as player:
        return calls(list(_messages(site, player, event)))


def _messages(site: Site, player: Player, event: str) -> Iterator[Callable[[], object]]:
    entries = site.next_up(site.rounds + UNTIMED)
    ids = ExternalId.objects.filter(
        source=Source.TVMAZE, kind=Subject.SERIES, title__in=[each.title for each in entries]
    )
    known = dict(ids.values_list("title_id", "value"))
    told = [_message(entry, known[entry.title_id], event) for entry in entries if entry.title_id in known]
    if len(told) <= UNTIMED:
        raise SkippedError("too few series in progress that TVmaze knows")
    return (partial(_tell, player, message) for message in told)


def _message(entry: LibraryEntry, series_id: str, event: str) -> dict[str, Any]:
    """In the shape of a template for Tautulli that imitates Plex."""
    episode = entry.next_episode
    place = {"parentIndex": episode.season.number, "index": episode.number} if episode else {}
    about: dict[str, Any] = {
        "type": "episode",
        "grandparentTitle": entry.title.name,
        "grandparentGuid": f"tvmaze://{series_id}",
    }
    about |= {"ratingKey": str(entry.pk), "viewOffset": 600_000, "duration": 2_700_000, **place}
    return {"event": f"media.{event}", "Account": {"title": ACCOUNT}, "Metadata": about}


def _tell(player: Player, message: dict[str, Any]) -> None:
    said = programs.read(player.program, message)
    verdict = scrobbling.tell(player, said, now=timezone.now()) if said else None
    if verdict is None or verdict.outcome == Play.Outcome.UNKNOWN:
        raise SkippedError("the player was not understood")


def page(site: Site) -> Measured:
    with _player(site) as player:
        now = timezone.now()
        rows = [
            Play(
                player=player,
                key=f"benchmark-{number}",
                outcome=Play.Outcome.STOPPED,
                said={"name": f"Film {number}"},
                updated_at=now - timedelta(minutes=number),
            )
            for number in range(PLAYS)
        ]
        Play.objects.bulk_create(rows, batch_size=1000)
        return pages(site.client, [reverse("tracking:player_detail", args=[player.pk])], rounds=site.rounds)


BENCHMARKS = (
    Benchmark("a player tells how far an episode is", MESSAGE, progress),
    Benchmark("a player tells that an episode was played", VIEWING, counted),
    Benchmark(f"page of a player, {PLAYS:,} plays", PAGE, page),
)
