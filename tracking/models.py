"""What a profile watched, what it thinks of a title, and the journal that makes every change of both undoable."""

import uuid
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, validate_time_zone
from accounts.viewers import Viewer
from catalog.models import Episode, Season, Title
from catalog.models.exact import ExactEncoder
from catalog.models.paths import path_to


class WatchQuerySet(models.QuerySet["Watch"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own log keeps what has left the catalogue since; age is asked all the same."""
        return self.filter(title__in=Title.objects.suitable_for(viewer))

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
        wide = ("title__overview", "title__field_sources", "episode__overview", "episode__season__overview")
        return self.select_related("title", "episode__season").defer(*wide)


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

    LIVE_ORIGINS = (Origin.CHECK_IN,)
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


class LibraryEntryQuerySet(models.QuerySet["LibraryEntry"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(title__in=Title.objects.visible_to(viewer))

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def for_cards(self) -> Self:
        """Load what a card of the library reads."""
        return self.select_related("title").defer("title__overview", "title__field_sources")

    def for_slips(self) -> Self:
        """Load what a slip of *up next* reads."""
        wide = ("title__overview", "title__field_sources", "next_episode__overview", "next_episode__season__overview")
        return self.select_related("title", "next_episode__season").defer(*wide)

    def count_by_state(self) -> dict[str, int]:
        counted = dict(self.order_by().values_list("state").annotate(models.Count("pk")))
        return {state: counted.get(state, 0) for state in LibraryEntry.State.values}

    def up_next(self, now: datetime) -> Self:
        """Series in progress whose next episode was shown already; the newest activity first."""
        aired = Episode.objects.aired(now).filter(pk=OuterRef("next_episode"))
        return (
            self.filter(state=LibraryEntry.State.WATCHING, next_episode__isnull=False)
            .filter(models.Exists(aired))
            .order_by(F("last_watched_at").desc(nulls_last=True), "-pk")
        )

    def outdated(self, since: datetime | None = None) -> Self:
        """Counted before the episodes of their title changed; with `since` only what changed lately is looked at."""
        outdated = self.filter(title__episodes_changed_at__gt=F("counted_at"), title__merged_into=None)
        return outdated.filter(title__episodes_changed_at__gte=since) if since else outdated


class LibraryEntry(models.Model):
    """What a profile thinks of a title, and how far it is; kept in the transaction that changes the log."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        WATCHING = "watching", _("Watching")
        PAUSED = "paused", _("Paused")
        DROPPED = "dropped", _("Dropped")
        COMPLETED = "completed", _("Completed")

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="library", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="library", verbose_name=_("title"))
    state = models.CharField(_("state"), max_length=9, choices=State)
    run = models.PositiveSmallIntegerField(_("run"), default=1)
    watch_count = models.PositiveIntegerField(_("viewings"), default=0)
    seen_count = models.PositiveIntegerField(
        _("seen"), default=0, help_text=_("Regular episodes seen in this run; one for a film.")
    )
    last_watched_at = models.DateTimeField(_("last watched"), null=True, blank=True)
    next_episode = models.ForeignKey(
        Episode, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("next episode")
    )
    counted_at = models.DateTimeField(_("counted"), default=timezone.now)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = LibraryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("library entry")
        verbose_name_plural = _("library entries")
        constraints = [
            models.UniqueConstraint(fields=["profile", "title"], name="library_entry_once_per_title"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "watching", "paused", "dropped", "completed"]),
                name="library_entry_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(seen_count__lte=F("watch_count")), name="library_entry_seen_was_watched"
            ),
        ]
        indexes = [
            models.Index(
                F("profile"),
                F("state"),
                F("last_watched_at").desc(nulls_last=True),
                F("id").desc(),
                name="library_by_state",
            ),
            models.Index(fields=["profile", "state", "-updated_at", "-id"], name="library_newest_of_state"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id} {self.state}"

    @property
    def look(self) -> str:
        """How its card looks: “seen”, “dropped” or plain."""
        return {self.State.COMPLETED: "seen", self.State.DROPPED: "dropped"}.get(self.State(self.state), "")

    @property
    def in_all(self) -> int:
        """How many regular episodes there are to see, of a series that was begun; else none."""
        return self.title.episode_count if self.seen_count and self.title.is_series else 0

    @property
    def spoken(self) -> str:
        if not self.in_all:
            return ""
        return _("%(seen)s of %(all)s") % {"seen": self.seen_count, "all": self.in_all}


class Rating(models.Model):
    """What a profile gives a title, or a season or an episode of it: 1 to 100, shown in the profile's own scale."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="ratings", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("title"))
    season = models.ForeignKey(
        Season, on_delete=models.PROTECT, null=True, blank=True, related_name="ratings", verbose_name=_("season")
    )
    episode = models.ForeignKey(
        Episode, on_delete=models.PROTECT, null=True, blank=True, related_name="ratings", verbose_name=_("episode")
    )
    value = models.PositiveSmallIntegerField(_("rating"), validators=[MinValueValidator(1), MaxValueValidator(100)])
    created_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "title", "season", "episode"], nulls_distinct=False, name="rating_once_per_thing"
            ),
            models.CheckConstraint(condition=Q(value__range=(1, 100)), name="rating_1_to_100"),
            models.CheckConstraint(condition=Q(season=None) | Q(episode=None), name="rating_of_one_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id} {self.value}"


class LogChangeQuerySet(models.QuerySet["LogChange"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)


class LogChange(models.Model):
    """One change of the log: the rows before and after it, so that it can be taken back exactly.

    `before` and `after` are {"watches": {pk: row or null}, "entry": row or null}; a row maps columns to values.
    """

    class Kind(models.TextChoices):
        CHECK_IN = "check-in", _("Viewing logged")
        EDIT = "edit", _("Viewing changed")
        DELETE = "delete", _("Viewing removed")
        PLAN = "plan", _("Put on the watchlist")
        UNPLAN = "unplan", _("Taken off the watchlist")

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="changes", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("title"))
    key = models.CharField(_("key"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    batch = models.UUIDField(_("batch"), default=uuid.uuid4)
    before = models.JSONField(_("before"), encoder=ExactEncoder)
    after = models.JSONField(_("after"), encoder=ExactEncoder)
    created_at = models.DateTimeField(_("changed"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = LogChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the log")
        verbose_name_plural = _("changes of the log")
        constraints = [models.UniqueConstraint(fields=["profile", "key"], name="log_change_once_per_key")]
        indexes = [
            models.Index(fields=["profile", "title", "id"], name="log_change_of_title"),
            models.Index(fields=["batch"], name="log_change_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.kind} {self.title_id}"
