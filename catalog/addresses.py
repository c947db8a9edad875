"""What stands at an address: paths that name a thing lead to it for ever, even after it was renamed or merged."""

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from accounts.viewers import Viewer
from catalog.models import Collection, Episode, Person, SlugHistory, Title, TitleChange

NOTHING: Mapping[str, Combinable] = MappingProxyType({})
LONGEST_CHAIN = 5
"""Merges into merged titles that are followed."""

MOST_COLLECTIONS = 5

_OF_TITLE = Collection.objects.published().filter(items__title=OuterRef("pk")).order_by("name")
_COLLECTIONS = ArraySubquery(_OF_TITLE.values(facts=JSONObject(name="name", slug="slug"))[:MOST_COLLECTIONS])
"""Names and slugs of the collections that hold a title, without a query of their own."""

MOST_NEWS = 6

_CHANGES = TitleChange.objects.filter(title=OuterRef("pk")).order_by("-created_at", "-pk")
_NEWS = ArraySubquery(_CHANGES.values(facts=JSONObject(at="created_at", text="text"))[:MOST_NEWS])
"""What changed on a title lately, in the same way; moments as PostgreSQL writes them in JSON."""


def title_at(kind: str, slug: str, viewer: Viewer, also: Mapping[str, Combinable] = NOTHING) -> Title | None:
    """The title that has, or once had, this address, if the viewer may see it. A different slug says that it moved.

    `also` are annotations that the page reads besides.
    """
    visible = Title.objects.visible_to(viewer).select_related("network").prefetch_related("genres")
    visible = visible.annotate(shelved_on=_COLLECTIONS, news=_NEWS, **also)
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


def episode_now(pk: int, viewer: Viewer) -> Episode | None:
    """What an episode became that was one with another, if the viewer may see that."""
    episode = Episode.objects.filter(pk=pk, merged_into__isnull=False).first()
    while episode and episode.merged_into_id:
        episode = Episode.objects.get(pk=episode.merged_into_id)
    return Episode.objects.visible_to(viewer).filter(pk=episode.pk).first() if episode else None


def person_at(slug: str, viewer: Viewer) -> Person | None:
    """The person who has, or once had, this address, if the viewer may see anything of theirs."""
    visible = Person.objects.visible_to(viewer)
    former = SlugHistory.objects.filter(kind="person", slug=slug).values("person")
    return visible.filter(slug=slug).first() or visible.filter(pk__in=former).first()


def is_free(kind: str, slug: str, thing: Title | Person) -> bool:
    """Whether no other title or person ever had this address."""
    former = SlugHistory.objects.filter(kind=kind, slug=slug)
    return not former.exclude(_whose(thing)).exists() if thing.pk else not former.exists()


@transaction.atomic
def moved(thing: Title | Person, *, kind: str, slug: str) -> None:
    """Let the former address of what has a new one lead to it; one that it has again leads nowhere else."""
    now = thing.kind if isinstance(thing, Title) else kind
    SlugHistory.objects.filter(_whose(thing), kind=now, slug=thing.slug).delete()
    target = {"title": thing, "person": None} if isinstance(thing, Title) else {"title": None, "person": thing}
    SlugHistory.objects.update_or_create(kind=kind, slug=slug, defaults=target)


def _whose(thing: Title | Person) -> Q:
    return Q(title=thing.pk) if isinstance(thing, Title) else Q(person=thing.pk)
