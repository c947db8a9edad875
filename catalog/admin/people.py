from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest

from catalog import search
from catalog.models import Credit, Person, SearchEntry

from . import lookup
from .addresses import MovableAdmin
from .locks import LockingAdmin
from .lookup import SearchedAdmin


@admin.register(Person)
class PersonAdmin(LockingAdmin, MovableAdmin, SearchedAdmin):
    list_display = ("name", "born", "died", "country", "detailed_at")
    readonly_fields = ("field_sources", "detailed_at", "created_at", "updated_at")
    ordering = ("-pk",)

    def matching(self, words: str) -> Q:
        return Q(pk__in=lookup.people(words))

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm, change: bool) -> None:
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
class CreditAdmin(SearchedAdmin):
    list_display = ("person", "title", "role", "character", "job")
    list_select_related = ("person", "title")
    autocomplete_fields = ("person", "title", "episode")
    ordering = ("-pk",)

    def matching(self, words: str) -> Q:
        return Q(pk__in=lookup.credited(words))
