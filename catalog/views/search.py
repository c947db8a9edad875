from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.requests import ViewerRequest
from catalog import browse
from catalog.models import Episode, Person, Title
from catalog.search import Found, Match, find, find_episodes, load, tidy
from config import http
from tracking import library
from tracking.models import LibraryEntry

PAGE, PANEL = 20, 6
"""Titles, and as many people: on the search page, and under the field in the bar."""

EPISODES = 8
POPULAR = 12


@dataclass(frozen=True)
class Line:
    """A line of results, with a word on what the viewer has to do with it."""

    found: Found
    tag: str = ""
    is_lit: bool = False


@login_not_required
@require_safe
def search(request: ViewerRequest) -> HttpResponse:
    """The page, its results as someone types, or only the episodes, which open pages fetch when the rest is there."""
    query = tidy(request.GET.get("q", ""))
    part = "" if request.htmx.history_restore_request else request.htmx.target
    is_panel = request.htmx.trigger == "find"
    context: dict[str, Any] = {"query": query}
    if not query:
        context["shelves"] = [] if is_panel else _popular(request)
    elif part == "found-episodes":
        context["episodes"] = _episodes(request, query)
    else:
        context |= _results(request, query, PANEL if is_panel else PAGE)
        if part != "found" or not (context["titles"] or context["people"]):
            context["episodes"] = _episodes(request, query)
        context["say"] = _in_words(query, context)
    return http.render_part(request, "catalog/search.html", context)


def _results(request: ViewerRequest, query: str, limit: int) -> dict[str, list[Line]]:
    found = load(find(query, request.viewer, limit=limit), request.viewer)
    titles = [each for each in found if isinstance(each.thing, Title)]
    entries = library.entries(request.profile, [each.thing for each in found if isinstance(each.thing, Title)])
    return {
        "titles": [_title_line(each, entries.get(each.thing.pk)) for each in _own_first(titles, entries)],
        "people": [Line(each) for each in found if isinstance(each.thing, Person)],
    }


def _own_first(titles: list[Found], entries: dict[int, LibraryEntry]) -> list[Found]:
    """Among titles that match equally well, those of the viewer's library lead; likeness alone ranks the misspelt."""

    def place(found: Found) -> tuple[Match, bool]:
        entry = entries.get(found.thing.pk)
        is_own = entry is not None and entry.state != LibraryEntry.State.DROPPED
        return found.hit.match, not is_own and not found.hit.is_close

    return sorted(titles, key=place)


def _title_line(found: Found, entry: LibraryEntry | None) -> Line:
    if entry is None:
        return Line(found)
    if entry.state == LibraryEntry.State.COMPLETED:
        return Line(found, _("Seen"))
    return Line(found, entry.get_state_display(), is_lit=entry.state == LibraryEntry.State.WATCHING)


def _episodes(request: ViewerRequest, query: str) -> list[Line]:
    found = load(find_episodes(query, request.viewer, limit=EPISODES), request.viewer)
    entries = library.entries(request.profile, [each.thing.title for each in found if isinstance(each.thing, Episode)])
    upcoming = {entry.next_episode_id for entry in entries.values() if entry.state == LibraryEntry.State.WATCHING}
    return [Line(each, _("Next for you"), is_lit=True) if each.thing.pk in upcoming else Line(each) for each in found]


def _popular(request: ViewerRequest) -> list[tuple[str, str, list[Title]]]:
    """To begin with: (kind, name, titles) of what everybody knows."""
    titles = Title.objects.visible_to(request.viewer)
    shelves = [
        ("series", _("Best known series"), browse.page(titles.series(), browse.POPULAR, size=POPULAR).titles),
        ("films", _("Best known films"), browse.page(titles.movies(), browse.POPULAR, size=POPULAR).titles),
    ]
    return [shelf for shelf in shelves if shelf[2]]


def _in_words(query: str, context: dict[str, Any]) -> str:
    lines = [*context["titles"], *context["people"], *context.get("episodes", [])]
    values = {"count": len(lines), "query": query}
    if not lines:
        return _("Nothing found for “%(query)s”.") % values
    if lines[0].found.hit.is_close:
        return (
            ngettext(
                "Nothing is called “%(query)s”; %(count)s name comes close.",
                "Nothing is called “%(query)s”; %(count)s names come close.",
                len(lines),
            )
            % values
        )
    return ngettext("%(count)s result for “%(query)s”.", "%(count)s results for “%(query)s”.", len(lines)) % values
