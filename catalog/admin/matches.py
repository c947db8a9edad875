"""The review of titles that are perhaps one, the merges that were made, and how either is taken back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from catalog import jobs, merging, outside
from catalog.models import ExternalId, Match, MergedRow, Title, TitleMerge
from catalog.outside import OutsidePage
from config import keys
from config.tables import BigTableAdmin, ReadOnlyAdmin
from tracking.models import LibraryEntry, Watch

from . import lookup
from .lookup import SearchedAdmin

PAIRS = 10
ORDER = (keys.Column("score", keys.whole), keys.ROW_ID)
DECIDE, UNDO, SPLIT = "catalog.change_match", "catalog.change_titlemerge", "catalog.change_title"


@dataclass(frozen=True)
class Side:
    """One of two titles, with what tells them apart; `logged` counts its viewings and library entries."""

    title: Title
    pages: Sequence[OutsidePage]
    logged: int
    is_kept: bool
    """Proposed to be kept: where more was logged, else the older."""


@dataclass(frozen=True)
class Pair:
    sides: Sequence[Side]
    match: Match | None


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    list_display = ("title", "other", "score", "state")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("compare/<int:one>/<int:other>/", wrap(self.compare_view), name="catalog_match_compare"),
            path("decide/<int:one>/<int:other>/", wrap(self.decide_view), name="catalog_match_decide"),
            path("split/<int:title_id>/", wrap(self.split_view), name="catalog_match_split"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What waits for a decision, the likeliest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = Match.objects.open().select_related("title__network", "other__network")
        after = keys.read(request.GET.get("after", ""), ORDER)
        if after:
            score, pk = after
            waiting = waiting.filter(Q(score__lt=score) | Q(score=score, pk__gt=pk))
        rows = list(waiting[: PAIRS + 1])
        shown = rows[:PAIRS]
        context = {
            "title": _("Perhaps the same"),
            "pairs": _pairs([(match.title, match.other) for match in shown], shown),
            "after": request.GET.get("after", ""),
            "next_key": keys.write(shown[-1].score, shown[-1].pk) if len(rows) > PAIRS else "",
        }
        return self._page(request, "admin/catalog/match/review.html", context)

    def compare_view(self, request: HttpRequest, one: int, other: int) -> HttpResponse:
        """Any two titles, side by side."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        titles = Title.objects.select_related("network")
        first, second = (get_object_or_404(titles, pk=pk) for pk in sorted((one, other)))
        match = Match.objects.filter(title=first, other=second).first()
        context = {"title": _("Are these the same?"), "pairs": _pairs([(first, second)], [match])}
        return self._page(request, "admin/catalog/match/compare.html", context)

    def decide_view(self, request: HttpRequest, one: int, other: int) -> HttpResponse:
        if request.method != "POST" or not request.user.has_perm(DECIDE):
            raise PermissionDenied
        first, second = (get_object_or_404(Title, pk=pk) for pk in (one, other))
        if request.POST.get("decision") == "same":
            is_second = request.POST.get("kept") == str(second.pk)
            _merge(request, *((second, first) if is_second else (first, second)))
        else:
            merging.refuse(first, second, by=_whoever(request), at=timezone.now())
            messages.success(request, _("Noted: these are not the same. They are never proposed again."))
        after = request.POST.get("after", "")
        return redirect(reverse("admin:catalog_match_changelist", query={"after": after} if after else None))

    def split_view(self, request: HttpRequest, title_id: int) -> HttpResponse:
        """The ids of a title, each to be split off as a title of its own."""
        if not request.user.has_perm(SPLIT):
            raise PermissionDenied
        title = get_object_or_404(Title, pk=title_id)
        ids = ExternalId.objects.filter(title=title).order_by("source", "pk")
        if request.method == "POST":
            chosen = get_object_or_404(ids, pk=request.POST.get("outside") or 0)
            return _split(request, title, chosen)
        rows = [(each, next(iter(outside.pages([each])), None)) for each in ids]
        context = {"title": _("Split off a source"), "subject": title, "rows": rows}
        return self._page(request, "admin/catalog/match/split.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "opts": self.opts, "may_decide": request.user.has_perm(DECIDE)}
        return render(request, template, base | context)


class InForceFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("force", _("In force")), ("undone", _("Undone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TitleMerge]) -> QuerySet[TitleMerge]:
        return queryset.filter(undone_at__isnull=self.value() == "force") if self.value() else queryset


@admin.register(TitleMerge)
class TitleMergeAdmin(SearchedAdmin, ReadOnlyAdmin):
    list_display = ("kept", "merged", "created_at", "made_by", "undone_at")
    list_select_related = ("kept", "merged", "made_by")
    list_filter = (InForceFilter,)
    ordering = ("-pk",)
    actions = ("undo",)

    def matching(self, words: str) -> Q:
        found = lookup.titles(words)
        return Q(kept__in=found) | Q(merged__in=found)

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(UNDO)

    @admin.action(description=_("Undo"), permissions=["undo"])
    def undo(self, request: HttpRequest, queryset: QuerySet[TitleMerge]) -> None:
        """The newest first: one that came before another on the same title waits for it."""
        undone = 0
        for merge in queryset.filter(undone_at=None).select_related("kept", "merged").order_by("-pk"):
            try:
                merging.undo(merge, by=_whoever(request), at=timezone.now())
            except merging.MergeError as error:
                messages.error(request, str(error))
            else:
                undone += 1
                jobs.hint_refresh(merge.kept, merge.merged)
        said = ngettext("%d merge was undone.", "%d merges were undone.", undone) % undone
        self.message_user(request, said, messages.SUCCESS if undone else messages.WARNING)


@admin.register(MergedRow)
class MergedRowAdmin(ReadOnlyAdmin):
    list_display = ("model", "object_id", "merge")
    list_select_related = ("merge",)
    ordering = ("-pk",)


class MergingAdmin(BigTableAdmin):
    """Actions of the list of titles."""

    actions: Sequence[Any] = ("merge_two", "split_off")

    @admin.action(description=_("Merge the two chosen titles"), permissions=["change"])
    def merge_two(self, request: HttpRequest, queryset: QuerySet[Title]) -> HttpResponse | None:
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(chosen) == 2:
            return redirect("admin:catalog_match_compare", *chosen)
        self.message_user(request, _("Choose two titles."), messages.WARNING)
        return None

    @admin.action(description=_("Split off a source"), permissions=["change"])
    def split_off(self, request: HttpRequest, queryset: QuerySet[Title]) -> HttpResponse | None:
        chosen = list(queryset.values_list("pk", flat=True)[:2])
        if len(chosen) == 1:
            return redirect("admin:catalog_match_split", *chosen)
        self.message_user(request, _("Choose one title."), messages.WARNING)
        return None


def _whoever(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # nobody else gets this far
    return request.user


def _merge(request: HttpRequest, kept: Title, merged: Title) -> None:
    try:
        merging.merge(kept, merged, by=_whoever(request), at=timezone.now())
    except merging.MergeError as error:
        messages.error(request, str(error))
        return
    jobs.hint_refresh(kept)
    said = _("“{merged}” is merged into “{kept}”. <a href='{url}'>Merges can be undone.</a>")
    url = reverse("admin:catalog_titlemerge_changelist")
    messages.success(request, format_html(str(said), merged=merged, kept=kept, url=url))


def _split(request: HttpRequest, title: Title, chosen: ExternalId) -> HttpResponse:
    try:
        parted = merging.split(title, chosen, by=_whoever(request), at=timezone.now())
    except merging.MergeError as error:
        messages.error(request, str(error))
        return redirect("admin:catalog_match_split", title.pk)
    jobs.hint_refresh(parted.staying, parted.leaving)
    messages.success(request, _("“%(title)s” is a title of its own.") % {"title": parted.leaving})
    return redirect("admin:catalog_title_change", parted.leaving.pk)


def _pairs(pairs: Sequence[tuple[Title, Title]], matches: Sequence[Match | None]) -> list[Pair]:
    """With what is known of all their titles, in a fixed number of queries."""
    ids = {title.pk for pair in pairs for title in pair}
    known: dict[int, list[ExternalId]] = {pk: [] for pk in ids}
    for each in ExternalId.objects.filter(title__in=ids).order_by("source", "pk"):
        known[each.title_id or 0].append(each)
    logged = _logged(ids)
    return [Pair(_sides(pair, known, logged), match) for pair, match in zip(pairs, matches, strict=True)]


def _sides(pair: tuple[Title, Title], known: dict[int, list[ExternalId]], logged: Counter[int]) -> list[Side]:
    kept = max(pair, key=lambda title: (logged[title.pk], -title.pk))
    return [Side(title, outside.pages(known[title.pk]), logged[title.pk], title is kept) for title in pair]


def _logged(title_ids: Iterable[int]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for model in (Watch, LibraryEntry):
        rows = model._default_manager.filter(title__in=title_ids).order_by().values("title").annotate(n=Count("pk"))
        counted.update({row["title"]: row["n"] for row in rows})
    return counted
