"""The house's own pictures: drawn from words alone, for titles, episodes and people that no source has pictures of.

Everything is SVG from the standard library; the same words give the same picture for ever, and every choice comes from
their SHA-256. The pictures hold no style, no script and nothing external, and no two share an id, so they may be served
as files or stand in a page under a strict policy. A changed drawing changes nothing by itself: raise the version in the
address of the picture, since browsers are told to keep it.
"""

from catalog.posters.one_sheet import poster
from catalog.posters.portraits import portrait
from catalog.posters.stills import still

__all__ = ["portrait", "poster", "still"]
