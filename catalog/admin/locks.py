"""What staff write is theirs: refreshes leave it alone until staff let the sources write it again."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

STAFF = "staff"
UNLOCK_AT_ONCE = 1000


class LockingAdmin(admin.ModelAdmin):
    """Of rows whose `field_sources` say where each field came from."""

    actions = ("let_sources_write",)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        obj.field_sources = obj.field_sources | dict.fromkeys(form.changed_data, STAFF)
        if hasattr(obj, "updated_at"):
            obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Let sources write again"), permissions=["change"])
    def let_sources_write(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """With the next refresh; until then everything stays as it is."""
        with transaction.atomic():
            chosen = list(queryset.select_for_update(of=("self",)).order_by("pk")[:UNLOCK_AT_ONCE])
            locked = [row for row in chosen if STAFF in row.field_sources.values()]
            for row in locked:
                row.field_sources = {name: source for name, source in row.field_sources.items() if source != STAFF}
            self.model._default_manager.bulk_update(locked, ["field_sources"], batch_size=100)
        said = ngettext(
            "The next refresh may change all fields of %d row.",
            "The next refresh may change all fields of %d rows.",
            len(locked),
        )
        self.message_user(request, said % len(locked), messages.SUCCESS)
