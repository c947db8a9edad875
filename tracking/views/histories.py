"""Bringing one's history: the file, what it holds, what is to be decided, and adding it or taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import ProfileRequest
from catalog import search
from catalog.models import Episode, Title
from config import http, keys, paging
from tracking import jobs
from tracking.forms import HistoryForm
from tracking.histories import asking, choosing, receiving, words, working
from tracking.histories.uploads import UnreadableError
from tracking.models import ImportRow, ImportWork, LogImport

from .pressed import number

EARLIER = 20
WORKS = 10
ROWS = 50
HITS = 6
State, Verdict = LogImport.State, ImportRow.Verdict
APPLICABLE = (State.READY, State.APPLIED, State.UNDONE)


@require_http_methods(["GET", "HEAD", "POST"])
def history_list(request: ProfileRequest) -> HttpResponse:
    """Bring a file, or go back to one that was brought before."""
    is_posted = request.method == "POST"
    form = HistoryForm(request.POST if is_posted else None, request.FILES if is_posted else None)
    if is_posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            log_import = receiving.receive(request.profile, file, file.name, at=timezone.now())
        except UnreadableError as error:
            form.add_error("file", str(error))
        else:
            jobs.ask_for_history(log_import)
            return redirect(log_import)
    mine = LogImport.objects.of(request.profile)
    page = paging.newest(mine, "created_at", after=request.GET.get("after", ""), size=EARLIER)
    context = {"form": form, "page": page, "services": LogImport.Service.labels}
    return http.render_part(request, "tracking/histories.html", context, status=422 if form.errors else 200)


@require_safe
def history(request: ProfileRequest, import_id: int) -> HttpResponse:
    """How far it is; then what would be added, what is there, what is to be decided."""
    log_import = _mine(request, import_id)
    return http.render_part(request, "tracking/history.html", _about(request, log_import))


@require_POST
def history_answer(request: ProfileRequest, import_id: int) -> HttpResponse:
    log_import = _mine(request, import_id)
    said = {
        choice["name"]: request.POST.get(choice["name"], "")
        for choice in log_import.options.get("choices", [])
        if request.POST.get(choice["name"]) in [value for value, _label in choice["values"]]
    }
    if working.answer(log_import, said, at=timezone.now()):
        jobs.ask_for_history(log_import)
    return redirect(log_import)


@require_POST
def history_apply(request: ProfileRequest, import_id: int) -> HttpResponse:
    return _begin(request, import_id, State.APPLYING, of=APPLICABLE)


@require_POST
def history_undo(request: ProfileRequest, import_id: int) -> HttpResponse:
    return _begin(request, import_id, State.UNDOING, of=(State.APPLIED, State.READY))


@require_POST
def history_cancel(request: ProfileRequest, import_id: int) -> HttpResponse:
    """Stop what is under way, or throw away what was not added."""
    log_import = _mine(request, import_id)
    working.cancel(log_import, at=timezone.now())
    if log_import.state == State.CANCELLED:
        http.toast(request, _("Thrown away. Nothing of it is in your log."))
        return redirect("tracking:history_list")
    return redirect(log_import)


@require_POST
def history_proposals(request: ProfileRequest, import_id: int) -> HttpResponse:
    """Take what comes first for everything that is doubtful."""
    log_import = _open(request, import_id)
    choosing.take_proposals(log_import)
    jobs.request_look(log_import)
    return redirect(log_import)


@require_http_methods(["GET", "HEAD", "POST"])
def history_work(request: ProfileRequest, import_id: int, work_id: int) -> HttpResponse:
    """Say which title a work is: one of the proposals, or one found by name (`?q=`)."""
    log_import = _open(request, import_id) if request.method == "POST" else _mine(request, import_id)
    work = get_object_or_404(ImportWork.objects.select_related("title"), pk=work_id, log_import=log_import)
    work.log_import = log_import
    if request.method == "POST":
        section, asked = work.verdict, request.POST.get("title", "")
        _decide(request, work, asked)
        return _again(request, log_import, section, f"work-{work.pk}-{asked}")
    query = search.tidy(request.GET.get("q", ""))
    context = {"log_import": log_import, "claim": _claims([work], _hits(request, query))[0], "query": query}
    return http.render_part(request, "tracking/history_work.html", context)


@require_safe
def history_rows(request: ProfileRequest, import_id: int) -> HttpResponse:
    """The rows of one verdict, as they are in the file."""
    log_import = _mine(request, import_id)
    asked = request.GET.get("verdict", "")
    verdict = asked if asked in Verdict.values else Verdict.ADDED
    rows = ImportRow.objects.filter(log_import=log_import, verdict=verdict).order_by("pk")
    if (after := keys.read(request.GET.get("after", ""), [keys.ROW_ID])) is not None:
        rows = rows.filter(pk__gt=after[0])
    found = list(rows.select_related("work__title", "episode__season")[: ROWS + 1])
    context = {
        "log_import": log_import,
        "verdict": Verdict(verdict),
        "tabs": [(each, words.number(log_import, each)) for each in Verdict],
        "rows": found[:ROWS],
        "next": f"?verdict={verdict}&after={keys.write(found[ROWS - 1].pk)}" if len(found) > ROWS else "",
        "first": f"?verdict={verdict}" if after else "",
        "is_open": log_import.state in choosing.OPEN,
    }
    return http.render_part(request, "tracking/history_rows.html", context)


@require_POST
def history_row(request: ProfileRequest, import_id: int, row_id: int) -> HttpResponse:
    """Say which episode a row is of; the one that is proposed when none is named."""
    log_import = _open(request, import_id)
    row = get_object_or_404(ImportRow.objects.select_related("work", "episode"), pk=row_id, log_import=log_import)
    row.log_import = log_import
    if row.work is None or row.work.title_id is None or row.is_applied:
        raise Http404
    asked = request.POST.get("episode")
    episodes = Episode.objects.filter(title=row.work.title_id, merged_into=None)
    episode = get_object_or_404(episodes, pk=number(asked)) if asked else row.episode
    if episode is None:
        raise Http404
    choosing.choose_episode(row, episode)
    return _again(request, log_import, "episodes", f"row-{row.pk}")


# -- what the pages are told -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A work of the file and the titles that it may be: (title, score or None, reasons) each."""

    work: ImportWork
    proposals: Sequence[tuple[Title, int | None, str]]
    hits: Sequence[Title]


