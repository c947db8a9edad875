"""Seasons, episodes and the other orders in which they are numbered."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Deferrable, F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.viewers import Viewer
from catalog import picture_keys
from config.paths import path_to

from .search import folded
from .titles import Title, visible


class Season(models.Model):
    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="seasons", verbose_name=_("title")
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("May be a year."))
    name = models.CharField(_("name"), max_length=300, blank=True)
    overview = models.TextField(_("overview"), blank=True)
    premiered = models.DateField(_("premiered"), null=True, blank=True)
    ended = models.DateField(_("ended"), null=True, blank=True)
    field_sources = models.JSONField(
        _("field sources"), default=dict, blank=True, help_text=_("Where each field came from; “staff” locks it.")
    )

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        constraints = [models.UniqueConstraint(fields=["title", "number"], name="season_number_once_per_title")]

    def __str__(self) -> str:
        return _("Season %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return path_to("catalog:season_detail", self.title.slug, self.number)


def rough_day() -> Coalesce:
    """The day on which an episode airs, in UTC where its moment is known: a day at most from that of any zone."""
    return Coalesce(TruncDate("airs_at", tzinfo=UTC), F("air_date"))


def begin(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day; where the clocks skip midnight it is the moment at which they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


ON_LINES = (
    *("title", "season__number", "number", "kind", "name"),
    *("air_date", "airs_at", "runtime", "picture", "updated_at"),
)


def on_lines(of: str = "") -> list[str]:
    """The fields that a line about an episode reads; `of` leads to the episode: “episode__”."""
    return [of + name for name in ON_LINES]


def aired(now: datetime, of: str = "") -> Q:
    """Of episodes already shown: by the exact moment where it is known, else from the start of its day in UTC.

    `of` leads to the episode from what is filtered: “next_episode__”.
    An undated episode was shown if its series has ended, and is taken as still to come otherwise.
    """
    moment, day = f"{of}airs_at", f"{of}air_date"
    undated = Q((moment, None), (day, None), (f"{of}title__status", Title.Status.ENDED))
    return Q((f"{moment}__lte", now)) | Q((moment, None), (f"{day}__lte", now.date())) | undated


class EpisodeQuerySet(models.QuerySet["Episode"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(visible(viewer, "title__"))

    def listed(self) -> Self:
        """Those the source still names."""
        return self.filter(withdrawn_at=None, merged_into=None)

    def regular(self) -> Self:
        return self.listed().filter(kind=Episode.Kind.REGULAR)

    def aired(self, now: datetime) -> Self:
        return self.filter(aired(now))

    def airing_between(self, first: date, last: date, zone: ZoneInfo) -> Self:
        """On these days, `last` included, each with its `day`: the day of its moment in `zone`, else its broadcast
        date, which is the same everywhere."""
        moments = Q(airs_at__gte=begin(first, zone), airs_at__lt=begin(last + timedelta(days=1), zone))
        dates = Q(airs_at=None, air_date__range=(first, last))
        near = self.alias(rough_day=rough_day()).filter(
            rough_day__range=(first - timedelta(days=1), last + timedelta(days=1))
        )
        return near.filter(moments | dates).annotate(day=Coalesce(TruncDate("airs_at", tzinfo=zone), F("air_date")))

    def in_order(self) -> Self:
        """As they are numbered; what has no number follows its season by date."""
        return self.order_by(
            "season__number", F("number").asc(nulls_last=True), F("air_date").asc(nulls_last=True), "pk"
        )


class Episode(models.Model):
    """One episode; what it is remains the same when its number or its name change, see `ExternalId`."""

    class Kind(models.TextChoices):
        REGULAR = "regular", _("Episode")
        SPECIAL = "special", _("Special")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="episodes", verbose_name=_("title")
    )
    season = models.ForeignKey(Season, on_delete=models.RESTRICT, related_name="episodes", verbose_name=_("season"))
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, help_text=_("Specials may have none."))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.REGULAR)
    name = models.CharField(_("name"), max_length=300, blank=True)
    overview = models.TextField(_("overview"), blank=True)
    air_date = models.DateField(
        _("broadcast date"),
        null=True,
        blank=True,
        help_text=_("As the broadcaster says it: a show after midnight belongs to the day before."),
    )
    airs_at = models.DateTimeField(_("airs at"), null=True, blank=True)
    runtime = models.PositiveSmallIntegerField(_("running time"), null=True, blank=True, help_text=_("In minutes."))
    source_rating = models.DecimalField(
        _("rating at the source"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn"), null=True, blank=True, help_text=_("Since when its source no longer names it.")
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name=_("merged into"),
    )
    picture = models.CharField(
        _("picture"), max_length=64, blank=True, editable=False, help_text=_("Where the still is kept; empty: drawn.")
    )
    field_sources = models.JSONField(
        _("field sources"),
        default=dict,
        blank=True,
        help_text=_("Where each field came from; “*” is all that are not named; “staff” locks a field."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    moved_from: date | None = None
    """The day on which it would have been shown; only from `moves.tell`."""

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        constraints = [
            models.UniqueConstraint(
                fields=["title", "season", "number"],
                name="episode_number_once_per_season",
                deferrable=Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(source_rating=None) | Q(source_rating__range=(0, 10)), name="episode_source_rating_0_to_10"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(number=None), name="episode_withdrawn_gives_up_its_number"
            ),
        ]
        indexes = [
            models.Index(fields=["air_date", "title"], name="episode_by_broadcast_date"),
            models.Index(F("title"), rough_day(), name="episode_of_title_by_rough_day"),
            models.Index(fields=["merged_into"], name="episode_merged", condition=Q(merged_into__isnull=False)),
            models.Index(folded("name"), name="episode_by_searched_name", condition=Q(withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Untitled"))

    def get_absolute_url(self) -> str:
        return path_to("catalog:episode_detail", self.pk)

    @property
    def code(self) -> str:
        """“S1 E2”, or “S1 special” for what has no number; reads the season."""
        if self.number is None:
            return _("S%(season)s special") % {"season": self.season.number}
        return _("S%(season)s E%(number)s") % {"season": self.season.number, "number": self.number}

    @property
    def photo(self) -> picture_keys.Addresses:
        """Of the copies of its `picture`; only where it has one."""
        return picture_keys.addresses(self.pk, self.picture)

    @property
    def still_url(self) -> str:
        return path_to("catalog:episode_still", self.pk, int(self.updated_at.timestamp()))

    @property
    def is_special(self) -> bool:
        return self.kind == self.Kind.SPECIAL

    def has_aired(self, now: datetime) -> bool:
        """The same rule as `EpisodeQuerySet.aired`; may read the title."""
        if self.airs_at:
            return self.airs_at <= now
        if self.air_date:
            return self.air_date <= now.date()
        return self.title.status == Title.Status.ENDED


class EpisodeNumber(models.Model):
    """The place of an episode in another order than the one its series follows."""

    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, db_index=False, related_name="numbers", verbose_name=_("episode")
    )
    order = models.CharField(_("order"), max_length=8, choices=Title.Order)
    season_number = models.PositiveIntegerField(_("season"), null=True, blank=True)
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("other number")
        verbose_name_plural = _("other numbers")
        constraints = [models.UniqueConstraint(fields=["episode", "order"], name="episode_number_once_per_order")]

    def __str__(self) -> str:
        return f"{self.order} {self.season_number}/{self.number}"
