"""Two titles becoming one."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import search, slugs
from catalog.models import Credit, Match, SearchEntry, Title, TitleMerge
from catalog.models.merges import MatchQuerySet

from . import episodes, titles
from .journal import Journal
from .movers import Joining, registered


class MergeError(ValueError):
    """It cannot be done; says why in words for staff. Nothing was changed."""


@transaction.atomic
def merge(kept: Title, merged: Title, *, by: User | None, reason: str = "", at: datetime) -> TitleMerge:
    """Let everything that points to `merged` point to `kept`, and note it so that `undo` can put it back.

    Nothing is deleted: what `kept` has already stays with `merged`, which is seen nowhere any more and whose addresses
    lead to `kept`. `by` is nobody when it was certain. Raises MergeError.
    """
    kept, merged = locked(kept, merged)
    refuse_merge(kept, merged)
    record = TitleMerge.objects.create(kept=kept, merged=merged, reason=reason[:300], made_by=by, created_at=at)
    journal = Journal(record)
    seasons = episodes.join(kept, merged, journal)
    taken = titles.join(kept, merged, journal, at=at)
    joining = Joining(kept, merged, journal, seasons, taken, at)
    for mover in registered():
        mover.join(joining)
    of_pair(kept, merged).update(state=Match.State.MERGED, decided_by=by, decided_at=at)
    note_searched(kept, merged)
    return record


def locked(*those: Title) -> list[Title]:
    """The titles as they are now; until the transaction ends nobody makes a row that points to them. Raises MergeError.

    Taken in the order of a refresh: the slugs, then the titles by pk.
    """
    slugs.lock()
    rows = Title.objects.select_for_update().filter(pk__in=[title.pk for title in those]).order_by("pk")
    found = {title.pk: title for title in rows}
    if not all(title.pk in found for title in those):
        raise MergeError(_("One of the titles was deleted."))
    return [found[title.pk] for title in those]


def refuse_merge(kept: Title, merged: Title) -> None:
    if kept.pk == merged.pk:
        raise MergeError(_("A title cannot be merged with itself."))
    if kept.kind != merged.kind:
        raise MergeError(_("A series and a film cannot be one title."))
    for title in (kept, merged):
        if title.merged_into_id:
            raise MergeError(_("“%(title)s” is merged into another title already.") % {"title": title})


def of_pair(one: Title, other: Title) -> MatchQuerySet:
    """The match of two titles, if anybody thought of it."""
    first, second = sorted((one.pk, other.pk))
    return Match.objects.filter(title=first, other=second)


def note_searched(*those: Title) -> None:
    for title in those:
        search.note_changes(title.kind, [title.pk])
    search.note_changes(SearchEntry.Kind.PERSON, _people_of(those))


def _people_of(those: Iterable[Title]) -> list[int]:
    credited = Credit.objects.filter(title__in=those).order_by("person")
    return list(credited.values_list("person", flat=True).distinct())
