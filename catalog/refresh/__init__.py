"""Copying what a source said into our tables, and what is asked again when.

A refresh never takes away: an empty value leaves a stored one alone, a field that staff wrote stays as they wrote it,
an episode that is no longer named is withdrawn and not deleted. Where sources disagree the one of the better rank is
believed, field by field, whoever came first. Rows that would not change are not written.
"""

from .merged import note_merged
from .records import note_failure, note_gone
from .saving import RefusedError, apply_person, apply_title, save_index
from .tally import Tally
from .wanted import askable, due, mark_wanted, people_due

__all__ = [
    "RefusedError",
    "Tally",
    "apply_person",
    "apply_title",
    "askable",
    "due",
    "mark_wanted",
    "note_failure",
    "note_gone",
    "note_merged",
    "people_due",
    "save_index",
]
