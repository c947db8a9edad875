"""Finding titles that are one and the same, and deciding what is certain."""

from .deciding import Decisions, settle

__all__ = ["Decisions", "settle"]
