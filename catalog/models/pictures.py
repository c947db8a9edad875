"""Pictures that sources offer, and whether we keep a copy."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .episodes import Episode
from .people import Person
from .sources import Source
from .titles import Title

PICTURED = ("title", "episode", "person")


def _exactly_one() -> Q:
    one = Q()
    for target in PICTURED:
        one |= Q(**{f"{name}__isnull": name != target for name in PICTURED})
    return one


class PictureQuerySet(models.QuerySet["Picture"]):
    def due(self, now: datetime) -> Self:
        """Those to fetch: asked for, and not put off after a failure."""
        wanted = Q(state=Picture.State.WANTED) | Q(state=Picture.State.FAILED, next_try_at__lte=now)
        return self.filter(wanted).order_by(F("next_try_at").asc(nulls_first=True), "pk")

    def askable(self, now: datetime) -> Self:
        """Those that may be fetched if somebody wants to see them."""
        offered = Q(state__in=[Picture.State.OFFERED, Picture.State.WANTED])
        return self.filter(offered | Q(state=Picture.State.FAILED, next_try_at__lte=now))


class Picture(models.Model):
    """The picture of one thing as one source offers it. What is shown is the `picture` of the thing itself: the key of
    the best one stored."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        WANTED = "wanted", _("To be fetched")
        STORED = "stored", _("Stored")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures", db_index=False
    )
    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures", db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures", db_index=False
    )
    source = models.CharField(_("source"), max_length=10, choices=Source)
    url = models.URLField(_("address at the source"), max_length=500)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OFFERED)
    key = models.CharField(_("key"), max_length=64, blank=True, help_text=_("Where our copies are kept."))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True, help_text=_("Of the original, in pixels."))
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    error_count = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="picture_of_one_thing"),
            models.CheckConstraint(condition=~Q(state="stored") | ~Q(key=""), name="picture_stored_has_a_key"),
            *(
                models.UniqueConstraint(
                    fields=[target, "source"],
                    name=f"picture_once_per_{target}_and_source",
                    condition=Q(**{f"{target}__isnull": False}),
                )
                for target in PICTURED
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="picture_due", condition=Q(state__in=["wanted", "failed"]))
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def thing(self) -> str:
        """What it is of: “title”, “episode” or “person”."""
        return next(name for name in PICTURED if getattr(self, f"{name}_id") is not None)

    @property
    def thing_id(self) -> int:
        pk: int = getattr(self, f"{self.thing}_id")
        return pk
