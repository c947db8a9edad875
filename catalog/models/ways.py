"""Where a title may be watched."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .sources import Source
from .titles import Title


class Service(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    homepage = models.URLField(_("home page"), blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.name


class Availability(models.Model):
    class Kind(models.TextChoices):
        SUBSCRIPTION = "subscription", _("In a subscription")
        FREE = "free", _("Free")
        ADVERTS = "adverts", _("Free with advertisements")
        RENT = "rent", _("To rent")
        BUY = "buy", _("To buy")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="availabilities", verbose_name=_("title")
    )
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="availabilities", verbose_name=_("service")
    )
    region = models.CharField(_("region"), max_length=2, help_text=_("ISO 3166-1, two letters."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    link = models.URLField(_("link"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.STAFF)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        constraints = [
            models.UniqueConstraint(fields=["title", "service", "region", "kind"], name="availability_once_per_kind")
        ]
        indexes = [
            models.Index(fields=["title", "region"], name="availability_in_region"),
            models.Index(fields=["region", "service", "title"], include=["kind"], name="availability_on_services"),
        ]

    def __str__(self) -> str:
        return f"{self.title_id} {self.region} {self.kind}"
