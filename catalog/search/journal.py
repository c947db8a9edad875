"""What must be made anew in the index: noted with the change itself, worked off by workers, or all at once."""

from collections.abc import Callable, Collection, Iterable, Iterator

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from catalog.models import Credit, Episode, Person, SearchChange, SearchEntry, Title

from . import entries

CHUNK = 1000


def note_changes(kind: str, object_ids: Iterable[int]) -> None:
    """Note titles ("movie" or "series") and people ("person") that came, changed or went, in that same transaction.

    A title is noted when its names, popularity, age, year, genres, publication or episodes changed; a person when their
    name or their credits did. The people of a title, and the episodes of a series, are then looked at with it; only an
    episode that is deleted on its own is noted itself ("episode").
    """
    SearchChange.objects.bulk_create(
        [SearchChange(kind=kind, object_id=object_id) for object_id in object_ids], batch_size=5000
    )


def note_leaving(kind: str, title_ids: Collection[int]) -> None:
    """Note titles that are about to be deleted, and the people in them while it is still known who they are."""
    note_changes(kind, title_ids)
    note_changes(SearchEntry.Kind.PERSON, _people_of(title_ids))


def apply_changes(*, limit: int = CHUNK) -> int:
    """Make the entries of the objects that were noted first; how many notes were worked off, none when all are."""
    with transaction.atomic():
        _take_turns()
        changes = list(SearchChange.objects.order_by("pk")[:limit])
        noted: dict[str, set[int]] = {kind: set() for kind in SearchEntry.Kind}
        for change in changes:
            noted[change.kind].add(change.object_id)
        titles = noted[SearchEntry.Kind.MOVIE] | noted[SearchEntry.Kind.SERIES]
        moved = entries.write_titles(titles)
        entries.write_episodes(titles, noted[SearchEntry.Kind.EPISODE] | _orphaned_episodes(titles))
        entries.write_people(noted[SearchEntry.Kind.PERSON])
        note_changes(SearchEntry.Kind.PERSON, _people_of(moved))
        SearchChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def rebuild(tell: Callable[[str, int, int], None] = lambda what, done, total: None) -> None:
    """Make every entry anew, a chunk at a time: what is right stays, so the search answers all the while.

    `tell` hears what is made, how many objects are done, and of how many.
    """
    _in_chunks(Title.objects.all(), entries.write_titles, lambda n, of: tell("titles", n, of))
    _in_chunks(Title.objects.all(), entries.write_episodes, lambda n, of: tell("episodes", n, of))
    _in_chunks(Person.objects.all(), entries.write_people, lambda n, of: tell("people", n, of))
    _forget_the_vanished()
    with connection.cursor() as cursor:
        cursor.execute("analyze catalog_searchentry")


def _take_turns() -> None:
    """Until the end of the transaction, let no other write entries.

    Two that worked on one object could leave the older state of it, or two entries for one episode name. Waiting, not
    giving up, keeps a note from being left behind by a worker that has just looked for the last time.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('catalog.search'))")


def _people_of(title_ids: Iterable[int]) -> Iterable[int]:
    return Credit.objects.filter(title__in=list(title_ids)).order_by().values_list("person", flat=True).distinct()


def _orphaned_episodes(title_ids: set[int]) -> set[int]:
    """What is left of titles that are gone: reads all episode entries, so only when there are such titles."""
    if Title.objects.filter(pk__in=title_ids).count() == len(title_ids):
        return set()
    return set(_vanished(SearchEntry.objects.filter(kind=SearchEntry.Kind.EPISODE), Episode.objects.all()))


def _vanished(made: QuerySet[SearchEntry], objects: QuerySet[Model]) -> QuerySet[SearchEntry, int]:
    gone = made.filter(~Exists(objects.filter(pk=OuterRef("object_id"))))
    return gone.order_by().values_list("object_id", flat=True).distinct()


def _in_chunks(
    objects: QuerySet[Model], write: Callable[[list[int]], object], tell: Callable[[int, int], None]
) -> None:
    done, total = 0, objects.count()
    for ids in _chunks(objects):
        with transaction.atomic():
            _take_turns()
            write(ids)
        done += len(ids)
        tell(done, total)


def _chunks(objects: QuerySet[Model]) -> Iterator[list[int]]:
    last = 0
    while ids := list(objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def _forget_the_vanished() -> None:
    kinds = SearchEntry.Kind
    with transaction.atomic():
        _take_turns()
        made = SearchEntry.objects.all()
        entries.write_titles(_vanished(made.filter(kind__in=[kinds.MOVIE, kinds.SERIES]), Title.objects.all()))
        entries.write_people(_vanished(made.filter(kind=kinds.PERSON), Person.objects.all()))
        entries.write_episodes([], _vanished(made.filter(kind=kinds.EPISODE), Episode.objects.all()))
