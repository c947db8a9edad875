"""Titles and what hangs on them. What staff write is locked against refreshes; actions only enqueue jobs."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import jobs, search
from catalog.models import (
    Alias,
    Certification,
    Episode,
    EpisodeNumber,
    ExternalId,
    Genre,
    Network,
    Season,
    SlugHistory,
    Title,
    TitleChange,
    Translation,
)
from config.tables import ReadOnlyAdmin

from . import lookup
from .addresses import FixedAdmin, MovableAdmin
from .locks import LockingAdmin
from .lookup import SearchedAdmin
from .matches import MergingAdmin

BOOKKEEPING = ("indexed_at", "detailed_at", "episodes_changed_at", "wanted_at", "created_at", "updated_at")
REFRESH_AT_ONCE = 200


class FreshnessFilter(admin.SimpleListFilter):
    title = _("freshness")
    parameter_name = "fresh"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("Due for a refresh")), ("never", _("Never fetched whole"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Title]) -> QuerySet[Title]:
        if self.value() == "due":
            return queryset.filter(pk__in=Title.objects.due_for_refresh(timezone.now()).order_by().values("pk"))
        if self.value() == "never":
            return queryset.filter(detailed_at=None)
        return queryset


class AliasInline(admin.TabularInline):
    model = Alias
    extra = 0


class CertificationInline(admin.TabularInline):
    model = Certification
    extra = 0


class ExternalIdInline(admin.TabularInline):
    model = ExternalId
    fields = ("source", "kind", "value")
    extra = 0


@admin.register(Title)
class TitleAdmin(MergingAdmin, LockingAdmin, MovableAdmin, SearchedAdmin):
    list_display = ("name", "kind", "year", "status", "network", "popularity", "detailed_at", "is_published")
    list_select_related = ("network",)
    list_filter = ("kind", "status", "is_published", FreshnessFilter)
    sortable_by = ("popularity",)
    autocomplete_fields = ("network", "genres")
    readonly_fields = ("field_sources", "episode_count", "rating_sum", "rating_count", "merged_into", *BOOKKEEPING)
    inlines = (AliasInline, CertificationInline, ExternalIdInline)
    ordering = ("-pk",)
    actions = ("refresh_from_source", *MergingAdmin.actions, *LockingAdmin.actions)

    def matching(self, words: str) -> Q:
        return Q(pk__in=lookup.titles(words))

    @admin.action(description=_("Refresh from source"), permissions=["change"])
    def refresh_from_source(self, request: HttpRequest, queryset: QuerySet[Title]) -> None:
        chosen = list(queryset[:REFRESH_AT_ONCE])
        for title in chosen:
            jobs.refresh_title.delay(title.pk)
        said = ngettext("%d title will be refreshed.", "%d titles will be refreshed.", len(chosen)) % len(chosen)
        self.message_user(request, said, messages.SUCCESS)

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        search.note_changes(form.instance.kind, [form.instance.pk])

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Title) -> None:
        search.note_leaving(obj.kind, [obj.pk])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Title]) -> None:
        for kind in Title.Kind.values:
            search.note_leaving(kind, list(queryset.filter(kind=kind).values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)


class EpisodeNumberInline(admin.TabularInline):
    model = EpisodeNumber
    extra = 0


@admin.register(Episode)
class EpisodeAdmin(LockingAdmin, SearchedAdmin):
    list_display = ("name", "title", "season", "number", "kind", "air_date", "airs_at")
    list_select_related = ("title", "season")
    list_filter = ("kind",)
    autocomplete_fields = ("title", "season")
    readonly_fields = ("field_sources", "merged_into", "withdrawn_at", "created_at", "updated_at")
    inlines = (EpisodeNumberInline,)
    ordering = ("-pk",)

    def matching(self, words: str) -> Q:
        return Q(pk__in=lookup.episodes(words))

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Episode, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        regular = Episode.objects.regular().filter(title=obj.title_id).count()
        stamps = {"episode_count": regular, "episodes_changed_at": timezone.now()}
        Title.objects.filter(pk=obj.title_id).update(**stamps)
        search.note_changes(obj.title.kind, [obj.title_id])


@admin.register(Season)
class SeasonAdmin(LockingAdmin, SearchedAdmin):
    list_display = ("title", "number", "name", "premiered", "ended")
    list_select_related = ("title",)
    autocomplete_fields = ("title",)
    readonly_fields = ("field_sources",)
    ordering = ("-pk",)

    def matching(self, words: str) -> Q:
        return Q(title__in=lookup.titles(words))


@admin.register(Genre)
class GenreAdmin(FixedAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Network)
class NetworkAdmin(FixedAdmin):
    list_display = ("name", "kind", "country", "time_zone")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("name", "pk")


@admin.register(Alias, Translation, Certification)
class NameAdmin(SearchedAdmin):
    autocomplete_fields = ("title",)
    list_select_related = ("title",)
    list_display = ("__str__", "title")
    ordering = ("-pk",)

    def matching(self, words: str) -> Q:
        return Q(title__in=lookup.titles(words))


@admin.register(SlugHistory, TitleChange)
class HistoryAdmin(SearchedAdmin, ReadOnlyAdmin):
    list_display = ("__str__", "title")
    list_select_related = ("title",)
    ordering = ("-pk",)

    def matching(self, words: str) -> Q:
        return Q(title__in=lookup.titles(words))
