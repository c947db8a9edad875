"""One source's part of a title becoming a title of its own again, where the source was wrongly taken to mean it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import names, refresh, slugs
from catalog.models import (
    Alias,
    Availability,
    Credit,
    Episode,
    ExternalId,
    Picture,
    SourceRecord,
    Title,
    TitleMerge,
    Translation,
)
from catalog.sources import providers
from catalog.sources.facts import TitleFacts
from catalog.sources.fields import UnusableError

from .journal import Journal
from .merges import MergeError, locked
from .parting import forget, move_episodes, only_known_to, part, undo
from .titles import count_episodes

SAID_BY_ONE = (Alias, Translation, Availability, Picture)
"""What of a title is noted with the source that said it; and credits, of which those of episodes follow these."""


@dataclass(frozen=True)
class Split:
    """Both are to be fetched again: each holds what the other's source said, where nobody else said anything."""

    staying: Title
    leaving: Title


@transaction.atomic
def split(title: Title, outside: ExternalId, *, by: User | None, at: datetime) -> Split:
    """Take what a source knows by this id out of a title: undo the merge that brought it, else make it a title anew.

    Episodes that only this source knew go with their viewings; those that another knows too stay, and so do theirs.
    The two never merge by themselves again. Raises MergeError.
    """
    (title,) = locked(title)
    merge = _brought_by(title, outside)
    if merge:
        undone = undo(merge, by=by, at=at)
        return Split(undone.kept, undone.merged)
    _refuse(title, outside)
    facts = _stored(outside)
    leaving = _new(title, facts, at=at)
    _hand_over(title, outside, leaving)
    if facts:
        with suppress(refresh.RefusedError):
            refresh.apply_title(leaving, facts, at=at)
    leaving.refresh_from_db()
    for each in (title, leaving):
        each.updated_at = at
        if each.is_series:
            count_episodes(each, at=at)
        each.save(update_fields=["episode_count", "episodes_changed_at", "updated_at"])
    part(title, leaving, by=by, since=at, at=at)
    return Split(title, leaving)


def _brought_by(title: Title, outside: ExternalId) -> TitleMerge | None:
    """The newest merge in force that gave this id to the title."""
    merges = TitleMerge.objects.filter(kept=title, undone_at=None).order_by("-pk")
    return next((merge for merge in merges if Journal(merge).rows_of(ExternalId).filter(object_id=outside.pk)), None)


def _refuse(title: Title, outside: ExternalId) -> None:
    if outside.title_id != title.pk:
        raise MergeError(_("This id belongs to another title."))
    if title.merged_into_id:
        raise MergeError(_("“%(title)s” is merged into another title.") % {"title": title})
    if not ExternalId.objects.filter(title=title).exclude(pk=outside.pk).exists():
        raise MergeError(_("Nothing but this id holds the title together: there is nothing to split."))


def _stored(outside: ExternalId) -> TitleFacts | None:
    """What the source said last; nothing where that was never kept, or cannot be read."""
    record = SourceRecord.objects.filter(source=outside.source, kind=outside.kind, external_id=outside.value).first()
    provider = next((provider for provider in providers.ALL if provider.source == outside.source), None)
    if record is None or provider is None:
        return None
    try:
        return provider.read_stored(outside.kind, record.data)
    except UnusableError:
        return None


def _new(title: Title, facts: TitleFacts | None, *, at: datetime) -> Title:
    """A title with no more than a name; it stays as hidden as the one it comes from, and asks for the same age."""
    name = facts.name if facts else title.name
    year = facts.premiered.year if facts and facts.premiered else None
    (slug,) = slugs.for_titles(title.kind, [(name, year)])
    return Title.objects.create(
        kind=title.kind,
        name=name,
        slug=slug,
        sort_name=names.sort_name(name),
        min_age=title.min_age,
        is_published=title.is_published,
        created_at=at,
        updated_at=at,
    )


def _hand_over(title: Title, outside: ExternalId, leaving: Title) -> None:
    """The id, what only its source said of the title, and the episodes that only it knew. For those that both knew it
    names its own. A source that answered to another id of the title too goes on telling about it."""
    source, ids = outside.source, ExternalId.objects.filter(title=title)
    ids.filter(pk=outside.pk).update(title=leaving)
    if ids.answered().filter(source=source).exists():
        return
    heard = [name.removesuffix("_id") for name, origin in title.field_sources.items() if origin == source]
    ids.filter(source__in=heard).exclude(pk__in=ids.answered()).update(title=leaving)
    for model in SAID_BY_ONE:
        model._default_manager.filter(title=title, source=source).update(title=leaving)
    Credit.objects.filter(title=title, episode=None, source=source).update(title=leaving)
    move_episodes(only_known_to(source, Episode.objects.filter(title=title), title), leaving)
    forget(source, title)
    title.refresh_from_db()
