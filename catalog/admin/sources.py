from django.contrib import admin

from catalog.models import ExternalId, GenreLabel, SearchChange, SearchEntry, SourceRecord
from config.tables import BigTableAdmin, ReadOnlyAdmin


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    list_display = ("source", "kind", "external_id", "state", "fetched_at", "error_count", "next_try_at")
    list_filter = ("source", "kind", "state")
    search_fields = ("=external_id",)
    ordering = ("-pk",)


@admin.register(ExternalId)
class ExternalIdAdmin(BigTableAdmin):
    list_display = ("source", "kind", "value", "title")
    list_select_related = ("title",)
    list_filter = ("source", "kind")
    search_fields = ("=value",)
    autocomplete_fields = ("title", "season", "episode", "person")
    ordering = ("-pk",)


@admin.register(GenreLabel)
class GenreLabelAdmin(admin.ModelAdmin):
    list_display = ("source", "label", "genre")
    list_filter = ("source",)
    list_select_related = ("genre",)
    search_fields = ("label",)
    ordering = ("source", "label")


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    list_display = ("label", "kind", "object_id", "popularity")
    list_filter = ("kind",)
    search_fields = ("label",)
    ordering = ("-pk",)


@admin.register(SearchChange)
class SearchChangeAdmin(ReadOnlyAdmin):
    list_display = ("kind", "object_id", "created_at")
    ordering = ("pk",)
