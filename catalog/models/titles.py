"""Series and movies, and what hangs directly on them."""

from datetime import datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.viewers import Viewer
from catalog import picture_keys
from config.paths import path_to


class Genre(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("genre")
        verbose_name_plural = _("genres")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_to("catalog:genre_detail", self.slug)


class Network(models.Model):
    """A broadcaster or a streaming service that first shows series; its time zone dates their episodes."""

    class Kind(models.TextChoices):
        BROADCAST = "broadcast", _("Broadcaster")
        WEB = "web", _("Streaming")

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=220, unique=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.BROADCAST)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1, two letters."))
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "country"], name="network_once_by_kind_name_country")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_to("catalog:network_detail", self.slug)


ON_CARDS = ("kind", "name", "slug", "year", "byline", "episode_count", "picture", "updated_at")


def on_cards(of: str = "") -> list[str]:
    """The fields that components/title_card.html and those like it read; `of` leads to the title: “title__”."""
    return [of + name for name in ON_CARDS]


def suitable(viewer: Viewer, of: str = "") -> Q:
    """Of titles the viewer is old enough for, those without a known age only for whoever may; `of` leads to the title
    from what is filtered: “title__”."""
    allowed = Q((f"{of}min_age__lte", viewer.highest_age))
    return allowed | Q((f"{of}min_age", None)) if viewer.sees_unrated else allowed


def visible(viewer: Viewer, of: str = "") -> Q:
    """Of titles that are in the catalogue and suitable."""
    return Q((f"{of}is_published", True), (f"{of}merged_into", None), suitable(viewer, of))


class TitleQuerySet(models.QuerySet["Title"]):
    def published(self) -> Self:
        return self.filter(is_published=True, merged_into=None)

    def suitable_for(self, viewer: Viewer) -> Self:
        return self.filter(suitable(viewer))

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(visible(viewer))

    def movies(self) -> Self:
        return self.filter(kind=Title.Kind.MOVIE)

    def series(self) -> Self:
        return self.filter(kind=Title.Kind.SERIES)

    def best_known(self) -> Self:
        return self.order_by("-popularity", "-pk")

    def for_cards(self) -> Self:
        """Load what a card reads."""
        return self.only(*on_cards())

    def due_for_refresh(self, now: datetime) -> Self:
        """Wanted by viewers first; then never fetched, then the longest neglected."""
        stale = Q(detailed_at=None) | Q(detailed_at__lt=now - Title.REFRESH_EVERY)
        wanted, fetched = F("wanted_at").desc(nulls_last=True), F("detailed_at").asc(nulls_first=True)
        return self.filter(stale, merged_into=None).order_by(wanted, fetched, "pk")


