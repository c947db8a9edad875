from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from catalog.models import Title
from catalog.models.titles import ON_CARDS

register = template.Library()

KEPT = 5_000
"""Of each process; a card is about a kilobyte."""


@register.simple_tag
def title_card(title: Title, state: str = "", done: int = 0, total: int = 0, meta: str = "", eager: Any = False) -> str:
    """A title on a wall (components/title_card.html). The latest are kept: all that one shows is in its arguments."""
    shown = (title.pk, *(getattr(title, name) for name in ON_CARDS))
    return _drawn(get_language(), shown, str(state), done, total, str(meta), bool(eager))


@lru_cache(maxsize=KEPT, typed=True)  # text that is safe as HTML is not the same as text that is not
def _drawn(
    language: str,
    shown: tuple[int | str | datetime | None, ...],
    state: str,
    done: int,
    total: int,
    meta: str,
    eager: bool,
) -> str:
    title = Title(**dict(zip(("pk", *ON_CARDS), shown, strict=True)))
    context = {"title": title, "state": state, "done": done, "total": total, "meta": meta, "eager": eager}
    return render_to_string("components/title_card.html", context)
