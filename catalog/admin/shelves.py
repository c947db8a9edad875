from typing import Any

from django.contrib import admin
from django.db import models

from catalog.models import Availability, Collection, CollectionItem, Service
from config.tables import BigTableAdmin

HTTPS_LINKS: Any = {models.URLField: {"assume_scheme": "https"}}


class CollectionItemInline(admin.TabularInline):
    model = CollectionItem
    autocomplete_fields = ("title",)
    extra = 1


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "is_published")
    list_filter = ("kind", "is_published")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (CollectionItemInline,)
    ordering = ("name",)


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    list_display = ("name", "homepage")
    formfield_overrides = HTTPS_LINKS
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("name",)


@admin.register(Availability)
class AvailabilityAdmin(BigTableAdmin):
    list_display = ("title", "service", "region", "kind", "checked_at")
    formfield_overrides = HTTPS_LINKS
    list_select_related = ("title", "service")
    list_filter = ("kind", "region")
    autocomplete_fields = ("title", "service")
    ordering = ("-pk",)
