"""What happened to a title, in words: noticed when it is fetched again, for its page and for those who follow it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format

from catalog.models import Credit, Episode, Person, Title, TitleChange
from catalog.sources.facts import TitleFacts

from . import crediting
from .episodes import SavedEpisodes

NAMED = 3
"""So many episodes or people are named; the rest is counted."""


@dataclass(frozen=True)
class Before:
    """A title as it was before a refresh; nothing is news about one that was never fetched whole."""

    status: str
    has_cast: bool


def remembered(title: Title | None, facts: TitleFacts) -> Before | None:
    known = Title.objects.filter(detailed_at__isnull=False)
    if title:
        row = known.filter(pk=title.pk).first()
    else:
        ids = {"external_ids__source": facts.source, "external_ids__kind": facts.kind}
        row = known.filter(**ids, external_ids__value=str(facts.id)).first()
    if row is None:
        return None
    return Before(row.status, Credit.objects.filter(title=row, role=Credit.Role.ACTOR).exists())


def note(
    title: Title, before: Before | None, listed: SavedEpisodes, new_credits: Sequence[Credit], *, at: datetime
) -> None:
    """Keep what is news: another status, seasons and episodes that are new or moved, new faces."""
    if before is None:
        return
    news = [
        *_status(title, before),
        *_seasons(listed),
        *_episodes(listed),
        *_moved(listed),
        *(_cast(new_credits) if before.has_cast else ()),
    ]
    for change in news:
        change.title, change.created_at = title, at
    TitleChange.objects.bulk_create(news)


def _status(title: Title, before: Before) -> Iterable[TitleChange]:
    if title.status and title.status != before.status:
        now = f"now {str(Title.Status(title.status).label).lower()}"
        text = f"{Title.Status(before.status).label}, {now}" if before.status else now.capitalize()
        yield _change("STATUS", text, {"before": before.status, "after": title.status})


def _seasons(listed: SavedEpisodes) -> Iterable[TitleChange]:
    for number in sorted(listed.new_seasons):
        yield _change("SEASON", f"Season {number} was announced", {"season": number})


def _episodes(listed: SavedEpisodes) -> Iterable[TitleChange]:
    new = sorted((episode for episode in listed.new if not episode.is_special), key=_place)
    if not new:
        return
    named = ", ".join(_named(episode) for episode in new[:NAMED])
    rest = f" and {len(new) - NAMED} more" if len(new) > NAMED else ""
    text = f"New: {named}{rest}"
    yield _change("EPISODE", text, {"episodes": [episode.pk for episode in new]})


def _moved(listed: SavedEpisodes) -> Iterable[TitleChange]:
    for episode, earlier in listed.moved[:NAMED]:
        text = f"{_named(episode)} moved from {_day(earlier)} to {_day(episode.air_date)}"
        yield _change("DATE", text, {"episode": episode.pk, "before": str(earlier), "after": str(episode.air_date)})
    if len(listed.moved) > NAMED:
        pks = [episode.pk for episode, _ in listed.moved[NAMED:]]
        yield _change("DATE", f"{len(pks)} more episodes moved", {"episodes": pks})


def _cast(new_credits: Sequence[Credit]) -> Iterable[TitleChange]:
    cast = sorted((c for c in new_credits if crediting.part_of(c) == crediting.CAST), key=lambda c: c.position)
    if not cast:
        return
    names = Person.objects.in_bulk([credit.person_id for credit in cast[:NAMED]])
    named = ", ".join(_billed(names[credit.person_id].name, credit.character) for credit in cast[:NAMED])
    rest = f" and {len(cast) - NAMED} more" if len(cast) > NAMED else ""
    yield _change("CAST", f"New in the cast: {named}{rest}", {"people": [credit.person_id for credit in cast]})


def _billed(name: str, character: str) -> str:
    return f"{name} as {character}" if character else name


def _named(episode: Episode) -> str:
    return f"{episode.code} “{episode.name}”" if episode.name else episode.code


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else "no date"


def _place(episode: Episode) -> tuple[int, int]:
    return episode.season.number, episode.number or 0


def _change(kind: str, text: str, detail: dict[str, object]) -> TitleChange:
    return TitleChange(kind=TitleChange.Kind[kind], text=text[:300], detail=detail)
