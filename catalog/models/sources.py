"""What outside sources said, under which ids, and how their words map onto ours."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .episodes import Episode, Season
from .people import Person
from .titles import Genre, Title


class Source(models.TextChoices):
    TVMAZE = "tvmaze", "TVmaze"
    TVDB = "tvdb", "TheTVDB"
    TMDB = "tmdb", "TMDB"
    IMDB = "imdb", "IMDb"
    TVRAGE = "tvrage", "TVRage"
    WIKIDATA = "wikidata", "Wikidata"
    STAFF = "staff", _("Staff")
    DEMO = "demo", _("Demonstration")


class Subject(models.TextChoices):
    """What an outside id or answer is about."""

    SERIES = "series", _("Series")
    MOVIE = "movie", _("Film")
    SEASON = "season", _("Season")
    EPISODE = "episode", _("Episode")
    PERSON = "person", _("Person")


class SourceRecord(models.Model):
    """The whole answer of a source about one thing, and how the last try to fetch it went."""

    class State(models.TextChoices):
        INDEXED = "indexed", _("In the index")
        FETCHED = "fetched", _("Fetched whole")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Gone at the source")

    source = models.CharField(_("source"), max_length=10, choices=Source)
    kind = models.CharField(_("kind"), max_length=7, choices=Subject)
    external_id = models.CharField(_("id at the source"), max_length=64)
    data = models.JSONField(_("answer"), default=dict)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.INDEXED)
    fetched_at = models.DateTimeField(_("fetched"))
    source_updated_at = models.DateTimeField(_("changed at the source"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    error_count = models.PositiveIntegerField(_("failures in a row"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)

    class Meta:
        verbose_name = _("source record")
        verbose_name_plural = _("source records")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "external_id"], name="source_record_once_per_id")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="source_record_due_for_retry",
                condition=Q(state="failed"),
            ),
            models.Index(
                fields=["state", "id"], name="source_record_not_well", condition=Q(state__in=["failed", "gone"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.external_id}"


_TARGETS = ("title", "season", "episode", "person")


def _exactly_one_target() -> Q:
    one = Q()
    for target in _TARGETS:
        one |= Q(**{f"{name}__isnull": name != target for name in _TARGETS})
    return one


class ExternalIdQuerySet(models.QuerySet["ExternalId"]):
    def living(self) -> Self:
        """Those that their sources still know, as far as we heard."""
        return self.filter(~Exists(self._records().filter(state=SourceRecord.State.GONE)))

    def answered(self) -> Self:
        """Those that are not only hearsay of another source."""
        return self.filter(Exists(self._records()))

    def _records(self) -> models.QuerySet[SourceRecord]:
        return SourceRecord.objects.filter(
            source=OuterRef("source"), kind=OuterRef("kind"), external_id=OuterRef("value")
        )


class ExternalId(models.Model):
    """The name by which a source knows a title, season, episode or person."""

    source = models.CharField(_("source"), max_length=10, choices=Source)
    kind = models.CharField(_("kind"), max_length=7, choices=Subject)
    value = models.CharField(_("id"), max_length=64)
    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, null=True, blank=True, related_name="external_ids", db_index=False
    )
    season = models.ForeignKey(
        Season, on_delete=models.CASCADE, null=True, blank=True, related_name="external_ids", db_index=False
    )
    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, null=True, blank=True, related_name="external_ids", db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="external_ids", db_index=False
    )

    objects = ExternalIdQuerySet.as_manager()

    class Meta:
        verbose_name = _("outside id")
        verbose_name_plural = _("outside ids")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "value"], name="external_id_once_per_source_and_kind"),
            models.CheckConstraint(condition=_exactly_one_target(), name="external_id_of_one_thing"),
        ]
        indexes = [
            models.Index(fields=[target], name=f"external_id_of_{target}", condition=Q(**{f"{target}__isnull": False}))
            for target in _TARGETS
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.value}"


class GenreLabel(models.Model):
    """A source's word for a genre and the genre of ours that it means; none: not a genre to us."""

    source = models.CharField(_("source"), max_length=10, choices=Source)
    label = models.CharField(_("label"), max_length=60)
    genre = models.ForeignKey(
        Genre, on_delete=models.CASCADE, null=True, blank=True, related_name="labels", verbose_name=_("genre")
    )

    class Meta:
        verbose_name = _("genre label")
        verbose_name_plural = _("genre labels")
        constraints = [models.UniqueConstraint(fields=["source", "label"], name="genre_label_once_per_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.label}"
