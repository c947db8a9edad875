"""The journal of the log."""

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalog.models import Title
from catalog.models.exact import ExactEncoder


class LogChangeQuerySet(models.QuerySet["LogChange"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)


class LogChange(models.Model):
    """One change of the log: the rows before and after it, so that it can be taken back exactly.

    `before` and `after` are {"watches": {pk: row or null}, "entry": row or null}; a row maps columns to values. Where
    they were touched "ratings", "notes" and "items" (of lists) stand beside them in the shape of "watches". Changes
    that were one press, such as a whole season or an import, share their `batch` and are taken back together.
    """

    class Kind(models.TextChoices):
        CHECK_IN = "check-in", _("Viewing logged")
        EDIT = "edit", _("Viewing changed")
        DELETE = "delete", _("Viewing removed")
        PLAN = "plan", _("Put on the watchlist")
        UNPLAN = "unplan", _("Taken off the watchlist")
        MARK = "mark", _("Several viewings logged")
        STATE = "state", _("State changed")
        HIDE = "hide", _("Hidden from up next")
        RUN = "run", _("Begun again")
        RATE = "rate", _("Rated")
        NOTE = "note", _("Note written")
        LIST = "list", _("List changed")
        IMPORT = "import", _("Imported")

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="changes", verbose_name=_("profile")
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+", verbose_name=_("title"))
    key = models.CharField(_("key"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    batch = models.UUIDField(_("batch"), default=uuid.uuid4)
    before = models.JSONField(_("before"), encoder=ExactEncoder)
    after = models.JSONField(_("after"), encoder=ExactEncoder)
    created_at = models.DateTimeField(_("changed"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = LogChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the log")
        verbose_name_plural = _("changes of the log")
        constraints = [models.UniqueConstraint(fields=["profile", "key"], name="log_change_once_per_key")]
        indexes = [
            models.Index(fields=["profile", "title", "id"], name="log_change_of_title"),
            models.Index(fields=["batch", "id"], name="log_change_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.kind} {self.title_id}"