def _about(request: ProfileRequest, log_import: LogImport) -> dict[str, Any]:
    is_open = log_import.state in choosing.OPEN
    works = ImportWork.objects.filter(log_import=log_import)
    doubtful, after_doubtful = _some(request, works, ImportWork.Verdict.DOUBTFUL, "doubtful")
    unknown, after_unknown = _some(request, works, ImportWork.Verdict.UNKNOWN, "unknown")
    return {
        "log_import": log_import,
        "sums": words.sums(log_import),
        "kinds": words.kinds(log_import),
        "is_open": is_open,
        "is_pending": asking.is_pending(log_import, timezone.now()),
        "doubtful": _claims(doubtful) if is_open else [],
        "doubtful_after": after_doubtful,
        "unknown": _claims(unknown) if is_open else [],
        "unknown_after": after_unknown,
        "doubtful_rows": _doubtful_rows(log_import) if is_open else [],
        "choices": log_import.options.get("choices", []),
        "can_apply": is_open and words.number(log_import, Verdict.ADDED) > 0,
        "can_undo": log_import.state in (State.APPLIED, State.READY) and words.applied(log_import) > 0,
    }


def _some(request: HttpRequest, works: Any, verdict: str, name: str) -> tuple[list[ImportWork], str]:
    """The works of a verdict, those with most rows first; a page of them, and the key behind it."""
    rows = works.filter(verdict=verdict).select_related("title")
    columns = [keys.Column("row_count", keys.whole), keys.ROW_ID]
    if key := keys.read(request.GET.get(name, ""), columns):
        rows = rows.filter(row_count__lte=key[0]).exclude(row_count=key[0], pk__lte=key[1])
    found = list(rows.order_by("-row_count", "pk")[: WORKS + 1])
    last = found[WORKS - 1] if len(found) > WORKS else None
    return found[:WORKS], keys.write(last.row_count, last.pk) if last else ""


