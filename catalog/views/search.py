from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from accounts.requests import ViewerRequest
from catalog import browse, further, recent
from catalog.models import Episode, Person, SearchEntry, Title
from catalog.search import Found, Match, Sieve, find, find_episodes, load, sieve, tidy
from catalog.sources import providers
from config import http
from tracking import library, shield
from tracking.models import LibraryEntry

PAGE, PANEL = 20, 6
"""Titles, and as many people: on the search page, and under the field in the bar."""

EPISODES = 8
POPULAR = 12
SHORTEST_ASKED = 2
"""Letters of what sources are asked for."""

WHOLE = ("", "searching")
"""Parts with the filters."""


@dataclass(frozen=True)
class Line:
    """A line of results, with a word on what the viewer has to do with it."""

    found: Found
    tag: str = ""
    is_lit: bool = False
    is_veiled: bool = False


@login_not_required
@require_safe
def search(request: ViewerRequest) -> HttpResponse:
    """The page, its results as someone types, or what open pages fetch later: episodes, and what sources know."""
    query, wanted = tidy(request.GET.get("q", "")), sieve.understood(request.GET)
    part = "" if request.htmx.history_restore_request else request.htmx.target or ""
    is_panel = request.htmx.trigger == "find"
    context: dict[str, Any] = {"query": query, "sieve": wanted, "kinds": sieve.KINDS.items()}
    if part in WHOLE:
        context["choices"] = sieve.choices(request.viewer, wanted)
    if not query:
        context |= {} if is_panel else _without_words(request, wanted)
    elif part == "found-episodes":
        context["episodes"] = _episodes(request, query, wanted)
    elif part == "further":
        context |= beyond(request, query)
    else:
        context |= _results(request, query, wanted, PANEL if is_panel else PAGE)
        if part != "found" or not (context["titles"] or context["people"]):
            context["episodes"] = _episodes(request, query, wanted)
        context["say"] = _in_words(query, wanted, context)
        if not is_panel and not wanted:
            context |= beyond(request, query)
    response = http.render_part(request, "catalog/search.html", context)
    if part in ("found", "searching") and not is_panel:
        replace_url(response, address(request, query, wanted))
    return response


def address(request: ViewerRequest, query: str, wanted: Sieve) -> str:
    said = "&".join(part for part in (urlencode({"q": query}) if query else "", wanted.query) if part)
    return f"{request.path}?{said}".rstrip("?")


def _results(request: ViewerRequest, query: str, wanted: Sieve, limit: int) -> dict[str, list[Line]]:
    hits = find(query, request.viewer, limit=limit, kinds=wanted.kinds, facets=wanted.facets)
    found = load(hits, request.viewer)
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


def _episodes(request: ViewerRequest, query: str, wanted: Sieve) -> list[Line]:
    if not wanted.has_episodes:
        return []
    limit = PAGE if wanted.kind == SearchEntry.Kind.EPISODE else EPISODES
    found = load(find_episodes(query, request.viewer, limit=limit), request.viewer)
    entries = library.entries(request.profile, [each.thing.title for each in found if isinstance(each.thing, Episode)])
    upcoming = {entry.next_episode_id for entry in entries.values() if entry.state == LibraryEntry.State.WATCHING}
    veiled = shield.veiled(request.profile, [each.thing for each in found if isinstance(each.thing, Episode)])
    return [_episode_line(each, is_next=each.thing.pk in upcoming, is_veiled=each.thing.pk in veiled) for each in found]


def _episode_line(found: Found, *, is_next: bool, is_veiled: bool) -> Line:
    return Line(found, _("Next for you") if is_next else "", is_lit=is_next, is_veiled=is_veiled)


def beyond(request: ViewerRequest, query: str) -> dict[str, Any]:
    """What sources know besides, or that they can be asked. It has no age yet, so only some viewers may see it."""
    if request.profile is None or not request.viewer.sees_unrated or len(query) < SHORTEST_ASKED:
        return {}
    found = further.findings(request.profile, query, request.viewer, now=timezone.now())
    names = [provider.name for provider in providers.configured()]
    return {"sources": _listed(names), "further": found, "told": _told(found) if found else []}


def _told(found: further.Findings) -> list[str]:
    """How the asking stands, in sentences."""
    new = sum(hit.title is None for hit in found.hits)
    told = []
    if found.answered and new:
        said = ngettext("%(count)s more from %(names)s.", "%(count)s more from %(names)s.", new)
        told.append(said % {"names": _listed(found.answered), "count": new})
    elif found.answered:
        told.append(_("Nothing more from %(names)s.") % {"names": _listed(found.answered)})
    if found.awaited:
        told.append(_("Asking %(names)s…") % {"names": _listed(found.awaited)})
    if found.silent:
        told.append(_("No answer from %(names)s.") % {"names": _listed(found.silent)})
    return told


def _listed(names: list[str]) -> str:
    return get_text_list(names, _("and"))


def _without_words(request: ViewerRequest, wanted: Sieve) -> dict[str, Any]:
    """What was looked for lately and what everybody knows; with filters the walls where all of it stands instead."""
    context: dict[str, Any] = {"walls": _walls(wanted)}
    if not context["walls"]:
        context["shelves"] = _popular(request)
    if request.profile:
        context["recent"] = recent.searches(request.profile)
    return context


def _walls(wanted: Sieve) -> list[tuple[str, str]]:
    """Addresses and names of the walls that show the same titles as these filters."""
    kinds = [kind for kind in Title.Kind.values if wanted and wanted.kind in ("", kind)]
    query = browse.Filters(genre=wanted.genre, period=wanted.period).query
    facts = [wanted.genre.name if wanted.genre else "", wanted.year]
    names = {kind: ", ".join(filter(None, [str(sieve.KINDS[kind]), *facts])) for kind in kinds}
    return [(f"{reverse(f'catalog:{kind}_list')}?{query}".rstrip("?"), name) for kind, name in names.items()]


def _popular(request: ViewerRequest) -> list[tuple[str, str, list[Title]]]:
    """To begin with: (kind, name, titles) of what everybody knows."""
    titles = Title.objects.visible_to(request.viewer)
    shelves = [
        ("series", _("Best known series"), browse.page(titles.series(), browse.POPULAR, size=POPULAR).titles),
        ("films", _("Best known films"), browse.page(titles.movies(), browse.POPULAR, size=POPULAR).titles),
    ]
    return [shelf for shelf in shelves if shelf[2]]


def _in_words(query: str, wanted: Sieve, context: dict[str, Any]) -> str:
    lines = [*context["titles"], *context["people"], *context.get("episodes", [])]
    values = {"count": len(lines), "query": query}
    if not lines and wanted:
        return _("Nothing found for “%(query)s” with these filters.") % values
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
