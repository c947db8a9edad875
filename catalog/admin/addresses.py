"""Paths that name a thing never change once published: a new one leaves the old behind, or there is no new one."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog import addresses

PERSON = "person"


class AddressForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind, slug = cleaned.get("kind", PERSON), cleaned.get("slug")
        if slug and not addresses.is_free(kind, slug, self.instance):
            self.add_error("slug", _("This was the address of something else, and still leads there."))
        return cleaned


class MovableAdmin(admin.ModelAdmin):
    """Of titles and people: the former address leads to the present one."""

    form = AddressForm

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and {"kind", "slug"} & set(form.changed_data):
            addresses.moved(obj, kind=form.initial.get("kind", PERSON), slug=form.initial["slug"])


class FixedAdmin(admin.ModelAdmin):
    """Of what is made by staff or sources and keeps its address for ever."""

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields
