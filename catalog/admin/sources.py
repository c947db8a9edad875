"""What sources said, under which ids, and what their words mean."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import ModelForm, Select
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalog import jobs, search
from catalog.models import ExternalId, Genre, GenreLabel, SearchChange, SearchEntry, Source, SourceRecord, Subject
from config.tables import ReadOnlyAdmin

from . import lookup
from .lookup import SearchedAdmin


@admin.register(SourceRecord)
class SourceRecordAdmin(SearchedAdmin, ReadOnlyAdmin):
    list_display = ("source", "kind", "external_id", "state", "fetched_at", "error_count", "next_try_at")
    list_filter = ("source", "kind", "state")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRecord]:
        """Whole answers are long, and only read on the page of one."""
        return super().get_queryset(request).defer("data")

    def matching(self, words: str) -> Q:
        of_titles = ExternalId.objects.filter(title__in=lookup.titles(words)[: lookup.FEW])
        found = Q(source__in=Source.values, kind__in=Subject.values, external_id=words)
        for source, kind, value in of_titles.values_list("source", "kind", "value"):
            found |= Q(source=source, kind=kind, external_id=value)
        return found


@admin.register(ExternalId)
class ExternalIdAdmin(SearchedAdmin):
    list_display = ("source", "kind", "value", "title")
    list_select_related = ("title",)
    list_filter = ("source", "kind")
    autocomplete_fields = ("title", "season", "episode", "person")
    ordering = ("source", "kind", "value")

    def matching(self, words: str) -> Q:
        return Q(pk__in=lookup.ids_elsewhere(words))


SELECTED = mark_safe(" selected")


class SharedSelect(Select):
    """The same choices for every row: written out in one go, and asked for once."""

    def __init__(self, shared: Sequence[tuple[object, str]]) -> None:
        super().__init__()
        self.shared = shared

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = ((key, SELECTED if str(key) == chosen else "", label) for key, label in self.shared)
        written = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs({"name": name}, attrs)), written)


@admin.register(GenreLabel)
class GenreLabelAdmin(admin.ModelAdmin):
    """What a label means is chosen in the list itself, and then holds for the titles that have it already, too."""

    list_display = ("label", "source", "genre")
    list_editable = ("genre",)
    list_select_related = ("genre",)
    list_filter = ("source", ("genre", admin.EmptyFieldListFilter))
    list_per_page = 50
    search_fields = ("label",)
    ordering = ("source", "label")

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> type[ModelForm]:
        """Without the signs beside each field that lead to the genre."""
        return ModelForm

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        shared = [("", "–"), *Genre.objects.order_by("name").values_list("pk", "name")]
        plain = {"formfield_callback": None, "widgets": {"genre": SharedSelect(shared)}}
        return super().get_changelist_formset(request, **plain, **options)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: GenreLabel, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "genre" in form.changed_data:
            jobs.remap_genres.delay([obj.pk])


@admin.register(SearchEntry)
class SearchEntryAdmin(SearchedAdmin, ReadOnlyAdmin):
    list_display = ("label", "kind", "object_id", "popularity")
    list_filter = ("kind",)
    ordering = ("kind", "object_id", "label")

    def matching(self, words: str) -> Q:
        everybody = lookup.Anybody()
        hits = [*search.find(words, everybody, limit=lookup.MOST), *search.find_episodes(words, everybody)]
        found = Q(pk__in=[])
        for kind in SearchEntry.Kind:
            found |= Q(kind=kind, object_id__in=[hit.object_id for hit in hits if hit.kind == kind])
        return found


@admin.register(SearchChange)
class SearchChangeAdmin(ReadOnlyAdmin):
    list_display = ("kind", "object_id", "created_at")
    ordering = ("pk",)
