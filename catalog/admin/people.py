from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from catalog import search
from catalog.models import Credit, Person, SearchEntry
from config.tables import BigTableAdmin


@admin.register(Person)
class PersonAdmin(BigTableAdmin):
    list_display = ("name", "born", "died", "country", "detailed_at")
    search_fields = ("name", "slug")
    readonly_fields = ("field_sources", "detailed_at", "created_at", "updated_at")
    ordering = ("-pk",)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm, change: bool) -> None:
        for field in form.changed_data:
            obj.field_sources[field] = "staff"
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)
        search.note_changes(SearchEntry.Kind.PERSON, [obj.pk])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        search.note_changes(SearchEntry.Kind.PERSON, queryset.values_list("pk", flat=True))
        super().delete_queryset(request, queryset)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Person) -> None:
        search.note_changes(SearchEntry.Kind.PERSON, [obj.pk])
        super().delete_model(request, obj)


@admin.register(Credit)
class CreditAdmin(BigTableAdmin):
    list_display = ("person", "title", "role", "character", "job")
    list_select_related = ("person", "title")
    list_filter = ("role",)
    autocomplete_fields = ("person", "title", "episode")
    search_fields = ("character",)
    ordering = ("-pk",)
