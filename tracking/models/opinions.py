"""Ratings and notes."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalog.models import Episode, Season, Title


class RatingQuerySet(models.QuerySet["Rating"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)


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

    objects = RatingQuerySet.as_manager()

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


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)


class Note(models.Model):
    """What a profile has to say about a title as a whole; what is said about one viewing stays with the viewing."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="notes", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="notes", verbose_name=_("title"))
    text = models.TextField(_("note"), max_length=20_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(fields=["profile", "title"], name="note_once_per_title"),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id}"
