"""Staff may look at the log; only tracking/diary.py writes it."""

from django.contrib import admin

from config.tables import ReadOnlyAdmin
from tracking.models import LibraryEntry, LogChange, Rating, Watch


@admin.register(Watch)
class WatchAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "episode", "watched_on", "precision", "origin")
    list_select_related = ("profile", "title", "episode__season")
    ordering = ("-pk",)


@admin.register(LibraryEntry)
class LibraryEntryAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "state", "seen_count", "watch_count", "last_watched_at")
    list_select_related = ("profile", "title")
    list_filter = ("state",)
    ordering = ("-pk",)


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "season", "episode", "value")
    list_select_related = ("profile", "title", "season", "episode")
    ordering = ("-pk",)


@admin.register(LogChange)
class LogChangeAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "kind", "created_at", "undone_at")
    list_select_related = ("profile", "title")
    list_filter = ("kind",)
    ordering = ("-pk",)
