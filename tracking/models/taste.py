"""What viewers of one title also watch, and what a profile might like."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.viewers import Viewer
from catalog.models import Title
from catalog.models.titles import on_cards, suitable, visible

from .library import LibraryEntry
from .opinions import Rating


class AlsoWatchedQuerySet(models.QuerySet["AlsoWatched"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(visible(viewer, "other__"))

    def closest_first(self) -> Self:
        return self.order_by("-likeness", "-pk")


class AlsoWatched(models.Model):
    """Of the `viewers` of `title` so many watched `other` too; only the closest few of each are kept."""

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="also_watched", verbose_name=_("title")
    )
    other = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("other title"))
    together = models.PositiveIntegerField(_("profiles that watched both"))
    viewers = models.PositiveIntegerField(_("profiles that watched the title"))
    likeness = models.FloatField(_("likeness"), help_text=_("0 to 1."))

    objects = AlsoWatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("also watched")
        verbose_name_plural = _("also watched")
        constraints = [
            models.UniqueConstraint(fields=["title", "other"], name="also_watched_once_per_pair"),
            models.CheckConstraint(condition=~Q(title=F("other")), name="also_watched_is_another_title"),
            models.CheckConstraint(condition=Q(together__lte=F("viewers")), name="also_watched_by_some_of_its_viewers"),
        ]
        indexes = [models.Index(fields=["title", "-likeness", "-id"], name="also_watched_closest")]

    def __str__(self) -> str:
        return f"{self.title_id} {self.other_id} {self.together}"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def visible_to(self, viewer: Viewer) -> Self:
        """Neither the title nor what speaks for it is for older people."""
        return self.filter(suitable(viewer, "because__"), visible(viewer, "title__"))

    def unanswered(self) -> Self:
        """Those on which the profile has said nothing since: not watched, planned, rated or dismissed."""
        mine = {"profile": OuterRef("profile"), "title": OuterRef("title")}
        answers = (LibraryEntry.objects.filter(**mine), Rating.objects.filter(**mine), Dismissal.objects.filter(**mine))
        return self.filter(*(~Exists(answer) for answer in answers))

    def for_cards(self) -> Self:
        """Load what a card of them reads, with the name of the title that speaks for each as `because_name`."""
        named = self.annotate(because_name=F("because__name"))
        return named.select_related("title").only("because", "score", *on_cards("title__"))

    def best_first(self) -> Self:
        return self.order_by("-score", "-pk")


class Recommendation(models.Model):
    """A title that a profile has not seen and might like, and the title of its own log that speaks for it most."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="recommendations", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("title"))
    because = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("because of"))
    score = models.FloatField(_("score"))
    computed_at = models.DateTimeField(_("computed"), default=timezone.now)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [models.UniqueConstraint(fields=["profile", "title"], name="recommendation_once_per_title")]
        indexes = [models.Index(fields=["profile", "-score", "-id"], name="recommendation_best_of_profile")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id} {self.score:.2f}"


class Dismissal(models.Model):
    """A title a profile is not interested in: it is not recommended to it again."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="dismissals", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("title"))
    created_at = models.DateTimeField(_("said"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("dismissal")
        verbose_name_plural = _("dismissals")
        constraints = [models.UniqueConstraint(fields=["profile", "title"], name="dismissal_once_per_title")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.title_id}"
