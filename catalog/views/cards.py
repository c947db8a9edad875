"""Titles as cards on a wall, with where the viewer is with each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import Profile
from catalog.models import Title
from tracking import library
from tracking.models import LibraryEntry

FIRST_ROW = 7


@dataclass(frozen=True)
class Card:
    """What catalog/wall_page.html shows of a title and of where the viewer is with it."""

    title: Title
    state: str = ""
    done: int = 0
    total: int = 0
    note: str = ""
    """Why it is here, in words."""

    is_early: bool = False
    """Whether its poster is loaded before anybody scrolls."""


def of(profile: Profile | None, titles: Iterable[Title], notes: Mapping[int, str] | None = None) -> list[Card]:
    """The cards of these titles in their order; notes are by the title's id."""
    rows = list(titles)
    entries = library.entries(profile, rows)
    return [
        _card(title, entries.get(title.pk), (notes or {}).get(title.pk, ""), is_early=place < FIRST_ROW)
        for place, title in enumerate(rows)
    ]


def _card(title: Title, entry: LibraryEntry | None, note: str, *, is_early: bool) -> Card:
    states = LibraryEntry.State
    if entry is None:
        return Card(title, note=note, is_early=is_early)
    if entry.state == states.COMPLETED:
        return Card(title, "seen", note=note, is_early=is_early)
    total = title.episode_count if title.is_series and entry.seen_count else 0
    state = "dropped" if entry.state == states.DROPPED else ""
    return Card(title, state, done=entry.seen_count, total=total, note=note, is_early=is_early)
