"""Players of a profile: connected by an address that holds a token, which is shown once and can be made anew."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from redis import RedisError

from accounts import tokens
from accounts.models import ApiToken, Profile
from catalog import live
from tracking.models import Play, Player

MOST = 20
A_MOMENT = timedelta(minutes=1)
MOST_A_MINUTE = 240
KEPT = timedelta(days=365)
MINUTE = 60


class RefusedError(Exception):
    """Says in words why not."""


@transaction.atomic
def connect(profile: Profile, program: str, account: str, *, at: datetime) -> tuple[Player, str]:
    """A player and the secret of its address. A second press makes no second one; raises RefusedError."""
    Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    mine = Player.objects.filter(profile=profile)
    same = mine.filter(program=program, account__iexact=account).select_related("token").first()
    if same:
        if at - same.created_at > A_MOMENT or same.token.last_used_at:
            raise RefusedError(_("This is connected already: several servers can use one address."))
        return same, renew(same)
    if mine.count() >= MOST:
        raise RefusedError(_("There are too many players: remove one that is not used any more."))
    token, secret = tokens.make(profile, ApiToken.Scope.PLAYER)
    made = Player.objects.create(profile=profile, program=program, account=account, token=token, created_at=at)
    return made, secret


@transaction.atomic
def renew(player: Player) -> str:
    """The secret of a new address; from now on the old one leads nowhere."""
    old = player.token
    player.token, secret = tokens.make(player.profile, ApiToken.Scope.PLAYER)
    player.save(update_fields=["token"])
    old.delete()
    return secret


def remove(player: Player) -> None:
    """With its address and the list of its plays; what it logged stays in the log."""
    player.token.delete()


def find(program: str, secret: str, *, at: datetime) -> Player | None:
    """Whose address this is; None for what is forged, revoked or for another program."""
    token = tokens.find(secret, ApiToken.Scope.PLAYER, at=at)
    players = Player.objects.select_related("profile__household", "token")
    return players.filter(token=token, program=program).first() if token else None


def may_tell(player: Player, *, at: datetime) -> bool:
    """Whether it has not told too much in this minute. Without Redis nobody counts."""
    key = f"player:{player.pk}:{int(at.timestamp()) // MINUTE}"
    try:
        with live.redis().pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, 2 * MINUTE)
            count, _is_kept = pipe.execute()
    except RedisError:
        return True
    return int(count) <= MOST_A_MINUTE


def forget_old(now: datetime) -> int:
    """Plays of long ago, but for those that teach which title is meant; how many those were."""
    old = Play.objects.filter(updated_at__lt=now - KEPT).exclude(said__has_key="chosen")
    count, _by_model = old.delete()
    return count
