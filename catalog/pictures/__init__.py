"""Pictures of titles, episodes and people: what sources offer, and the copies that we keep."""

from .offers import offer

__all__ = ["offer"]
