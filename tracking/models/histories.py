"""Histories brought from elsewhere: a file, the works it names, and every row of it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, validate_time_zone
from catalog.models import Episode, Season, Title
from config.paths import path_to

from .watches import Watch


class LogImportQuerySet(models.QuerySet["LogImport"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def standing(self) -> Self:
        """Those whose rows are in the log."""
        return self.filter(state__in=[LogImport.State.APPLYING, LogImport.State.APPLIED])


class LogImport(models.Model):
    """A file of somebody's history: read, matched, looked over, then applied as one batch that can be taken back."""

    class Service(models.TextChoices):
        TVTIME = "tvtime", "TV Time"
        TRAKT = "trakt", "Trakt"
        NETFLIX = "netflix", "Netflix"
        LETTERBOXD = "letterboxd", "Letterboxd"
        IMDB = "imdb", "IMDb"
        TMDB = "tmdb", "TMDB"
        SIMKL = "simkl", "Simkl"
        SERIESGUIDE = "seriesguide", "SeriesGuide"
        YAMTRACK = "yamtrack", "Yamtrack"
        WATCHARR = "watcharr", "Watcharr"
        PRIME = "prime", "Prime Video"
        MARQUEE = "marquee", "Marquee"

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Reading the file")
        ASKING = "asking", _("Waiting for an answer")
        MATCHING = "matching", _("Looking for the titles")
        READY = "ready", _("To be looked over")
        APPLYING = "applying", _("Being added")
        APPLIED = "applied", _("Added")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Could not be read")
        CANCELLED = "cancelled", _("Cancelled")

    WORKING = (State.WAITING, State.READING, State.MATCHING, State.APPLYING, State.UNDOING)

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="imports", verbose_name=_("profile")
    )
    service = models.CharField(_("service"), max_length=12, choices=Service, blank=True)
    file_name = models.CharField(_("file"), max_length=255)
    file = models.FileField(_("stored file"), max_length=255, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64)
    zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Of the times in the file that do not say one."),
    )
    options = models.JSONField(
        _("options"), default=dict, blank=True, help_text=_("What only the viewer could tell, and what was asked.")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    is_cancelling = models.BooleanField(_("to be cancelled"), default=False)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("in all"), null=True, blank=True)
    counts = models.JSONField(
        _("counts"), default=dict, blank=True, help_text=_("Rows by verdict, and by kind within each.")
    )
    error = models.CharField(_("error"), max_length=500, blank=True)
    batch = models.UUIDField(_("batch"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("brought"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    applied_at = models.DateTimeField(_("added"), null=True, blank=True, editable=False)

    objects = LogImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a history")
        verbose_name_plural = _("imports of histories")
        indexes = [
            models.Index(fields=["profile", "-created_at", "-id"], name="log_import_newest_of_profile"),
            models.Index(fields=["state", "updated_at"], name="log_import_at_work"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

    def get_absolute_url(self) -> str:
        return path_to("tracking:history", self.pk)

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING


class ImportWork(models.Model):
    """A series or a film as the file names it, and which title of the catalogue it is: all rows of it follow."""

    class Verdict(models.TextChoices):
        CERTAIN = "certain", _("Certain")
        DOUBTFUL = "doubtful", _("To be decided")
        UNKNOWN = "unknown", _("Not in the catalogue")
        CHOSEN = "chosen", _("Chosen by hand")
        LEFT_OUT = "left-out", _("Left out")

    log_import = models.ForeignKey(
        LogImport, on_delete=models.CASCADE, db_index=False, related_name="works", verbose_name=_("import")
    )
    key = models.CharField(_("key"), max_length=64, help_text=_("The same for the same name and ids."))
    kind = models.CharField(
        _("kind"), max_length=6, choices=Title.Kind, blank=True, help_text=_("Empty where the file does not tell.")
    )
    name = models.CharField(_("name"), max_length=500)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    ids = models.JSONField(_("ids"), default=dict, blank=True, help_text=_("By source, such as {“tvdb”: “81189”}."))
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, default=Verdict.UNKNOWN)
    title = models.ForeignKey(
        Title, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("title")
    )
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True, help_text=_("0 to 100."))
    candidates = models.JSONField(
        _("candidates"), default=list, blank=True, help_text=_("[{title, score, reasons}], the best first.")
    )
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    asked_at = models.DateTimeField(_("sources asked"), null=True, blank=True)

    class Meta:
        verbose_name = _("work in an import")
        verbose_name_plural = _("works in imports")
        constraints = [
            models.UniqueConstraint(fields=["log_import", "key"], name="import_work_once_per_import"),
            models.CheckConstraint(condition=Q(kind__in=["series", "movie", ""]), name="import_work_kind_is_known"),
        ]
        indexes = [
            models.Index(fields=["log_import", "verdict", "-row_count", "id"], name="import_work_by_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name


class ImportRow(models.Model):
    """One row of the file, kept whole, with what became of it."""

    class Kind(models.TextChoices):
        WATCH = "watch", _("Viewing")
        STATE = "state", _("State")
        RATING = "rating", _("Rating")
        NOTE = "note", _("Note")
        ITEM = "item", _("Item of a list")
        HIDE = "hide", _("Hidden")
        DISMISSAL = "dismissal", _("Not interested")
        POSITION = "position", _("Position")
        LIST = "list", _("List")
        SERVICE = "service", _("Service")
        SETTINGS = "settings", _("Settings")

    class Verdict(models.TextChoices):
        ADDED = "added", _("To be added")
        PRESENT = "present", _("There already")
        DOUBTFUL = "doubtful", _("To be decided")
        UNKNOWN = "unknown", _("Not recognised")
        REFUSED = "refused", _("Refused")

    OF_NO_WORK = (Kind.LIST, Kind.SERVICE, Kind.SETTINGS)
    """What a row may say of the profile itself."""

    log_import = models.ForeignKey(
        LogImport, on_delete=models.CASCADE, db_index=False, related_name="rows", verbose_name=_("import")
    )
    work = models.ForeignKey(
        ImportWork, on_delete=models.CASCADE, null=True, blank=True, related_name="rows", verbose_name=_("work")
    )
    file = models.CharField(_("file"), max_length=255)
    line = models.PositiveIntegerField(_("line"), help_text=_("Or the number of the item; counted from one."))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, blank=True)
    key = models.CharField(_("key"), max_length=64, blank=True, help_text=_("The same in every file of the service."))
    season_number = models.PositiveIntegerField(_("season"), null=True, blank=True)
    episode_number = models.PositiveIntegerField(_("episode"), null=True, blank=True)
    episode_name = models.CharField(_("name of the episode"), max_length=500, blank=True)
    episode_ids = models.JSONField(_("ids of the episode"), default=dict, blank=True)
    is_of_part = models.BooleanField(_("of a season or an episode"), default=False)
    precision = models.CharField(_("how sure"), max_length=7, choices=Watch.Precision, blank=True)
    watched_at = models.DateTimeField(_("watched at"), null=True, blank=True)
    watched_on = models.DateField(_("watched on"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    says = models.JSONField(_("what it says"), default=dict, blank=True)
    raw = models.JSONField(_("as in the file"), default=dict, blank=True)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    season = models.ForeignKey(
        Season, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("season")
    )
    episode = models.ForeignKey(
        Episode, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("episode")
    )
    is_chosen = models.BooleanField(_("chosen by hand"), default=False)
    is_applied = models.BooleanField(_("in the log"), default=False)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="refused")
                | ((Q(work__isnull=False) | Q(kind__in=["list", "service", "settings"])) & ~Q(kind="") & ~Q(key="")),
                name="import_row_is_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["log_import", "verdict", "id"], name="import_row_by_verdict"),
            models.Index(fields=["log_import", "file", "line", "id"], name="import_row_in_order"),
            models.Index(fields=["key", "log_import"], name="import_row_known", condition=Q(is_applied=True)),
        ]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def title_id(self) -> int:
        """Of the title that its work is; only for rows whose work is known."""
        if self.work is None or self.work.title_id is None:
            raise ValueError(f"{self} is of no title.")
        return self.work.title_id
