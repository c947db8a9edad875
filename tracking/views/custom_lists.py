"""The lists that viewers make: all of one's own, one of them, and on which of them a title stands."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import ProfileRequest, ViewerRequest
from catalog.models import Episode, Title
from config import http
from tracking import diary, library, lists
from tracking.forms import ItemForm, ListChoiceForm, ListForm
from tracking.models import LibraryEntry, List, ListItem

from .pressed import key_of, number, offer_undo

BEFORE = "list_before"
"""In the session: what the list that was changed last said before. A journal it has none, for it is of no title."""


@require_safe
def list_list(request: ProfileRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    context = {"page": lists.page(request.profile, after), "is_first": not after}
    return http.render_part(request, "tracking/list_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def list_add(request: ProfileRequest) -> HttpResponse:
    form = ListForm(request.POST or None, initial={"address": uuid.uuid4()})
    if form.is_valid():
        address = form.cleaned_data["address"] or uuid.uuid4()
        try:
            made = lists.make(request.profile, form.said, address=address, at=timezone.now())
        except lists.RefusedError as refused:
            form.add_error("name", str(refused))
        else:
            http.toast(request, _("“%(name)s” is made.") % {"name": made.name}, undo=_path("list_remove", made))
            return redirect(made)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def list_edit(request: ProfileRequest, address: uuid.UUID) -> HttpResponse:
    a_list = get_object_or_404(List.objects.of(request.profile).select_related("profile"), address=address)
    form = ListForm(request.POST or None, instance=a_list)
    if form.is_valid():
        try:
            before = lists.describe(a_list, form.said, at=timezone.now())
        except lists.RefusedError as refused:
            form.add_error("name", str(refused))
        else:
            if before != form.said:  # a second press keeps what the first one replaced
                request.session[BEFORE] = {"address": str(address), "said": asdict(before)}
            http.toast(request, _("Saved."), undo=_path("list_take_back", a_list))
            return redirect(a_list)
    return _form_page(request, form, a_list)


def _form_page(request: ProfileRequest, form: ListForm, a_list: List | None) -> HttpResponse:
    context = {"form": form, "list": a_list}
    return http.render_part(request, "tracking/list_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def list_take_back(request: ProfileRequest, address: uuid.UUID) -> HttpResponse:
    """Let a list say what it said before it was changed last. A second undo changes nothing."""
    a_list = get_object_or_404(List.objects.of(request.profile).select_related("profile"), address=address)
    before = request.session.get(BEFORE, {})
    if before.get("address") == str(address):
        lists.describe_again(a_list, lists.Description(**before["said"]), at=timezone.now())
        del request.session[BEFORE]
        http.toast(request, _("Taken back. Everything is as it was."))
    else:
        http.toast(request, _("This cannot be taken back any more."))
    return redirect(a_list)


@require_POST
def list_remove(request: ProfileRequest, address: uuid.UUID) -> HttpResponse:
    a_list = get_object_or_404(List.objects.of(request.profile), address=address)
    lists.remove(a_list, at=timezone.now())
    http.toast(request, _("“%(name)s” is removed.") % {"name": a_list.name}, undo=_path("list_restore", a_list))
    return redirect("tracking:list_list")


@require_POST
def list_restore(request: ProfileRequest, address: uuid.UUID) -> HttpResponse:
    a_list = get_object_or_404(List.objects.select_related("profile"), profile=request.profile, address=address)
    if a_list.removed_at:
        lists.restore(a_list)
    http.toast(request, _("“%(name)s” is back.") % {"name": a_list.name})
    return redirect(a_list)


@login_not_required
@require_safe
def list_detail(request: ViewerRequest, address: uuid.UUID) -> HttpResponse:
    """One's own, or one that is public: whoever has the address may read it, and no machine is to spread it."""
    a_list = get_object_or_404(List.objects.readable_by(request.profile), address=address)
    response = http.render_part(request, "tracking/list_detail.html", _shown(request, a_list))
    response["X-Robots-Tag"] = "noindex"
    return response


def _shown(request: ViewerRequest, a_list: List) -> dict[str, Any]:
    after = request.GET.get("after", "")
    page = lists.items(a_list, request.viewer, after)
    return {
        "list": a_list,
        "page": page,
        "seen": _seen(request, page.rows),
        "is_mine": request.profile is not None and a_list.profile_id == request.profile.pk,
        "next_page": f"?after={page.after}" if page.after else "",
        "is_first": not after,
        "here": request.GET.urlencode(),
        "key": http.new_key(),
    }


def _seen(request: ViewerRequest, items: Sequence[ListItem]) -> set[int]:
    """The items that are titles which the viewer has seen to the end."""
    titles = [item.title for item in items if item.episode is None]
    entries = library.entries(request.profile, titles)
    done = {pk for pk, entry in entries.items() if entry.state == LibraryEntry.State.COMPLETED}
    return {item.pk for item in items if item.episode is None and item.title_id in done}


@require_POST
def list_move(request: ProfileRequest, address: uuid.UUID) -> HttpResponse:
    """One place up (`up`) or down (`down`): the id of the item that was pressed."""
    a_list = get_object_or_404(List.objects.of(request.profile), address=address)
    pressed, step = ("up", -1) if "up" in request.POST else ("down", 1)
    item = _item(request, address, request.POST.get(pressed, ""))
    place = lists.place_of(item, request.viewer) + step
    change = diary.arrange(item, place=max(place, 1), key=f"{key_of(request)}{pressed}{item.pk}", at=timezone.now())
    offer_undo(request, change, _("Moved %(name)s.") % {"name": item.name})
    if not request.htmx:
        return redirect(http.back(request, a_list.get_absolute_url()))
    return http.render_part(request, "tracking/list_detail.html", _shown(request, a_list))


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: ProfileRequest, address: uuid.UUID, item_id: int) -> HttpResponse:
    """Where something stands, and what is said about it."""
    item = _item(request, address, str(item_id))
    place = lists.place_of(item, request.viewer)
    form = ItemForm(request.POST or None, initial={"place": place, "note": item.note})
    if not form.is_valid():
        context = {"form": form, "item": item, "key": http.new_key()}
        return http.render_part(request, "tracking/list_item.html", context, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    to = said["place"] if said["place"] != place else None
    change = diary.arrange(item, place=to, note=said["note"], key=key_of(request), at=timezone.now())
    offer_undo(request, change, _("Saved."))
    return redirect(item.list)


@require_POST
def item_remove(request: ProfileRequest, address: uuid.UUID, item_id: int) -> HttpResponse:
    item = _item(request, address, str(item_id))
    change = diary.unlist(item, key=f"{key_of(request)}off", at=timezone.now())
    offer_undo(request, change, _("%(name)s is off the list.") % {"name": item.name})
    return redirect(item.list)


def _item(request: ProfileRequest, address: uuid.UUID, item_id: str) -> ListItem:
    of_list = ListItem.objects.filter(list__in=List.objects.of(request.profile), list__address=address)
    rows = of_list.visible_to(request.viewer).for_cards().select_related("list__profile")
    return get_object_or_404(rows, pk=number(item_id))


@require_http_methods(["GET", "HEAD", "POST"])
def title_lists(request: ProfileRequest, title_id: int) -> HttpResponse:
    return _choose(request, get_object_or_404(Title.objects.visible_to(request.viewer), pk=title_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
def episode_lists(request: ProfileRequest, episode_id: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.viewer).select_related("title", "season")
    episode = get_object_or_404(episodes, pk=episode_id)
    return _choose(request, episode.title, episode)


def _choose(request: ProfileRequest, title: Title, episode: Episode | None) -> HttpResponse:
    """On which lists something stands: chosen among all there are, and perhaps a new one."""
    mine = list(List.objects.of(request.profile).order_by("name", "pk")[: lists.MOST])
    standing = ListItem.objects.filter(list__in=mine, title=title, episode=episode).select_related("list")
    first = {"lists": [str(item.list.address) for item in standing]}
    form = ListChoiceForm(request.POST or None, initial=first, lists=mine)
    page = _page_of(title, episode)
    context = {"title": title, "episode": episode, "form": form, "key": http.new_key(), "next": page}
    if not form.is_valid() or not _enlist(request, title, episode, form):
        return http.render_part(request, "tracking/list_choice.html", context, status=422 if form.is_bound else 200)
    if not request.htmx:
        return redirect(http.back(request, page))
    return http.render_part(request, "tracking/list_menu.html", context | {"form": None})


def _enlist(request: ProfileRequest, title: Title, episode: Episode | None, form: ListChoiceForm) -> bool:
    """Whether it was done; otherwise the form says why not."""
    key, now, chosen = key_of(request), timezone.now(), form.chosen
    try:
        if name := form.cleaned_data["name"]:
            address = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.profile.pk} {key}")
            chosen = [*chosen, lists.make(request.profile, lists.Description(name), address=address, at=now)]
        change = diary.enlist(request.profile, title, episode, chosen, key=key, at=now)
    except lists.RefusedError as refused:
        form.add_error("name", str(refused))
        return False
    except diary.FullError as full:
        form.add_error("lists", _("“%(name)s” is full.") % {"name": full})
        return False
    offer_undo(request, change, _("The lists of %(name)s are kept.") % {"name": episode or title.name})
    return True


def _page_of(title: Title, episode: Episode | None) -> str:
    return (episode or title).get_absolute_url()


def _path(name: str, a_list: List) -> str:
    return reverse(f"tracking:{name}", args=[a_list.address])
