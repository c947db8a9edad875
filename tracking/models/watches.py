"""Viewings."""

from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, validate_time_zone
from accounts.viewers import Viewer
from catalog.models import Episode, Title
from catalog.models.episodes import on_lines
from catalog.models.titles import on_cards, suitable
from config.paths import path_to

IN_DIARY = (
    *("profile", "watched_at", "watched_on", "zone", "precision", "sort_at", "origin", "run"),
    *("place", "company", "attention", "note", "service"),
)


class WatchQuerySet(models.QuerySet["Watch"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own log keeps what has left the catalogue since; age is asked all the same."""
        return self.filter(suitable(viewer, "title__"))

    def newest_first(self) -> Self:
        return self.order_by("-sort_at", "-pk")

    def of_sort(self, sort: str) -> Self:
        """Only “films”, “episodes” or “again” (what was seen before in the log); anything else is everything."""
        if sort == "films":
            return self.filter(episode=None)
        if sort == "episodes":
            return self.filter(episode__isnull=False)
        if sort == "again":
            earlier = Watch.objects.filter(profile=OuterRef("profile"), sort_at__lt=OuterRef("sort_at"))
            same_film = Q(models.Exists(earlier.filter(title=OuterRef("title"), episode=None)), episode=None)
            return self.filter(models.Exists(earlier.filter(episode=OuterRef("episode"))) | same_film)
        return self

    def for_diary(self) -> Self:
        """Load what a line of the diary reads."""
        things = (*on_cards("title__"), "title__runtime", *on_lines("episode__"))
        return self.select_related("title", "episode__season").only(*IN_DIARY, *things)


class Watch(models.Model):
    """One viewing of a movie or an episode, as precisely dated as is known."""

    class Precision(models.TextChoices):
        MINUTE = "minute", _("To the minute")
        DAY = "day", _("That day")
        MONTH = "month", _("That month")
        YEAR = "year", _("That year")
        UNKNOWN = "unknown", _("Some time")

    class Origin(models.TextChoices):
        CHECK_IN = "check-in", _("Checked in")
        FORM = "form", _("Logged by hand")
        MARK = "mark", _("Marked with others")
        IMPORT = "import", _("Imported")
        WEBHOOK = "webhook", _("Played")
        DEMO = "demo", _("Demonstration")

    class Place(models.TextChoices):
        UNSAID = "", _("Not said")
        HOME = "home", _("Home")
        CINEMA = "cinema", _("Cinema")
        TRAVEL = "travel", _("Travelling")
        ELSEWHERE = "elsewhere", _("Elsewhere")

    class Attention(models.TextChoices):
        UNSAID = "", _("Not said")
        FULL = "full", _("Wholly there")
        HALF = "half", _("Half an eye")
        ASLEEP = "asleep", _("Fell asleep")

    LIVE_ORIGINS = (Origin.CHECK_IN, Origin.WEBHOOK)
    SOME_TIME = datetime(1900, 1, 1, tzinfo=UTC)

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="watches", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="watches", verbose_name=_("title"))
    episode = models.ForeignKey(
        Episode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="watches",
        verbose_name=_("episode"),
    )
    watched_at = models.DateTimeField(_("watched at"), null=True, blank=True)
    watched_on = models.DateField(
        _("watched on"), null=True, blank=True, help_text=_("The day in the zone; the first of a month or year.")
    )
    zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    precision = models.CharField(_("how sure"), max_length=7, choices=Precision, default=Precision.MINUTE)
    sort_at = models.DateTimeField(_("place in the diary"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.CHECK_IN)
    place = models.CharField(_("where"), max_length=10, choices=Place, blank=True, default=Place.UNSAID)
    company = models.CharField(_("with"), max_length=200, blank=True)
    attention = models.CharField(_("attention"), max_length=6, choices=Attention, blank=True, default=Attention.UNSAID)
    note = models.TextField(_("note"), max_length=5000, blank=True)
    service = models.CharField(_("on"), max_length=100, blank=True)
    run = models.PositiveSmallIntegerField(_("run"), default=1)
    group = models.UUIDField(_("watched together"), null=True, blank=True)
    key = models.CharField(_("key"), max_length=100)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        constraints = [
            models.UniqueConstraint(fields=["profile", "key"], name="watch_once_per_key"),
            models.CheckConstraint(
                condition=Q(precision="minute", watched_at__isnull=False, watched_on__isnull=False)
                | Q(precision="day", watched_at=None, watched_on__isnull=False)
                | Q(precision="month", watched_at=None, watched_on__isnull=False, watched_on__day=1)
                | Q(precision="year", watched_at=None, watched_on__isnull=False, watched_on__day=1, watched_on__month=1)
                | Q(precision="unknown", watched_at=None, watched_on=None),
                name="watch_date_agrees_with_precision",
            ),
        ]
        indexes = [
            models.Index(fields=["profile", "-sort_at", "-id"], name="watch_diary"),
            models.Index(fields=["profile", "title", "-sort_at"], name="watch_of_title"),
            models.Index(fields=["episode", "profile"], name="watch_of_episode"),
            models.Index(fields=["group"], name="watch_together", condition=Q(group__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id} {self.watched_on or self.precision}"

    def get_absolute_url(self) -> str:
        return path_to("tracking:watch_edit", self.pk)

    @property
    def local_time(self) -> datetime | None:
        """When it was watched, on the clock of the place where it was logged."""
        return self.watched_at.astimezone(ZoneInfo(self.zone)) if self.watched_at else None

    @property
    def clock(self) -> str:
        """The time of day there, such as “21:25”; nothing where it is not known."""
        local = self.local_time
        return f"{local:%H:%M}" if local else ""

    @property
    def runtime(self) -> int | None:
        """In minutes; of the episode, else of the title."""
        return (self.episode.runtime if self.episode else None) or self.title.runtime

    @property
    def has_tags(self) -> bool:
        return any((self.service, self.place, self.company, self.attention))
