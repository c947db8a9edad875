from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import jobs, pictures
from catalog.models import Picture
from config.tables import ReadOnlyAdmin

FETCH_AT_ONCE = 200


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    list_display = ("subject", "source", "state", "width", "height", "fetched_at", "error", "next_try_at")
    list_select_related = ("title", "episode", "person")
    list_filter = ("source", "state")
    ordering = ("-pk",)
    actions = ("fetch_again",)

    @admin.display(description=_("of"))
    def subject(self, picture: Picture) -> str:
        return str(picture.title or picture.episode or picture.person)

    def has_fetch_permission(self, request: Any) -> bool:
        return request.user.has_perm("catalog.change_picture")

    @admin.action(description=_("Fetch again"), permissions=["fetch"])
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[Picture]) -> None:
        chosen = list(queryset.values_list("pk", flat=True)[:FETCH_AT_ONCE])
        pictures.want(Picture.objects.filter(pk__in=chosen))
        for pk in chosen:
            jobs.fetch_picture.delay(pk)
        said = ngettext("%d picture will be fetched.", "%d pictures will be fetched.", len(chosen)) % len(chosen)
        self.message_user(request, said, messages.SUCCESS)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        thing, pk = obj.thing, obj.thing_id
        super().delete_model(request, obj)
        pictures.choose(thing, [pk], at=timezone.now())

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> None:
        shown = [(picture.thing, picture.thing_id) for picture in queryset]
        super().delete_queryset(request, queryset)
        for thing in {thing for thing, _pk in shown}:
            pictures.choose(thing, [pk for of, pk in shown if of == thing], at=timezone.now())
