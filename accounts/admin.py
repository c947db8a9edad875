from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.tables import ReadOnlyAdmin

from .models import ApiToken, Household, Profile, User


class ProfileInline(admin.TabularInline):
    model = Profile
    fields = ("name", "kind", "highest_age", "language", "time_zone")
    extra = 0


@admin.register(Household)
class HouseholdAdmin(admin.ModelAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name", "members__email")
    inlines = (ProfileInline,)
    ordering = ("-pk",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("email", "household", "is_staff", "is_active", "date_joined")
    list_select_related = ("household",)
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email",)
    ordering = ("-pk",)
    readonly_fields = ("household", "is_household_owner", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Household"), {"fields": ("household", "is_household_owner")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.open_household(profile_name=obj.email.partition("@")[0])


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    list_display = ("name", "household", "kind", "highest_age", "time_zone")
    list_select_related = ("household",)
    list_filter = ("kind",)
    search_fields = ("name", "household__name")
    autocomplete_fields = ("household",)
    ordering = ("-pk",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Only hashes are kept: nobody can tell a token again."""

    list_display = ("profile", "scope", "created_at", "last_used_at")
    list_select_related = ("profile",)
    list_filter = ("scope",)
    ordering = ("-pk",)