def _doubtful_rows(log_import: LogImport) -> list[ImportRow]:
    """Those whose title is clear and whose episode is not."""
    rows = ImportRow.objects.filter(log_import=log_import, verdict=Verdict.DOUBTFUL, work__title__isnull=False)
    return list(rows.select_related("work__title", "episode__season").order_by("pk")[:ROWS])


def _claims(works: Sequence[ImportWork], hits: Sequence[Title] = ()) -> list[Claim]:
    pks = {each["title"] for work in works for each in work.candidates}
    titles = Title.objects.filter(merged_into=None).for_cards().in_bulk(pks)
    return [
        Claim(
            work,
            [
                (titles[each["title"]], each["score"], ", ".join(each["reasons"]))
                for each in work.candidates
                if each["title"] in titles
            ],
            hits,
        )
        for work in works
    ]


def _hits(request: ProfileRequest, query: str) -> list[Title]:
    if not query:
        return []
    found = search.find(query, request.viewer, limit=HITS)
    pks = [hit.object_id for hit in found if hit.kind in Title.Kind.values]
    titles = Title.objects.visible_to(request.viewer).for_cards().in_bulk(pks)
    return [titles[pk] for pk in pks if pk in titles]


# -- what several of them do -------------------------------------------------------------------------------------------


def _mine(request: ProfileRequest, import_id: int) -> LogImport:
    log_import = get_object_or_404(LogImport.objects.of(request.profile), pk=import_id)
    log_import.profile = request.profile
    return log_import


def _open(request: ProfileRequest, import_id: int) -> LogImport:
    """404 for what is at work just now: nothing can be decided meanwhile."""
    log_import = _mine(request, import_id)
    if log_import.state not in choosing.OPEN:
        raise Http404
    return log_import


def _again(request: ProfileRequest, log_import: LogImport, section: str, button: str) -> HttpResponse:
    """The import as it is after a decision: what is open on the page when htmx asked, else its page.

    The button that was pressed is gone. htmx keeps the focus on what bears its id: what is left of its section, or the
    bar below when nothing is."""
    jobs.request_look(log_import)
    if not request.htmx:
        return redirect(log_import)
    context = _about(request, _mine(request, log_import.pk))
    left = {"doubtful": context["doubtful"], "episodes": context["doubtful_rows"], "unknown": context["unknown"]}
    context |= {"focus": button, "focus_on": section if left.get(section) else "foot"}
    return http.render_part(request, "tracking/history.html", context)


def _begin(
    request: ProfileRequest, import_id: int, state: LogImport.State, *, of: Sequence[LogImport.State]
) -> HttpResponse:
    log_import = _mine(request, import_id)
    if working.begin(log_import, state, of=of, at=timezone.now()):
        jobs.ask_for_history(log_import)
    return redirect(log_import)


def _decide(request: ProfileRequest, work: ImportWork, asked: str) -> None:
    if asked == "none":
        choosing.leave_out(work)
    elif asked:
        titles = Title.objects.visible_to(request.viewer)
        choosing.choose(work, get_object_or_404(titles, pk=number(asked)))
    else:
        choosing.reopen(work)
    _say_how_many(request, work)


def _say_how_many(request: ProfileRequest, work: ImportWork) -> None:
    said = {"name": work.name, "count": work.row_count}
    undo = reverse("tracking:history_work", args=[work.log_import_id, work.pk])
    if work.verdict == ImportWork.Verdict.CHOSEN:
        there = ngettext("%(name)s: %(count)s row goes there.", "%(name)s: %(count)s rows go there.", work.row_count)
        http.toast(request, there % said, undo=undo)
    elif work.verdict == ImportWork.Verdict.LEFT_OUT:
        out = ngettext("%(name)s: %(count)s row is left out.", "%(name)s: %(count)s rows are left out.", work.row_count)
        http.toast(request, out % said, undo=undo)
