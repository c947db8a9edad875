"""The calendar as a page, and as a feed for other programs."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import tokens
from accounts.models import ApiToken
from accounts.requests import ProfileRequest, ViewerRequest
from catalog import locales, moves, ways
from config import http
from tracking.calendar import airings, days, feeds, ical, spans
from tracking.models import LibraryEntry

FEED = "tracking:calendar_feed"


@require_safe
def calendar(request: ProfileRequest) -> HttpResponse:
    """By `?view=`, around the day `?on=`, of one sort or both as `?show=` says."""
    today = timezone.localdate()
    week_begins = locales.first_weekday(request.profile.language, ways.region_of(request))
    span = spans.understood(request.GET.dict(), today=today, week_begins=week_begins)
    sheet = days.sheet(request.profile, span)
    if span.view not in ("month", "week"):  # which have no room to say it
        moves.tell((airing.episode for airing in sheet.airings if airing.episode), now=timezone.now())
    next_on = None
    if sheet.is_empty and span.show != "seen":
        next_on = airings.following(request.profile, span.last, last=spans.LATEST)
    context = {
        "span": span,
        "sheet": sheet,
        "today": today,
        "views": [(span.seen_as(view), label) for view, label in spans.VIEWS.items()],
        "shows": [(span.showing(show), label) for show, label in spans.SHOWS.items()],
        "weekdays": [WEEKDAYS[day] for day in span.weekdays],
        "present": None if span.holds(today) else span.at(today),
        "next_on": next_on,
        "next_span": span.at(next_on) if next_on else None,
        "is_new": sheet.is_empty and not LibraryEntry.objects.of(request.profile).exists(),
        "feed": feeds.current(request.profile),
    }
    return http.render_part(request, "tracking/calendar.html", context)


@never_cache
@require_POST
def calendar_feed_renew(request: ProfileRequest) -> HttpResponse:
    """Make an address for the feed, and show it this once."""
    address = request.build_absolute_uri(reverse(FEED, args=[feeds.renew(request.profile)]))
    context = {"address": address, "webcal": f"webcal:{address.partition(':')[2]}"}
    return http.render_part(request, "tracking/calendar_feed.html", context)


@require_POST
def calendar_feed_revoke(request: ProfileRequest) -> HttpResponse:
    feeds.revoke(request.profile)
    http.toast(request, _("The address of your calendar is gone. Programs that read it get nothing more."))
    return redirect("tracking:calendar")


@login_not_required
@require_safe
def calendar_feed(request: ViewerRequest, secret: str) -> HttpResponse:
    """The feed of the profile whose secret this is; without a session."""
    now = timezone.now()
    token = tokens.find(secret, ApiToken.Scope.CALENDAR, at=now)
    if token is None:
        raise Http404
    profile, site = token.profile, request.build_absolute_uri("/").rstrip("/")
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    with translation.override(profile.language):
        name = _("Marquee: %(name)s") % {"name": profile.name}
        told = feeds.told(profile, today=timezone.localdate(now, profile.zone))
        entries = [ical.entry(airing, owner=profile.pk, site=site, host=host) for airing in told]
        etag = f'"{ical.fingerprint(name, entries)}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = HttpResponse(ical.write(name, entries), content_type="text/calendar; charset=utf-8")
            response["Content-Disposition"] = 'inline; filename="marquee.ics"'
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response
