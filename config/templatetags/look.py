from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign of components/icons.html, which base.html holds once; it says nothing to those who cannot see it."""
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)
