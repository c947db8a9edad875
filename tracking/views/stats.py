"""What the log amounts to, in pictures: of any period, and of a year to be shared."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Profile
from accounts.requests import ProfileRequest
from catalog import arrivals
from catalog.models import Person
from config import http
from tracking import jobs, statistics
from tracking.ratings import in_words
from tracking.statistics import Figures, Period, State, charts, pictures
from tracking.statistics.reviews import EARLIEST, LATEST

Drawn = dict[str, str]
"""The “sums” and the “charts” of a page, as HTML."""

FIRST_DAY, LAST_DAY = date(EARLIEST, 1, 1), date(LATEST, 12, 31)
MOST_CHIPS = 15
WEEKDAYS = [(WEEKDAYS_ABBR[day], 41 + 23 * day) for day in (0, 2, 4, 6)]
"""Those that are named beside the map of days, and where."""


class PeriodForm(forms.Form):
    """Which days, and which others they are compared with."""

    BESIDE = [
        ("", _("Nothing")),
        ("before", _("The time before")),
        ("year", _("A year earlier")),
        ("days", _("Other days")),
    ]
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    beside = forms.ChoiceField(label=_("Compared with"), choices=BESIDE, required=False)
    beside_since = forms.DateField(label=_("Other days from"), required=False)
    beside_until = forms.DateField(label=_("Other days to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.input_formats = ["%Y-%m-%d"]
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for first, last in (("since", "until"), ("beside_since", "beside_until")):
            begin, end = said.get(first), said.get(last)
            if begin and end and begin > end:
                self.add_error(last, _("This is before the day it begins with."))
            for name, day in ((first, begin), (last, end)):
                if day and not FIRST_DAY <= day <= LAST_DAY:
                    self.add_error(name, _("No log reaches there."))
        if said.get("beside") and not self.errors and self.other is None:
            self.add_error("beside", _("Give the days of both periods a beginning and an end to compare them."))
        return said

    @property
    def period(self) -> Period:
        said = self.cleaned_data if self.is_bound else {}
        return Period(said.get("since"), said.get("until"))

    @property
    def other(self) -> Period | None:
        said = self.cleaned_data if self.is_bound else {}
        first, last = said.get("beside_since"), said.get("beside_until")
        match said.get("beside"):
            case "before":
                return self.period.before()
            case "year":
                return self.period.a_year_earlier()
            case "days" if first and last and self.period.first and self.period.last:
                return Period(first, last)
        return None


@require_safe
def stats(request: ProfileRequest) -> HttpResponse:
    """Of `?since=` to `?until=`, both of them days and either of them open; all time without them."""
    form = PeriodForm(request.GET or None)
    is_wrong = form.is_bound and not form.is_valid()
    period, other = (Period(), None) if is_wrong else (form.period, form.other)
    asked = request.GET.get("show", "")
    measure = asked if asked in charts.MEASURES else "hours"
    profile, scale, now = request.profile, request.profile.rating_scale, timezone.now()
    state = statistics.state_of(profile)
    draw = partial(_draw, profile, period, other, measure=measure, today=timezone.localdate(now), state=state)
    drawn = _kept(f"{period.key}:{other and other.key}:{measure}", draw, today=timezone.localdate(now), state=state)
    crowd = statistics.compare(profile, period)
    remaining = statistics.remembered("left", partial(statistics.remaining, profile, now=now), state=state)
    left_out = partial(statistics.left_out, profile, period)
    context = {
        "form": form,
        "period": period,
        "other": other,
        "drawn": drawn,
        "measures": [(key, label, _query(request, show=key)) for key, label in charts.MEASURES.items()],
        "measure": measure,
        "years": [(year, Period.of_year(year)) for year in state.years[:MOST_CHIPS]],
        "crowd": crowd,
        "opinions": [(one, in_words(one.own, scale), in_words(one.crowd, scale)) for one in crowd.apart]
        if crowd
        else [],
        "remaining": remaining,
        "left_out": statistics.remembered(f"left-out:{period.key}", left_out, state=state),
    }
    return http.render_part(request, "tracking/stats.html", context, status=422 if is_wrong else 200)


def _query(request: ProfileRequest, **changed: str) -> str:
    """The query of this page with something changed."""
    return urlencode(request.GET.dict() | changed)


def _kept(what: str, draw: Callable[[], Drawn], *, today: date, state: State) -> Drawn:
    """What is drawn of a log that did not change stays the same for the day: it is most of the work for a page."""
    return statistics.remembered(f"drawn:{what}:{get_language()}:{today}", draw, state=state)


def _draw(profile: Profile, period: Period, other: Period | None, *, measure: str, today: date, state: State) -> Drawn:
    """Nothing where nothing was seen."""
    figures = statistics.figures_of(profile, period, state=state)
    if not figures.total.viewings:
        return {}
    beside = statistics.times_of(profile, other, state=state) if other else None
    people = Person.objects.defer("biography", "field_sources").in_bulk(figures.people)
    context = {
        "period": period,
        "figures": figures,
        "beside": beside,
        "charts": charts.draw(figures, beside, measure=measure, today=today),
        "unit": charts.MEASURES[measure],
        "people": [(people[pk], tally) for pk, tally in figures.people.items() if pk in people],
    }
    return _in_html("tracking/stats_charts.html", context)


def _draw_year(figures: Figures, today: date) -> Drawn:
    drawn = charts.draw(figures, None, measure="hours", today=today)
    return _in_html("tracking/stats_year_charts.html", {"figures": figures, "charts": drawn})


def _in_html(template: str, context: dict[str, Any]) -> Drawn:
    sums = render_to_string("tracking/stats_sums.html", context)
    return {"sums": sums, "charts": render_to_string(template, {**context, "weekdays": WEEKDAYS})}


@require_safe
def stats_year(request: ProfileRequest, year: int) -> HttpResponse:
    """A year in review, and its picture: an open page looks out for it while a worker draws."""
    if not EARLIEST <= year <= LATEST:
        raise Http404
    profile, today = request.profile, timezone.localdate()
    state = statistics.state_of(profile)
    review = statistics.review(profile, year, state=state)
    facts = pictures.facts_of(profile, review)
    has_any = bool(review.figures.total.viewings)
    picture = pictures.current(profile, facts) if has_any else None
    if has_any and picture is None:
        jobs.request_year(profile, facts)
    asked = request.GET.get("looks", "")
    looks = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    draw = partial(_draw_year, review.figures, today)
    context = {
        "year": year,
        "review": review,
        "drawn": _kept(f"year:{year}", draw, today=today, state=state) if has_any else {},
        "is_running": today.year == year,
        "today": today,
        "earlier": next((other for other in state.years if other < year), None),
        "later": next((other for other in reversed(state.years) if other > year), None),
        "picture": picture,
        "delay": arrivals.delay(looks),
        "looks": looks + 1,
    }
    return http.render_part(request, "tracking/stats_year.html", context)


@require_safe
def year_picture(request: ProfileRequest, year: int) -> HttpResponseBase:
    """The picture of the active profile's own year, if it shows what is in the log now."""
    if not EARLIEST <= year <= LATEST:
        raise Http404
    profile = request.profile
    facts = pictures.facts_of(profile, statistics.review(profile, year, state=statistics.state_of(profile)))
    picture = pictures.current(profile, facts)
    if picture is None:
        raise Http404
    try:
        content = picture.file.open("rb")
    except OSError as missing:
        jobs.request_year(profile, facts)
        raise Http404 from missing
    answer = FileResponse(
        content, content_type="image/png", as_attachment="download" in request.GET, filename=f"marquee-{year}.png"
    )
    answer["Cache-Control"] = "private, no-cache"
    return answer
