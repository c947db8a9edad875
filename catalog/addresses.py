"""What stands at an address: paths that name a thing lead to it for ever, even after it was renamed or merged."""

from accounts.viewers import Viewer
from catalog.models import Person, SlugHistory, Title

LONGEST_CHAIN = 5
"""Merges into merged titles that are followed."""


def title_at(kind: str, slug: str, viewer: Viewer) -> Title | None:
    """The title that has, or once had, this address, if the viewer may see it. A different slug says that it moved."""
    visible = Title.objects.visible_to(viewer).select_related("network").prefetch_related("genres")
    here = visible.filter(kind=kind, slug=slug).first()
    if here:
        return here
    present = _present(kind, slug)
    return visible.filter(pk=present.pk).first() if present else None


def _present(kind: str, slug: str) -> Title | None:
    """What a title that was renamed or merged is now, whoever may see it."""
    former = Title.objects.filter(old_slugs__kind=kind, old_slugs__slug=slug)
    title = Title.objects.filter(kind=kind, slug=slug).first() or former.first()
    for _step in range(LONGEST_CHAIN):
        if title is None or title.merged_into is None:
            break
        title = title.merged_into
    return title


def person_at(slug: str, viewer: Viewer) -> Person | None:
    """The person who has, or once had, this address, if the viewer may see anything of theirs."""
    visible = Person.objects.visible_to(viewer)
    former = SlugHistory.objects.filter(kind="person", slug=slug).values("person")
    return visible.filter(slug=slug).first() or visible.filter(pk__in=former).first()
