"""Shelves of titles: picked by hand or computed from a rule, their items always kept as rows."""

from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.viewers import Viewer
from config.paths import path_to

from .titles import Title, on_cards, visible


class CollectionQuerySet(models.QuerySet["Collection"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def visible_to(self, viewer: Viewer) -> Self:
        """Published ones with at least one title that the viewer may see."""
        return self.published().filter(Exists(CollectionItem.objects.of_outer().visible_to(viewer)))

    def with_first_titles(self, viewer: Viewer) -> Self:
        """Adds `first_titles`: the ids of those in the picture of the collection."""
        first = CollectionItem.objects.of_outer().visible_to(viewer).order_by("position", "pk")
        return self.annotate(first_titles=ArraySubquery(first.values("title")[: Collection.IN_ITS_PICTURE]))


class Collection(models.Model):
    IN_ITS_PICTURE = 4

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

    first_titles: list[int]
    """Only from `with_first_titles`."""

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_to("catalog:collection_detail", self.slug)

    @property
    def is_rule(self) -> bool:
        return self.kind == self.Kind.RULE


class CollectionItemQuerySet(models.QuerySet["CollectionItem"]):
    def of_outer(self) -> Self:
        """For a subquery of a query about collections."""
        return self.filter(collection=OuterRef("pk"))

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(visible(viewer, "title__"))

    def for_cards(self) -> Self:
        """Load what the wall of a collection shows, in one query."""
        return self.select_related("title").only("collection", "position", "note", *on_cards("title__"))


class CollectionItem(models.Model):
    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, db_index=False, related_name="items", verbose_name=_("collection")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="collection_items", verbose_name=_("title"))
    position = models.PositiveIntegerField(_("position"), default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = CollectionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a collection")
        verbose_name_plural = _("items of a collection")
        constraints = [models.UniqueConstraint(fields=["collection", "title"], name="collection_item_once")]
        indexes = [models.Index(fields=["collection", "position", "id"], name="collection_items_in_order")]

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.position}"
