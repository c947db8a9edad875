"""What a profile looked for lately: the last ten, each once, and only where it led somewhere or was sent off."""

import secrets
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction

from accounts.models import Profile
from catalog.models import RecentSearch
from catalog.models.search import RecentSearchQuerySet

KEPT = 10
UNDO_WITHIN = timedelta(minutes=10)


def searches(profile: Profile) -> RecentSearchQuerySet:
    return RecentSearch.objects.of(profile).newest_first()[:KEPT]


def remember(profile: Profile, words: str, *, at: datetime) -> None:
    """The newest now, and the spelling of now."""
    with transaction.atomic():
        _lock(profile)
        RecentSearch.objects.of(profile).filter(words__iexact=words).delete()
        RecentSearch.objects.create(profile=profile, words=words, searched_at=at)
        _prune(profile)


def forget(profile: Profile, chosen: RecentSearchQuerySet) -> str:
    """Delete some of a profile's. For a few minutes the key that is returned brings them back."""
    with transaction.atomic():
        _lock(profile)
        rows = list(chosen.values_list("words", "searched_at"))
        chosen.delete()
    key = secrets.token_urlsafe(12)
    cache.set(_name(profile, key), rows, UNDO_WITHIN.total_seconds())
    return key


def bring_back(profile: Profile, key: str) -> bool:
    """Undo what returned this key. False when that was too long ago."""
    rows = cache.get(_name(profile, key))
    if rows is None:
        return False
    with transaction.atomic():
        _lock(profile)
        known = {words.casefold() for words in RecentSearch.objects.of(profile).values_list("words", flat=True)}
        RecentSearch.objects.bulk_create(
            RecentSearch(profile=profile, words=words, searched_at=at)
            for words, at in rows
            if words.casefold() not in known
        )
        _prune(profile)
    return True


def _lock(profile: Profile) -> None:
    """One change of a profile's after the other, so that none is there twice and none too many."""
    Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)


def _prune(profile: Profile) -> None:
    newest = list(searches(profile).values_list("pk", flat=True))
    RecentSearch.objects.of(profile).exclude(pk__in=newest).delete()


def _name(profile: Profile, key: str) -> str:
    return f"forgotten-searches:{profile.pk}:{key}"
