from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.search import pieces

register = template.Library()


@register.filter
def marked(name: str, query: str) -> SafeString:
    """The name with <mark> around what of it was asked for."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if asked else text,) for text, asked in pieces(name, query))
    )