class Title(models.Model):
    """A series or a movie."""

    REFRESH_EVERY = timedelta(days=7)

    class Kind(models.TextChoices):
        SERIES = "series", _("Series")
        MOVIE = "movie", _("Film")

    class Order(models.TextChoices):
        """How the episodes of a series are numbered where a source knows several ways."""

        AIRED = "aired", _("As broadcast")
        DVD = "dvd", _("As on disc")
        ABSOLUTE = "absolute", _("Counted through")

    class Status(models.TextChoices):
        UNKNOWN = "", _("Unknown")
        PLANNED = "planned", _("In development")
        RUNNING = "running", _("Running")
        UNDECIDED = "undecided", _("To be determined")
        ENDED = "ended", _("Ended")
        RELEASED = "released", _("Released")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    name = models.CharField(_("name"), max_length=300)
    slug = models.SlugField(_("slug"), max_length=330)
    sort_name = models.CharField(_("sort name"), max_length=300, help_text=_("In lower case, without its article."))
    original_name = models.CharField(_("original name"), max_length=300, blank=True)
    overview = models.TextField(_("overview"), blank=True)
    byline = models.CharField(
        _("byline"), max_length=200, blank=True, help_text=_("The director of a film, the network of a series.")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    premiered = models.DateField(_("premiered"), null=True, blank=True)
    ended = models.DateField(_("ended"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, blank=True, default=Status.UNKNOWN)
    runtime = models.PositiveSmallIntegerField(_("running time"), null=True, blank=True, help_text=_("In minutes."))
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("ISO 639-1."))
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1, two letters."))
    network = models.ForeignKey(
        Network,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="titles",
        verbose_name=_("network"),
    )
    genres = models.ManyToManyField(Genre, related_name="titles", blank=True, verbose_name=_("genres"))
    popularity = models.FloatField(_("popularity"), default=0)
    source_rating = models.DecimalField(
        _("rating at the source"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    rating_sum = models.PositiveBigIntegerField(_("sum of the viewers’ ratings"), default=0, editable=False)
    rating_count = models.PositiveIntegerField(_("number of the viewers’ ratings"), default=0, editable=False)
    min_age = models.PositiveSmallIntegerField(
        _("lowest age"), null=True, blank=True, help_text=_("In years; empty when unknown.")
    )
    episode_order = models.CharField(_("order of episodes"), max_length=8, choices=Order, default=Order.AIRED)
    picture = models.CharField(
        _("picture"), max_length=64, blank=True, editable=False, help_text=_("Where the poster is kept; empty: drawn.")
    )
    episode_count = models.PositiveIntegerField(_("regular episodes"), default=0, editable=False)
    is_published = models.BooleanField(_("published"), default=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name=_("merged into"),
    )
    field_sources = models.JSONField(
        _("field sources"), default=dict, blank=True, help_text=_("Where each field came from; “staff” locks it.")
    )
    indexed_at = models.DateTimeField(_("indexed"), null=True, blank=True, editable=False)
    detailed_at = models.DateTimeField(_("fetched whole"), null=True, blank=True, editable=False)
    episodes_changed_at = models.DateTimeField(_("episodes changed"), null=True, blank=True, editable=False)
    wanted_at = models.DateTimeField(_("wanted by viewers"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = _("title")
        verbose_name_plural = _("titles")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="title_slug_once_per_kind"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="title_has_a_name_and_slug"),
            models.CheckConstraint(condition=Q(kind__in=["series", "movie"]), name="title_kind_is_known"),
            models.CheckConstraint(condition=Q(popularity__gte=0), name="title_popularity_not_negative"),
            models.CheckConstraint(
                condition=Q(source_rating=None) | Q(source_rating__range=(0, 10)), name="title_source_rating_0_to_10"
            ),
            models.CheckConstraint(condition=Q(min_age=None) | Q(min_age__lte=21), name="title_min_age_in_years"),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="title_not_merged_into_itself"),
        ]
        indexes = [
            models.Index(fields=["-popularity", "-id"], name="title_best_known"),
            models.Index(fields=["kind", "-popularity", "-id"], name="title_browse_by_popularity"),
            models.Index(fields=["kind", "sort_name", "id"], name="title_browse_by_name"),
            models.Index(
                F("kind"), F("premiered").desc(nulls_last=True), F("id").desc(), name="title_browse_by_premiere"
            ),
            models.Index(
                F("kind"), F("source_rating").desc(nulls_last=True), F("id").desc(), name="title_browse_by_rating"
            ),
            models.Index(fields=["kind", "year", "-popularity"], name="title_browse_one_year"),
            models.Index(fields=["kind", "language", "-popularity"], name="title_browse_one_language"),
            models.Index(fields=["kind", "status", "-popularity", "-id"], name="title_browse_one_status"),
            models.Index(fields=["network", "-popularity", "-id"], name="title_browse_one_network"),
            models.Index(
                F("wanted_at").desc(nulls_last=True),
                F("detailed_at").asc(nulls_first=True),
                F("id"),
                name="title_due_for_refresh",
            ),
            models.Index(fields=["merged_into"], name="title_merged", condition=Q(merged_into__isnull=False)),
            models.Index(
                fields=["episodes_changed_at"],
                name="title_episodes_changed",
                condition=Q(episodes_changed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name

    def get_absolute_url(self) -> str:
        return path_to(f"catalog:{self.kind}_detail", self.slug)

    @property
    def is_series(self) -> bool:
        return self.kind == self.Kind.SERIES

    @property
    def viewers_rating(self) -> float | None:
        """What the viewers here give it on average, 0.1 to 10; None without any."""
        return round(self.rating_sum / self.rating_count / 10, 1) if self.rating_count else None

    @property
    def photo(self) -> picture_keys.Addresses:
        """Of the copies of its `picture`; only where it has one."""
        return picture_keys.addresses(self.pk, self.picture)

    @property
    def poster_url(self) -> str:
        return path_to("catalog:title_poster", self.pk, int(self.updated_at.timestamp()))

    def is_stale(self, now: datetime) -> bool:
        return self.detailed_at is None or self.detailed_at < now - self.REFRESH_EVERY

    def is_locked(self, field: str) -> bool:
        """Whether staff wrote this field, so that no refresh may."""
        return self.field_sources.get(field) == "staff"


class Alias(models.Model):
    """Another name by which a title is looked for."""

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="aliases", verbose_name=_("title")
    )
    name = models.CharField(_("name"), max_length=300)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    source = models.CharField(_("source"), max_length=10)

    class Meta:
        verbose_name = _("alternative name")
        verbose_name_plural = _("alternative names")
        constraints = [
            models.UniqueConstraint(fields=["title", "name", "country"], name="alias_once_per_title_and_country")
        ]

    def __str__(self) -> str:
        return self.name


class Translation(models.Model):
    """A name and an overview in another language, of a title or an episode."""

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, null=True, blank=True, related_name="translations", verbose_name=_("title")
    )
    episode = models.ForeignKey(
        "catalog.Episode",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("episode"),
    )
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("name"), max_length=300, blank=True)
    overview = models.TextField(_("overview"), blank=True)
    source = models.CharField(_("source"), max_length=10)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.CheckConstraint(
                condition=Q(title=None, episode__isnull=False) | Q(title__isnull=False, episode=None),
                name="translation_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["title", "episode", "language"], nulls_distinct=False, name="translation_once_per_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class Certification(models.Model):
    """The age label a country's board gave a title."""

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="certifications", verbose_name=_("title")
    )
    country = models.CharField(_("country"), max_length=2)
    label = models.CharField(_("label"), max_length=20)
    min_age = models.PositiveSmallIntegerField(_("lowest age"), help_text=_("In years."))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(fields=["title", "country", "label"], name="certification_once_per_label"),
            models.CheckConstraint(condition=Q(min_age__lte=21), name="certification_min_age_in_years"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.label}"


class SlugHistory(models.Model):
    """An address a title or person once had: it is never given to another and leads to the present one."""

    kind = models.CharField(_("kind"), max_length=6)
    slug = models.SlugField(_("slug"), max_length=330)
    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, null=True, blank=True, related_name="old_slugs", verbose_name=_("title")
    )
    person = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="old_slugs",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="old_slug_once_per_kind"),
            models.CheckConstraint(
                condition=Q(title=None, person__isnull=False) | Q(title__isnull=False, person=None),
                name="old_slug_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"


class TitleChange(models.Model):
    """Something that happened to a title, in words, for its page and its followers."""

    class Kind(models.TextChoices):
        STATUS = "status", _("Status")
        SEASON = "season", _("New season")
        EPISODE = "episode", _("New episode")
        DATE = "date", _("Moved date")
        CAST = "cast", _("New in the cast")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="changes", verbose_name=_("title")
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    text = models.CharField(_("text"), max_length=300)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    created_at = models.DateTimeField(_("noticed"), default=timezone.now)

    class Meta:
        verbose_name = _("change of a title")
        verbose_name_plural = _("changes of titles")
        indexes = [models.Index(fields=["title", "-created_at", "-id"], name="change_newest_of_title")]

    def __str__(self) -> str:
        return self.text
