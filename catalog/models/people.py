"""People, and what they did in which title."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.viewers import Viewer
from catalog import picture_keys
from config.paths import path_to

from .episodes import Episode
from .titles import Title


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """People with at least one credit in a title that the viewer may see."""
        shown = Credit.objects.filter(person=OuterRef("pk"), title__in=Title.objects.visible_to(viewer))
        return self.filter(Exists(shown))


class Person(models.Model):
    REFRESH_EVERY = timedelta(days=14)

    class Gender(models.TextChoices):
        UNKNOWN = "", _("Unknown")
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=220, unique=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, default=Gender.UNKNOWN)
    biography = models.TextField(_("biography"), blank=True)
    born = models.DateField(_("born"), null=True, blank=True)
    died = models.DateField(_("died"), null=True, blank=True)
    country = models.CharField(_("country of birth"), max_length=2, blank=True)
    popularity = models.FloatField(_("popularity"), default=0)
    picture = models.CharField(
        _("picture"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Where the portrait is; empty: drawn."),
    )
    field_sources = models.JSONField(_("field sources"), default=dict, blank=True)
    detailed_at = models.DateTimeField(_("fetched whole"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="person_has_a_name_and_slug"),
            models.CheckConstraint(condition=Q(popularity__gte=0), name="person_popularity_not_negative"),
        ]
        indexes = [models.Index(fields=["name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_to("catalog:person_detail", self.slug)

    @property
    def photo(self) -> picture_keys.Addresses:
        """Of the copies of its `picture`; only where it has one."""
        return picture_keys.addresses(self.pk, self.picture)

    @property
    def portrait_url(self) -> str:
        return path_to("catalog:person_portrait", self.pk, int(self.updated_at.timestamp()))

    def is_stale(self, now: datetime) -> bool:
        return self.detailed_at is None or self.detailed_at < now - self.REFRESH_EVERY


class Credit(models.Model):
    class Role(models.TextChoices):
        ACTOR = "actor", _("Actor")
        CREATOR = "creator", _("Creator")
        DIRECTOR = "director", _("Director")
        WRITER = "writer", _("Writer")
        PRODUCER = "producer", _("Producer")
        COMPOSER = "composer", _("Composer")
        CINEMATOGRAPHER = "cinematographer", _("Cinematographer")
        EDITOR = "editor", _("Editor")
        OTHER = "other", _("Crew")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="credits", verbose_name=_("title")
    )
    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, null=True, blank=True, related_name="credits", verbose_name=_("episode")
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="credits", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=15, choices=Role)
    character = models.CharField(_("character"), max_length=300, blank=True)
    job = models.CharField(_("job"), max_length=100, blank=True, help_text=_("As the source calls it."))
    is_voice = models.BooleanField(_("voice"), default=False)
    is_self = models.BooleanField(_("as themselves"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, default="staff", help_text=_("Who says so."))

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        constraints = [
            models.UniqueConstraint(
                fields=["title", "episode", "person", "role", "character", "job"],
                nulls_distinct=False,
                name="credit_once",
            )
        ]
        indexes = [models.Index(fields=["title", "position", "id"], name="credit_in_order_of_title")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.character}".strip()
