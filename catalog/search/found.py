"""What was found, with all that a line of results shows."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.viewers import Viewer
from catalog.models import Credit, Episode, Person, Title

from .query import EPISODES, PEOPLE, TITLES, Group, Hit

NAMED_ROLES = 2


@dataclass(frozen=True)
class Found:
    hit: Hit
    thing: Title | Person | Episode
    about: str
    """Facts in words: “Series, 1954. 39 episodes”."""


def load(hits: Collection[Hit], viewer: Viewer) -> list[Found]:
    """In the order of the hits, with one query each for titles, people and episodes.

    What the viewer may not see is left out, even where the index does not know that yet.
    """
    found = (
        _titles(_of(hits, TITLES), viewer) | _people(_of(hits, PEOPLE), viewer) | _episodes(_of(hits, EPISODES), viewer)
    )
    return [found[hit] for hit in hits if hit in found]


def _of(hits: Collection[Hit], group: Group) -> dict[int, Hit]:
    return {hit.object_id: hit for hit in hits if hit.kind in group.kinds}


def _titles(hits: dict[int, Hit], viewer: Viewer) -> dict[Hit, Found]:
    titles = Title.objects.visible_to(viewer).filter(pk__in=hits).defer("overview", "field_sources") if hits else ()
    return {hits[title.pk]: Found(hits[title.pk], title, _about_title(title)) for title in titles}


def _people(hits: dict[int, Hit], viewer: Viewer) -> dict[Hit, Found]:
    if not hits:
        return {}
    roles = Credit.objects.filter(person=OuterRef("pk")).values("role").annotate(times=Count("pk"))
    people = (
        Person.objects.visible_to(viewer)
        .filter(pk__in=hits)
        .defer("biography", "field_sources")
        .annotate(roles=ArraySubquery(roles.order_by("-times", "role").values("role")[:NAMED_ROLES]))
    )
    return {hits[person.pk]: Found(hits[person.pk], person, _about_person(person, person.roles)) for person in people}


def _episodes(hits: dict[int, Hit], viewer: Viewer) -> dict[Hit, Found]:
    episodes = (
        Episode.objects.visible_to(viewer)
        .listed()
        .filter(pk__in=hits)
        .defer("overview")
        .select_related("title", "season")
        if hits
        else ()
    )
    return {hits[episode.pk]: Found(hits[episode.pk], episode, _about_episode(episode)) for episode in episodes}


def _about_title(title: Title) -> str:
    kind = f"{title.get_kind_display()}, {title.year}" if title.year else title.get_kind_display()
    if title.is_series and title.episode_count:
        count = title.episode_count
        more = ngettext("%(count)s episode", "%(count)s episodes", count) % {"count": count}
    else:
        more = title.byline
    return f"{kind}. {more}" if more else kind


def _about_person(person: Person, roles: list[str]) -> str:
    """“Actor and director, 1888–1934”."""
    labels = [str(Credit.Role(role).label) for role in roles]
    if len(labels) == NAMED_ROLES:
        labels = [_("%(first)s and %(second)s") % {"first": labels[0], "second": labels[1].lower()}]
    if person.born and person.died:
        labels.append(f"{person.born.year}–{person.died.year}")
    elif person.born:
        labels.append(_("born %(year)s") % {"year": person.born.year})
    return ", ".join(labels)


def _about_episode(episode: Episode) -> str:
    return f"{episode.title.name}, {episode.code}"
