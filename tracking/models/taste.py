"""What viewers of one title also watch, and what a profile might like."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalog.models import Title


class AlsoWatched(models.Model):
    """Of the profiles that watched `title` so many watched `other` too; only the closest few of each are kept."""

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="also_watched", verbose_name=_("title")
    )
    other = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("other title"))
    together = models.PositiveIntegerField(_("profiles that watched both"))
    likeness = models.FloatField(_("likeness"), help_text=_("0 to 1."))

    class Meta:
        verbose_name = _("also watched")
        verbose_name_plural = _("also watched")
        constraints = [
            models.UniqueConstraint(fields=["title", "other"], name="also_watched_once_per_pair"),
            models.CheckConstraint(condition=~Q(title=F("other")), name="also_watched_is_another_title"),
        ]
        indexes = [models.Index(fields=["title", "-likeness", "-id"], name="also_watched_closest")]

    def __str__(self) -> str:
        return f"{self.title_id} {self.other_id} {self.together}"


class Recommendation(models.Model):
    """A title that a profile has not seen and might like, and the title of its own log that speaks for it, if any."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="recommendations", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("title"))
    because = models.ForeignKey(
        Title, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("because of")
    )
    score = models.FloatField(_("score"))
    computed_at = models.DateTimeField(_("computed"), default=timezone.now)

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
