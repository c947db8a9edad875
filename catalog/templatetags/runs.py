from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

WORDS = {
    "index": _("index"),
    "details": _("details"),
    "shows": _("shows"),
    "pipeline": _("pipeline"),
    "collections": _("collections"),
    "cast": _("cast"),
    "publish": _("publish"),
    "created": _("created"),
    "changed": _("changed"),
    "unchanged": _("unchanged"),
    "created whole": _("created whole"),
    "changed whole": _("changed whole"),
    "unchanged whole": _("unchanged whole"),
    "put up": _("put up"),
    "taken down": _("taken down"),
    "failed": _("failed"),
    "problems": _("problems"),
}


@register.filter
def in_words(code: str) -> str:
    """What the code calls a kind of import, a step or a counter, for readers; the code itself where there is none."""
    return str(WORDS.get(code, code))
