from django.contrib import admin

from catalog.models import Credit, Person
from config.tables import BigTableAdmin


@admin.register(Person)
class PersonAdmin(BigTableAdmin):
    list_display = ("name", "born", "died", "country", "detailed_at")
    search_fields = ("name", "slug")
    readonly_fields = ("field_sources", "detailed_at", "created_at", "updated_at")
    ordering = ("-pk",)


@admin.register(Credit)
class CreditAdmin(BigTableAdmin):
    list_display = ("person", "title", "role", "character", "job")
    list_select_related = ("person", "title")
    list_filter = ("role",)
    autocomplete_fields = ("person", "title", "episode")
    search_fields = ("character",)
    ordering = ("-pk",)
