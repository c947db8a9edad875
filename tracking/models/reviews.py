"""A year in review as a picture."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile


class YearPicture(models.Model):
    """The picture of a profile's year, drawn by a job; drawn anew when the facts it was drawn from have changed."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="year_pictures", verbose_name=_("profile")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    digest = models.CharField(_("digest of its facts"), max_length=64)
    file = models.FileField(_("picture"), max_length=255)
    drawn_at = models.DateTimeField(_("drawn"), default=timezone.now)

    class Meta:
        verbose_name = _("picture of a year")
        verbose_name_plural = _("pictures of years")
        constraints = [models.UniqueConstraint(fields=["profile", "year"], name="year_picture_once_per_year")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.year}"
