"""Staff may look at the log; only tracking/diary.py writes it."""

from django.contrib import admin

from config.tables import ReadOnlyAdmin
from tracking.models import (
    AlsoWatched,
    Dismissal,
    ImportRow,
    ImportWork,
    LibraryEntry,
    List,
    ListItem,
    LogChange,
    LogImport,
    Note,
    Play,
    Player,
    Position,
    ProfileService,
    Rating,
    Recommendation,
    Watch,
    YearPicture,
)


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


@admin.register(LogImport)
class LogImportAdmin(ReadOnlyAdmin):
    list_display = ("profile", "service", "file_name", "state", "error", "created_at")
    list_select_related = ("profile",)
    list_filter = ("state", "service")
    ordering = ("-pk",)


@admin.register(ImportWork)
class ImportWorkAdmin(ReadOnlyAdmin):
    list_display = ("log_import", "kind", "name", "year", "verdict", "title", "score", "row_count")
    list_select_related = ("log_import", "title")
    list_filter = ("verdict",)
    ordering = ("-pk",)


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ("log_import", "file", "line", "kind", "verdict", "reason")
    list_select_related = ("log_import",)
    list_filter = ("verdict", "kind")
    ordering = ("-pk",)


@admin.register(List)
class ListAdmin(ReadOnlyAdmin):
    list_display = ("name", "profile", "is_public", "removed_at")
    list_select_related = ("profile",)
    list_filter = ("is_public",)
    ordering = ("-pk",)


@admin.register(ListItem)
class ListItemAdmin(ReadOnlyAdmin):
    list_display = ("list", "position", "title", "episode")
    list_select_related = ("list", "title", "episode__season")
    ordering = ("-pk",)


@admin.register(Player)
class PlayerAdmin(ReadOnlyAdmin):
    list_display = ("profile", "program", "account", "created_at")
    list_select_related = ("profile",)
    list_filter = ("program",)
    ordering = ("-pk",)


@admin.register(Play)
class PlayAdmin(ReadOnlyAdmin):
    list_display = ("player", "outcome", "reason", "updated_at")
    list_select_related = ("player",)
    list_filter = ("outcome",)
    ordering = ("-pk",)


@admin.register(AlsoWatched)
class AlsoWatchedAdmin(ReadOnlyAdmin):
    list_display = ("title", "other", "together", "likeness")
    list_select_related = ("title", "other")
    ordering = ("-pk",)


@admin.register(Recommendation)
class RecommendationAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "because", "score", "computed_at")
    list_select_related = ("profile", "title", "because")
    ordering = ("-pk",)


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "updated_at")
    list_select_related = ("profile", "title")
    ordering = ("-pk",)


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "episode", "seconds", "is_paused", "updated_at")
    list_select_related = ("profile", "title", "episode__season")
    ordering = ("-pk",)


@admin.register(ProfileService)
class ProfileServiceAdmin(ReadOnlyAdmin):
    list_display = ("profile", "service")
    list_select_related = ("profile", "service")
    ordering = ("-pk",)


@admin.register(Dismissal)
class DismissalAdmin(ReadOnlyAdmin):
    list_display = ("profile", "title", "created_at")
    list_select_related = ("profile", "title")
    ordering = ("-pk",)


@admin.register(YearPicture)
class YearPictureAdmin(ReadOnlyAdmin):
    list_display = ("profile", "year", "drawn_at")
    list_select_related = ("profile",)
    ordering = ("-pk",)
