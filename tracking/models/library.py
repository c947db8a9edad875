"""What a profile thinks of a title, and how far it is."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.viewers import Viewer
from catalog.models import Episode, Title
from catalog.models.episodes import aired, on_lines
from catalog.models.titles import on_cards, visible

ON_CARDS = ("title", "state", "run", "watch_count", "seen_count", "last_watched_at", "next_episode", "updated_at")


class LibraryEntryQuerySet(models.QuerySet["LibraryEntry"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(visible(viewer, "title__"))

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def for_cards(self) -> Self:
        """Load what a card of the library reads."""
        return self.select_related("title").only(*ON_CARDS, *on_cards("title__"))

    def for_slips(self) -> Self:
        """Load what a slip of *up next* reads."""
        episode = on_lines("next_episode__")
        return self.select_related("title", "next_episode__season").only(*ON_CARDS, *on_cards("title__"), *episode)

    def hidden(self) -> Self:
        """Those that *up next* leaves out."""
        return self.filter(hidden_at__isnull=False)

    def followed(self) -> Self:
        """Those of which the calendar tells: what was dropped or hidden is left out."""
        return self.filter(hidden_at=None).exclude(state=LibraryEntry.State.DROPPED)

    def count_by_state(self) -> dict[str, int]:
        """How many are in each state, and how many of all are “hidden”."""
        counted = self.order_by().values_list("state").annotate(models.Count("pk"), models.Count("hidden_at"))
        rows = {state: (count, hidden) for state, count, hidden in counted}
        counts = {state: rows.get(state, (0, 0))[0] for state in LibraryEntry.State.values}
        return counts | {"hidden": sum(hidden for _count, hidden in rows.values())}

    def in_progress(self) -> Self:
        """Series that lead on to an episode."""
        return self.filter(state=LibraryEntry.State.WATCHING, next_episode__isnull=False, hidden_at=None)

    def up_next(self, now: datetime) -> Self:
        """Series in progress whose next episode was shown already; the newest activity first."""
        shown = self.in_progress().filter(aired(now, "next_episode__"))
        return shown.order_by(F("last_watched_at").desc(nulls_last=True), "-pk")

    def awaited(self, now: datetime) -> Self:
        """Series in progress whose next episode is still to come; the nearest day first, then those without a day."""
        day = F("next_episode__air_date").asc(nulls_last=True)
        return self.in_progress().exclude(aired(now, "next_episode__")).order_by(day, "pk")

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
    is_said = models.BooleanField(
        _("said by the viewer"), default=False, help_text=_("The state holds until something new is watched.")
    )
    run = models.PositiveSmallIntegerField(_("run"), default=1)
    watch_count = models.PositiveIntegerField(_("viewings"), default=0)
    seen_count = models.PositiveIntegerField(
        _("seen"), default=0, help_text=_("Regular episodes seen in this run; one for a film.")
    )
    last_watched_at = models.DateTimeField(_("last watched"), null=True, blank=True)
    next_episode = models.ForeignKey(
        Episode, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("next episode")
    )
    hidden_at = models.DateTimeField(
        _("hidden from up next"), null=True, blank=True, help_text=_("Without being dropped.")
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
        """How many regular episodes there are to see, of a series that was begun, in whatever run; else none."""
        is_begun = self.title.is_series and (self.seen_count > 0 or self.run > 1)
        return self.title.episode_count if is_begun else 0

    @property
    def spoken(self) -> str:
        if not self.in_all:
            return ""
        counts = {"seen": self.seen_count, "all": self.in_all, "run": self.run}
        return (_("%(seen)s of %(all)s, time %(run)s") if self.run > 1 else _("%(seen)s of %(all)s")) % counts
