from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Episode, Title
from catalog.picture_keys import Addresses

register = template.Library()

USUAL = "min(11rem,30vw)"
"""As wide as a card on a desk, three of which lie beside each other on a phone."""

LAZY = SafeString(' loading="lazy"')


@register.simple_tag
def poster(title: Title, eager: Any = False, sizes: str = "") -> SafeString:
    """The photograph of a title, else the one that is drawn; `sizes` as in HTML."""
    if title.picture:
        return copies(title.photo, 400, 600, eager, sizes)
    return _drawing(title.poster_url, 400, 600, eager)


@register.simple_tag
def still(episode: Episode, eager: Any = False, sizes: str = "", is_veiled: bool = False) -> SafeString:
    """The same of an episode; a veiled one is always drawn."""
    if episode.picture and not is_veiled:
        return copies(episode.photo, 640, 360, eager, sizes)
    return _drawing(episode.still_url, 640, 360, eager)


def _drawing(path: str, width: int, height: int, eager: Any) -> SafeString:
    image = '<img src="{}" alt="" width="{}" height="{}"{} decoding="async">'
    return format_html(image, path, width, height, "" if eager else LAZY)


@register.simple_tag
def copies(photo: Addresses, width: int, height: int, eager: Any, sizes: str, css: str = "") -> SafeString:
    """A stored picture in all its widths. A tag, since walls have many and a template takes ten times as long.

    `sizes` as in HTML; those that load lazily are sized by the browser, where it can.
    """
    return format_html(
        '<picture><source type="image/avif" srcset="{}" sizes="{}{}">'
        '<img{} src="{}" alt="" width="{}" height="{}"{} decoding="async"></picture>',
        photo.srcset,
        "" if eager else "auto,",
        sizes or USUAL,
        format_html(' class="{}"', css) if css else "",
        photo.src,
        width,
        height,
        "" if eager else LAZY,
    )
