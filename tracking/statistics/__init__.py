"""What a log amounts to: read in one query, kept for a while, drawn by templates; and a year of it as a picture."""

from .ahead import Remaining, remaining
from .crowd import Compared, compare
from .figures import Figures, Tally, figures_of, left_out, read, read_times, times_of
from .periods import Period
from .remembering import State, remembered, state_of
from .reviews import Review, review

__all__ = [
    "Compared",
    "Figures",
    "Period",
    "Remaining",
    "Review",
    "State",
    "Tally",
    "compare",
    "figures_of",
    "left_out",
    "read",
    "read_times",
    "remaining",
    "remembered",
    "review",
    "state_of",
    "times_of",
]
