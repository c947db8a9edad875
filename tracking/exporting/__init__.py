"""Everything of a profile as one ZIP, which is the same to the byte for the same log (docs/export.md)."""

from .packing import VERSION, write
from .sections import SECTIONS, counts

__all__ = ["SECTIONS", "VERSION", "counts", "write"]
