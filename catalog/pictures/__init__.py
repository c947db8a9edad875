"""Pictures of titles, episodes and people: what sources offer, and the copies that we keep.

An offer is a row and no more. The first who looks at a drawing has the picture fetched (`awaited`, `claim`, `keep`);
which of several is shown is decided whenever one comes or goes (`choose`).
"""

from .copies import RefusedError, UnreadableError
from .keeping import awaited, claim, is_shown, keep, mend, put_off, refuse, want
from .offers import offer
from .ranking import choose
from .tidying import forget_unused

__all__ = [
    "RefusedError",
    "UnreadableError",
    "awaited",
    "choose",
    "claim",
    "forget_unused",
    "is_shown",
    "keep",
    "mend",
    "offer",
    "put_off",
    "refuse",
    "want",
]
