"""Two titles going separate ways: a merge undone, or one source's part of a title split off."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Episode, ExternalId, Match, Picture, Season, Subject, Title, TitleMerge, Translation
from catalog.refresh import rows
from catalog.sources import providers

from .episodes import COPIED, take_over
from .journal import Journal, is_pointed_to
from .merges import MergeError, locked, note_searched
from .movers import Parting, registered
from .titles import count_episodes


@transaction.atomic
def undo(merge: TitleMerge, *, by: User | None, at: datetime) -> TitleMerge:
    """Put back every row as it was before the merge. A second undo changes nothing.

    What was changed since stays as it is now; what came since stays with the title that was kept, unless it hangs on an
    episode that goes, or comes from a source that does. The pair never merges by itself again. Raises MergeError.
    """
    kept, merged = locked(merge.kept, merge.merged)
    merge = TitleMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        return merge
    if kept.merged_into_id:
        said = _("“%(title)s” was itself merged into another title since. Undo that first.")
        raise MergeError(said % {"title": kept})
    sources = _leaving_sources(merge)
    Journal(merge).put_back()
    kept.refresh_from_db()
    merged.refresh_from_db()
    _divide_news(merge, kept, merged, sources, at=at)
    part(kept, merged, by=by, since=merge.created_at, at=at)
    _check_now()
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    return merge


def part(staying: Title, leaving: Title, *, by: User | None, since: datetime, at: datetime) -> None:
    """Let rows follow their episodes, and see that the two never merge by themselves."""
    parting = Parting(staying, leaving, since, at)
    for mover in registered():
        mover.part(parting)
    refuse(staying, leaving, by=by, at=at)
    note_searched(staying, leaving)


def refuse(one: Title, other: Title, *, by: User | None, at: datetime) -> None:
    """Staff say that these are not the same: they are never proposed again."""
    first, second = sorted((one.pk, other.pk))
    decided = {"state": Match.State.REFUSED, "decided_by": by, "decided_at": at}
    Match.objects.update_or_create(
        title_id=first, other_id=second, defaults=decided, create_defaults=decided | {"score": 0, "created_at": at}
    )


def _leaving_sources(merge: TitleMerge) -> set[str]:
    """Those that answered to an id of the title that the merge brought, and to no other of its ids."""
    brought = Journal(merge).rows_of(ExternalId).values("object_id")
    answered = ExternalId.objects.answered().filter(title=merge.kept)
    theirs = answered.filter(pk__in=brought).values_list("source", flat=True)
    return set(theirs) - set(answered.exclude(pk__in=brought).values_list("source", flat=True))


def _divide_news(merge: TitleMerge, kept: Title, merged: Title, sources: Collection[str], *, at: datetime) -> None:
    """What these sources brought since the merge goes with them; where nothing came nothing is touched."""
    since = merge.created_at
    if kept.episodes_changed_at and kept.episodes_changed_at >= since:
        back = Journal(merge).rows_of(Episode).filter(before__has_key="title_id").values("object_id")
        move_episodes(Episode.objects.filter(title=merged, pk__in=back), merged)  # some may have got other places
    if kept.detailed_at and kept.detailed_at >= since:
        new = Episode.objects.filter(title=kept, created_at__gte=since)
        for source in sources:
            move_episodes(only_known_to(source, new, kept), merged)
            forget(source, kept)
    if kept.episodes_changed_at and kept.episodes_changed_at >= since:
        for title in (kept, merged):
            count_episodes(title, at=at)
            title.save(update_fields=["episode_count", "episodes_changed_at"])


def _check_now() -> None:
    """Let a missing row fail here, where it can be said, and not when all is committed."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise MergeError(_("It cannot be undone any more: episodes or seasons that it needs were deleted.")) from error


def only_known_to(source: str, episodes: QuerySet[Episode], title: Title) -> QuerySet[Episode]:
    """Those of these episodes that no other source of episodes knows."""
    named = ExternalId.objects.filter(episode=OuterRef("pk"))
    others = set(providers.RANKS[title.kind]) - {source}
    return episodes.filter(Exists(named.filter(source=source)), ~Exists(named.filter(source__in=others)))


def move_episodes(episodes: QuerySet[Episode], title: Title) -> None:
    """Give them to a title, into its seasons of the same numbers, made where it has none."""
    moving = list(episodes.select_related("season"))
    there = {season.number: season for season in Season.objects.filter(title=title)}
    theirs = {episode.season.number: episode.season for episode in moving if episode.season.number not in there}
    made = [Season(title=title, **{name: getattr(season, name) for name in COPIED}) for season in theirs.values()]
    there |= {season.number: season for season in Season.objects.bulk_create(made)}
    seasons = {episode.season_id: there[episode.season.number].pk for episode in moving}
    others = Episode.objects.filter(title=title).exclude(pk__in=[episode.pk for episode in moving])
    take_over(moving, title, seasons, list(others))


def forget(source: str, title: Title) -> None:
    """The title is no longer known to a source: what only that said of its seasons and episodes goes, and anybody may
    say anew what it said besides. When it tells of its own title next, it tells of these too."""
    ids = ExternalId.objects.filter(source=source)
    seasons = Season.objects.filter(title=title)
    made = Q(external_ids__in=ids) | Q(field_sources__contains={rows.ANY: source})
    theirs = list(seasons.filter(made, episodes=None).distinct())
    ids.filter(kind=Subject.SEASON, season__title=title).delete()
    ids.filter(kind=Subject.EPISODE, episode__title=title).delete()
    for said in (Picture, Translation):
        said._default_manager.filter(episode__title=title, source=source).delete()
    for season in theirs:
        if not is_pointed_to(season):
            season.delete()
    for told in (Title.objects.filter(pk=title.pk), seasons, Episode.objects.filter(title=title)):
        _drop_origins(told, source)


def _drop_origins(told: Iterable[Title | Season | Episode], source: str) -> None:
    changed = []
    for row in told:
        left = {name: origin for name, origin in row.field_sources.items() if origin != source}
        if left != row.field_sources:
            row.field_sources = left
            changed.append(row)
    rows.write(changed, ["field_sources"])
