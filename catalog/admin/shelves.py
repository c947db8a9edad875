from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from catalog import rules
from catalog.models import Availability, Collection, CollectionItem, Service

from . import lookup
from .addresses import FixedAdmin
from .lookup import SearchedAdmin
from .rules import RuleForm, initial

HTTPS_LINKS: Any = {models.URLField: {"assume_scheme": "https"}}
PREVIEWED = 50


class CollectionForm(RuleForm, ModelForm):
    class Meta:
        model = Collection
        fields = ("name", "slug", "overview", "kind", "is_published")

    def __init__(self, *args: Any, **options: Any) -> None:
        collection = options.get("instance")
        shown = initial(collection.rule if collection else {})
        super().__init__(*args, **options | {"initial": shown | (options.get("initial") or {})})

    def save(self, commit: bool = True) -> Collection:
        self.instance.rule = self.rule() if self.instance.is_rule else {}
        saved: Collection = super().save(commit)
        return saved


class CollectionItemInline(admin.TabularInline):
    model = CollectionItem
    autocomplete_fields = ("title",)
    extra = 1
    ordering = ("position", "pk")


@admin.register(Collection)
class CollectionAdmin(FixedAdmin):
    form = CollectionForm
    change_form_template = "admin/catalog/collection/change_form.html"
    list_display = ("name", "kind", "is_published", "computed_at")
    list_filter = ("kind", "is_published")
    search_fields = ("name",)
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "overview", "kind", "is_published")}),
        (
            _("Rule"),
            {
                "fields": (
                    "rule_kind",
                    "rule_genres",
                    "rule_match",
                    ("rule_language", "rule_country"),
                    ("rule_network", "rule_status"),
                    ("rule_first_year", "rule_last_year"),
                    ("rule_min_rating", "rule_min_popularity"),
                    ("rule_sort", "rule_limit"),
                ),
                "classes": ("rule",),
                "description": _(
                    "Only for a collection from a rule: what it holds follows from this, each night anew."
                ),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [] if obj and obj.is_rule else [CollectionItemInline]

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.is_rule:
            rules.compute(form.instance, at=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", preview, name="catalog_collection_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The titles that a rule means, without saving it."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        form = RuleForm(request.POST)
        context = {**self.admin_site.each_context(request), "title": _("What the rule means"), "form": form}
        if form.is_valid():
            titles = rules.matching(rules.read(form.rule()))
            context |= {"count": titles.count(), "titles": titles[:PREVIEWED].select_related("network")}
        part = "#preview" if request.htmx else ""  # type: ignore[attr-defined]
        template = f"admin/catalog/collection/preview.html{part}"
        return render(request, template, context, status=200 if form.is_valid() else 422)


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    list_display = ("name", "homepage")
    formfield_overrides = HTTPS_LINKS
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("name",)


@admin.register(Availability)
class AvailabilityAdmin(SearchedAdmin):
    list_display = ("title", "service", "region", "kind", "checked_at")
    formfield_overrides = HTTPS_LINKS
    list_select_related = ("title", "service")
    list_filter = ("kind",)
    autocomplete_fields = ("title", "service")
    ordering = ("-pk",)

    def matching(self, words: str) -> models.Q:
        return models.Q(title__in=lookup.titles(words))
