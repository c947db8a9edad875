"""The two titles themselves: what the one that stays takes over from the other."""

from datetime import datetime

from django.conf import settings

from catalog import certifications, names
from catalog.models import Alias, Certification, Credit, Episode, Title
from catalog.refresh import rows

from .journal import Journal

FILLED = (
    "original_name",
    "overview",
    "byline",
    "premiered",
    "year",
    "ended",
    "status",
    "runtime",
    "language",
    "country",
    "network_id",
    "source_rating",
    "min_age",
)
"""Columns that are taken over where `kept` has nothing."""

WHOLES = ("genres", "cast", "crew")
"""What one source tells as a whole: taken over only where `kept` has none of it."""

CHANGED = (*FILLED, "popularity", "field_sources", "merged_into", "wanted_at", "updated_at")
COUNTED = ("episode_count", "episodes_changed_at")


def join(kept: Title, merged: Title, journal: Journal, *, at: datetime) -> frozenset[str]:
    """Fill `kept`, count its episodes, and send whoever asks for `merged` there; which of the wholes are taken over."""
    taken = frozenset(whole for whole in WHOLES if _lacks(kept, whole) and _has(merged, whole))
    journal.made(_keep_names(kept, merged))
    with journal.watching(Title, [kept.pk, merged.pk], (*CHANGED, *(COUNTED if kept.is_series else ()))):
        _fill(kept, merged, taken)
        kept.min_age = _lowest_age(kept, merged)
        kept.popularity = kept.popularity or merged.popularity
        kept.wanted_at = max(filter(None, (kept.wanted_at, merged.wanted_at)), default=None)
        kept.updated_at = at
        if kept.is_series:
            count_episodes(kept, at=at)
        kept.save()
        merged.merged_into = kept
        merged.save(update_fields=["merged_into"])
    return taken


def count_episodes(title: Title, *, at: datetime) -> None:
    """Not saved. Whoever counts by episodes counts anew, since they changed."""
    title.episode_count = Episode.objects.regular().filter(title=title).count()
    title.episodes_changed_at = at


def _fill(kept: Title, merged: Title, taken: frozenset[str]) -> None:
    empty = [name for name in FILLED if not rows.is_given(getattr(kept, name)) and rows.is_given(getattr(merged, name))]
    locked = rows.locked(kept.field_sources)
    given = [name for name in empty if name not in locked and _fits(name, kept, merged)]
    for name in given:
        setattr(kept, name, getattr(merged, name))
    origins = {name: merged.field_sources.get(name) for name in (*(n.removesuffix("_id") for n in given), *taken)}
    kept.field_sources = kept.field_sources | {name: origin for name, origin in origins.items() if origin}


def _fits(name: str, kept: Title, merged: Title) -> bool:
    """A date is not taken over where it would contradict what is known: another year, an end of what still runs."""
    if name == "premiered":
        return kept.year in (None, merged.year)
    if name == "ended":
        return kept.status in (Title.Status.UNKNOWN, merged.status)
    return True


def _lowest_age(kept: Title, merged: Title) -> int | None:
    """By the certificates of both, where there are any."""
    if kept.is_locked("min_age"):
        return kept.min_age
    labels = Certification.objects.filter(title__in=[kept, merged])
    age = certifications.lowest_age(labels, settings.RATING_COUNTRY)
    return kept.min_age if age is None else age


def _keep_names(kept: Title, merged: Title) -> list[Alias]:
    """`kept` is found by the names of `merged` too. They count as staff's, so that no source takes them away."""
    known = {kept.name, kept.original_name, *Alias.objects.filter(title=kept).values_list("name", flat=True)}
    folded = {names.fold(name) for name in known}
    unknown = {names.fold(name): name for name in (merged.original_name, merged.name) if name}
    return Alias.objects.bulk_create(
        [Alias(title=kept, name=name, source=rows.STAFF) for key, name in unknown.items() if key not in folded]
    )


def _lacks(title: Title, whole: str) -> bool:
    is_locked = title.is_locked(whole) or (whole != "genres" and title.is_locked("credits"))
    return not is_locked and not _has(title, whole)


def _has(title: Title, whole: str) -> bool:
    if whole == "genres":
        return title.genres.exists()
    credited = Credit.objects.filter(title=title, episode=None)
    cast = {"role": Credit.Role.ACTOR}
    return (credited.filter(**cast) if whole == "cast" else credited.exclude(**cast)).exists()
