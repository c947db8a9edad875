from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog import locales, outside
from catalog.filmography import Work
from catalog.models import Title

register = template.Library()

register.filter("language_in_words", locales.language_name)
register.filter("country_name", locales.country_name)
register.simple_tag(outside.asked, name="asked_sources")


@register.filter
def years(title: Title) -> str:
    """“1954–1955” of a series, “1954–” while it runs, “1954” of a film or where nothing else is known."""
    if not title.year:
        return ""
    if not title.is_series or title.ended is None:
        return f"{title.year}–" if title.status == Title.Status.RUNNING else str(title.year)
    return str(title.year) if title.ended.year == title.year else f"{title.year}–{title.ended.year}"


@register.filter
def duration(minutes: int) -> str:
    """“27 min” or “2 h 10 min”."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


@register.simple_tag
def work_lines(works: Iterable[Work]) -> SafeString:
    """The lines of a filmography. There may be hundreds, and a template takes five times as long for each."""
    line = '<li><b>{}</b> <a href="{}">{}</a>{}</li>'
    lines = ((work.year or "—", work.url, work.name, _aside(work.about)) for work in works)
    return format_html_join("", line, lines)


def _aside(words: str) -> SafeString | str:
    return format_html(" <span>{}</span>", words) if words else ""
