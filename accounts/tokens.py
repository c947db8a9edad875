"""Keys for programs: made once, shown once, kept as hashes, revoked by deleting them."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import ApiToken, Profile, User

USE_NOTED_EVERY = timedelta(minutes=1)


def make(profile: Profile, scope: ApiToken.Scope) -> tuple[ApiToken, str]:
    """A new token, and its secret (43 characters, safe in an address), which cannot be told again."""
    secret = secrets.token_urlsafe(32)
    return ApiToken.objects.create(profile=profile, scope=scope, digest=_digest(secret)), secret


def find(secret: str, scope: ApiToken.Scope, *, at: datetime) -> ApiToken | None:
    """Whose key this is, with its profile; None for what is forged, revoked, for another purpose, or of a household in
    which nobody may sign in any more."""
    at_home = User.objects.filter(household=OuterRef("profile__household"), is_active=True)
    tokens = ApiToken.objects.filter(Exists(at_home), digest=_digest(secret), scope=scope)
    found = tokens.select_related("profile__household").first()
    if found:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=at - USE_NOTED_EVERY)
        ApiToken.objects.filter(unnoted, pk=found.pk).update(last_used_at=at)
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
