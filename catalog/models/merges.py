"""Titles that may be one and the same, and the record of merging them that makes it undoable."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .exact import ExactEncoder
from .titles import Title


class MatchQuerySet(models.QuerySet["Match"]):
    def open(self) -> Self:
        """Those that staff have to decide, the likeliest first; not of titles that merged with others since."""
        waiting = self.filter(state=Match.State.OPEN, title__merged_into=None, other__merged_into=None)
        return waiting.order_by("-score", "pk")


class Match(models.Model):
    """Two titles that are perhaps the same: `title` came first. A pair that was refused is never proposed again."""

    class State(models.TextChoices):
        OPEN = "open", _("To be decided")
        MERGED = "merged", _("The same")
        REFUSED = "refused", _("Not the same")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, db_index=False, related_name="matches", verbose_name=_("title")
    )
    other = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("other title"))
    score = models.PositiveSmallIntegerField(
        _("score"), validators=[MaxValueValidator(100)], help_text=_("From 0 to 100.")
    )
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("noticed"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible match")
        verbose_name_plural = _("possible matches")
        constraints = [
            models.UniqueConstraint(fields=["title", "other"], name="match_once_per_pair"),
            models.CheckConstraint(condition=Q(title__lt=F("other")), name="match_names_the_older_first"),
            models.CheckConstraint(condition=Q(score__lte=100), name="match_score_0_to_100"),
        ]
        indexes = [
            models.Index(fields=["-score", "id"], name="match_to_be_decided", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.title_id} = {self.other_id}?"


class TitleMerge(models.Model):
    """One merge: what pointed to `merged` points to `kept` since, as its rows tell."""

    kept = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="merges", verbose_name=_("kept"))
    merged = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("merged"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
        help_text=_("Empty: by itself, since it was certain."),
    )
    created_at = models.DateTimeField(_("merged at"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merge_in_force_once"),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two_titles"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"


class MergedRow(models.Model):
    """A row that a merge changed: the columns that it changed, before and after. Nothing before: the merge made it."""

    merge = models.ForeignKey(
        TitleMerge, on_delete=models.CASCADE, db_index=False, related_name="rows", verbose_name=_("merge")
    )
    model = models.CharField(_("model"), max_length=60, help_text=_("Such as tracking.watch."))
    object_id = models.BigIntegerField(_("row"))
    before = models.JSONField(_("before"), null=True, encoder=ExactEncoder)
    after = models.JSONField(_("after"), encoder=ExactEncoder)

    class Meta:
        verbose_name = _("merged row")
        verbose_name_plural = _("merged rows")
        indexes = [models.Index(fields=["merge", "id"], name="merged_rows_in_order")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
