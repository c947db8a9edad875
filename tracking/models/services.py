"""The services a profile has."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalog.models import Service


class ProfileService(models.Model):
    """A service that a profile has; lists can be narrowed to what can be watched there in the profile's region."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="services", verbose_name=_("profile")
    )
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", verbose_name=_("service"))
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("service of a profile")
        verbose_name_plural = _("services of profiles")
        constraints = [models.UniqueConstraint(fields=["profile", "service"], name="profile_service_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.service_id}"
