"""Netflix: the viewing history of a profile as a CSV (days only), and the viewing activity of a whole account out of
its personal data (to the second, in UTC, with trailers and every pause) with its list and its ratings.

A name can be split in several ways. An Entry carries the likeliest as its work and part, and all of them, that one
first, in `says["readings"]`: [{work, season, number, name}], where a film has nothing but the work.
"""

from .reader import READER

__all__ = ["READER"]
