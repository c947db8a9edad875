"""Who is looking: a profile, or nobody in particular. Every list starts at `visible_to(viewer)`."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings


class Viewer(Protocol):
    """What decides whether a title may be shown: ages are in years."""

    @property
    def highest_age(self) -> int: ...

    @property
    def sees_unrated(self) -> bool: ...


@dataclass(frozen=True)
class AnonymousViewer:
    highest_age: int
    sees_unrated: bool


def anonymous() -> AnonymousViewer:
    return AnonymousViewer(settings.PUBLIC_MAX_AGE, settings.PUBLIC_SEES_UNRATED)
