"""Shelves of titles: picked by hand or computed from a rule, their items always kept as rows."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .titles import Title


class CollectionQuerySet(models.QuerySet["Collection"]):
    def published(self) -> Self:
        return self.filter(is_published=True)


class Collection(models.Model):
    class Kind(models.TextChoices):
        PICKED = "picked", _("Picked by hand")
        RULE = "rule", _("From a rule")

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    overview = models.TextField(_("overview"), blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.PICKED)
    rule = models.JSONField(_("rule"), default=dict, blank=True)
    is_published = models.BooleanField(_("published"), default=False)
    titles = models.ManyToManyField(Title, through="CollectionItem", related_name="collections")
    computed_at = models.DateTimeField(_("computed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, db_index=False, related_name="items", verbose_name=_("collection")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="collection_items", verbose_name=_("title"))
    position = models.PositiveIntegerField(_("position"), default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("item of a collection")
        verbose_name_plural = _("items of a collection")
        constraints = [models.UniqueConstraint(fields=["collection", "title"], name="collection_item_once")]
        indexes = [models.Index(fields=["collection", "position", "id"], name="collection_items_in_order")]

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.position}"
