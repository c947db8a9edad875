"""Lists that a profile makes for itself or for others to read."""

import uuid
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.viewers import Viewer
from catalog.models import Episode, Title
from catalog.models.episodes import on_lines
from catalog.models.titles import on_cards, visible
from config.paths import path_to


class ListQuerySet(models.QuerySet["List"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile, removed_at=None)

    def readable_by(self, profile: Profile | None) -> Self:
        """One's own, and what others made public."""
        readable = Q(is_public=True) | Q(profile=profile) if profile else Q(is_public=True)
        return self.filter(readable, removed_at=None)

    def with_picture(self, viewer: Viewer) -> Self:
        """Adds `first_titles`, the ids of those in its picture, and `item_count`; of what the viewer may see."""
        items = ListItem.objects.filter(list=OuterRef("pk")).visible_to(viewer)
        count = items.order_by().values("list").annotate(count=Count("pk")).values("count")
        return self.annotate(
            first_titles=ArraySubquery(items.in_order().values("title")[: List.IN_ITS_PICTURE]),
            item_count=Coalesce(Subquery(count), 0),
        )


class List(models.Model):
    """Titles and episodes in an order of somebody's choosing. A removed one stays a while, so that it can come back."""

    IN_ITS_PICTURE = 4

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="lists", verbose_name=_("profile")
    )
    name = models.CharField(_("name"), max_length=200)
    address = models.UUIDField(_("address"), default=uuid.uuid4, unique=True, editable=False)
    description = models.TextField(_("description"), blank=True, max_length=20_000)
    is_public = models.BooleanField(_("public"), default=False, help_text=_("Whoever knows its address may read it."))
    is_numbered = models.BooleanField(_("numbered"), default=False)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    first_titles: list[int]
    item_count: int
    """Both only from `with_picture`."""

    objects = ListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="list_has_a_name"),
            models.UniqueConstraint(
                fields=["profile", "name"], condition=Q(removed_at=None), name="list_name_once_per_profile"
            ),
        ]
        indexes = [
            models.Index(
                fields=["profile", "-updated_at", "-id"], name="list_of_profile", condition=Q(removed_at=None)
            ),
            models.Index(fields=["removed_at"], name="list_removed", condition=Q(removed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_to("tracking:list_detail", self.address)


class ListItemQuerySet(models.QuerySet["ListItem"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(visible(viewer, "title__"))

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def for_cards(self) -> Self:
        """Load what a line of a list reads."""
        own = ("list", "position", "note")
        return self.select_related("title", "episode__season").only(*own, *on_cards("title__"), *on_lines("episode__"))


class ListItem(models.Model):
    """A title, or an episode of it, on a list. Positions have gaps; equal ones are told apart by their age."""

    list = models.ForeignKey(
        List, on_delete=models.CASCADE, db_index=False, related_name="items", verbose_name=_("list")
    )
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="list_items", verbose_name=_("title"))
    episode = models.ForeignKey(
        Episode, on_delete=models.PROTECT, null=True, blank=True, related_name="list_items", verbose_name=_("episode")
    )
    position = models.PositiveIntegerField(_("position"))
    note = models.TextField(_("note"), blank=True, max_length=5000)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = ListItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a list")
        verbose_name_plural = _("items of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["list", "title", "episode"], nulls_distinct=False, name="list_item_once_per_list"
            )
        ]
        indexes = [models.Index(fields=["list", "position", "id"], name="list_in_order")]

    def __str__(self) -> str:
        return f"{self.list_id} {self.position} {self.title_id}"

    @property
    def name(self) -> str:
        """Such as “The Lamplighters S01E02”."""
        return f"{self.title.name} {self.episode.code}" if self.episode else self.title.name
