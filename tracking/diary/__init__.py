"""The only code that writes the log. Every write carries a key and happens once; every write can be undone exactly."""

from .details import Details
from .opinions import plan, unplan
from .undoing import undo, undo_batch
from .viewings import LIVE_WINDOW, MismatchError, check_in, delete, edit

__all__ = [
    "LIVE_WINDOW",
    "Details",
    "MismatchError",
    "check_in",
    "delete",
    "edit",
    "plan",
    "undo",
    "undo_batch",
    "unplan",
]
