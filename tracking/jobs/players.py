"""Looking for what players told and nobody recognised."""

import logging
from datetime import timedelta

from django.utils import timezone
from django_rq import job
from rq import Retry

from catalog.jobs.asking import is_first
from catalog.sources.errors import SourceError
from tracking.models import Play
from tracking.players import asking, connecting, scrobbling

logger = logging.getLogger(__name__)

AGAIN = Retry(max=3, interval=[60, 300, 900])
ONCE_EVERY = timedelta(hours=20)
ASKED_FOR = timedelta(days=7)


@job("default", timeout=300, retry=AGAIN)
def look_for_play(play_id: int) -> None:
    """Ask the sources; a play that is gone is not an error."""
    play = Play.objects.select_related("player__profile__household").filter(pk=play_id).first()
    if play is None:
        return
    try:
        is_found = asking.look_further(play, clock=timezone.now)
    except SourceError as error:
        logger.warning("Play %s was not asked about: %s", play_id, error)
    else:
        logger.info("Play %s: %s", play_id, "recognised" if is_found else "still not recognised")


def ask_for_play(play: Play) -> None:
    """Of one film or series once a day and player, however many of its episodes are played."""
    if is_first(f"play:{play.player_id}:{play.said.get('work')}", every=ONCE_EVERY):
        look_for_play.delay(play.pk)


@job("bulk", timeout=3600, retry=AGAIN)
def try_plays_again() -> None:
    """The catalogue has grown since. What is long past is forgotten."""
    now = timezone.now()
    found = 0
    for play_id in asking.still_unknown(now):
        play = Play.objects.select_related("player__profile__household").filter(pk=play_id).first()
        if play and scrobbling.try_again(play, now=now):
            found += 1
        elif play and play.updated_at > now - ASKED_FOR:
            ask_for_play(play)
    forgotten = connecting.forget_old(now)
    logger.info("Players: %s plays recognised, %s forgotten", found, forgotten)


@job("high", timeout=300, retry=AGAIN)
def try_others_of(play_id: int) -> None:
    """What is known now of one play says also what others of the same film or series are."""
    play = Play.objects.filter(pk=play_id).first()
    for other in asking.others_of(play) if play else ():
        scrobbling.try_again(other, now=timezone.now())


def try_others_again(play: Play) -> None:
    try_others_of.delay(play.pk)
