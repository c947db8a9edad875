"""Media servers that tell what is played, and what is playing just now."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Profile
from catalog.models import Episode, Title

from .watches import Watch


class Player(models.Model):
    """A media server of a profile. Only the plays of its `account` there count; an empty one means that the server has
    a single account."""

    class Program(models.TextChoices):
        PLEX = "plex", "Plex"
        JELLYFIN = "jellyfin", "Jellyfin"
        EMBY = "emby", "Emby"
        KODI = "kodi", "Kodi"
        TAUTULLI = "tautulli", "Tautulli"

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="players", verbose_name=_("profile"))
    program = models.CharField(_("program"), max_length=10, choices=Program)
    account = models.CharField(_("account there"), max_length=200, blank=True)
    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, related_name="player", verbose_name=_("token"))
    created_at = models.DateTimeField(_("connected"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("player")
        verbose_name_plural = _("players")

    def __str__(self) -> str:
        return f"{self.get_program_display()} {self.account}".strip()


class Play(models.Model):
    """What a player said of one play, from its start to its end: kept once however often it is told."""

    class Outcome(models.TextChoices):
        PLAYING = "playing", _("Going on")
        LOGGED = "logged", _("Logged")
        STOPPED = "stopped", _("Stopped early")
        UNKNOWN = "unknown", _("Not recognised")
        IGNORED = "ignored", _("Not counted")

    player = models.ForeignKey(
        Player, on_delete=models.CASCADE, db_index=False, related_name="plays", verbose_name=_("player")
    )
    key = models.CharField(_("key"), max_length=100)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    said = models.JSONField(_("what the player said"), default=dict)
    watches = models.ManyToManyField(Watch, related_name="plays", blank=True, verbose_name=_("viewings"))
    created_at = models.DateTimeField(_("first told"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last told"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        constraints = [models.UniqueConstraint(fields=["player", "key"], name="play_once_per_key")]
        indexes = [models.Index(fields=["player", "-updated_at", "-id"], name="play_newest_of_player")]

    def __str__(self) -> str:
        return f"{self.player_id} {self.key}"

    @property
    def counted_at(self) -> datetime | None:
        """When it became a viewing, by the clock of the player."""
        told = self.said.get("counted_at")
        return datetime.fromisoformat(told) if told else None


class Position(models.Model):
    """How far a profile is in a film or an episode; one that was told lately and is not paused is playing now."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="positions", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("title"))
    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("episode")
    )
    seconds = models.PositiveIntegerField(_("position"), default=0, help_text=_("In seconds."))
    length = models.PositiveIntegerField(_("length"), null=True, blank=True, help_text=_("In seconds."))
    is_paused = models.BooleanField(_("paused"), default=False)
    player = models.CharField(_("on"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    updated_at = models.DateTimeField(_("last told"), default=timezone.now)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "title", "episode"], nulls_distinct=False, name="position_once_per_thing"
            ),
            models.CheckConstraint(
                condition=Q(length=None) | Q(seconds__lte=models.F("length")), name="position_within_length"
            ),
        ]
        indexes = [models.Index(fields=["profile", "-updated_at", "-id"], name="position_newest_of_profile")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id} {self.seconds}"
