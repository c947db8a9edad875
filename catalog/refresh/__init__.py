"""Copying what a source said into our tables, and what is asked again when.

A refresh never takes away: an empty value leaves a stored one alone, a field that staff wrote stays as they wrote it,
an episode that is no longer named is withdrawn and not deleted. Rows that would not change are not written.
"""

from .records import note_failure, note_gone
from .shows import RefusedError, apply_person, apply_show, save_index
from .tally import Tally
from .wanted import due, mark_wanted, may_be_asked

__all__ = [
    "RefusedError",
    "Tally",
    "apply_person",
    "apply_show",
    "due",
    "mark_wanted",
    "may_be_asked",
    "note_failure",
    "note_gone",
    "save_index",
]
