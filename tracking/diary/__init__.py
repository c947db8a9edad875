"""The only code that writes the log. Every write carries a key and happens once; every write can be undone exactly."""

from .batches import Brought, Viewing, bring
from .details import Details
from .listing import MOST_ITEMS, FullError, arrange, enlist, unlist
from .marks import Marked, Reach, mark
from .opinions import begin_again, hide, hide_all, plan, set_state, set_states, unplan
from .saying import note, rate
from .together import check_in_together, mark_together
from .undoing import undo, undo_batch, undo_press
from .viewings import LIVE_WINDOW, MismatchError, check_in, delete, edit

__all__ = [
    "LIVE_WINDOW",
    "MOST_ITEMS",
    "Brought",
    "Details",
    "FullError",
    "Marked",
    "MismatchError",
    "Reach",
    "Viewing",
    "arrange",
    "begin_again",
    "bring",
    "check_in",
    "check_in_together",
    "delete",
    "edit",
    "enlist",
    "hide",
    "hide_all",
    "mark",
    "mark_together",
    "note",
    "plan",
    "rate",
    "set_state",
    "set_states",
    "undo",
    "undo_batch",
    "undo_press",
    "unlist",
    "unplan",
]
