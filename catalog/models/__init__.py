"""The catalogue's tables, by subject; import them from here."""

from .collections import Collection, CollectionItem
from .episodes import Episode, EpisodeNumber, Season
from .merges import Match, MergedRow, TitleMerge
from .people import Credit, Person
from .pictures import Picture
from .runs import DailyCount, ImportRun
from .search import RecentSearch, SearchChange, SearchEntry
from .sources import ExternalId, GenreLabel, Source, SourceRecord, Subject
from .titles import Alias, Certification, Genre, Network, SlugHistory, Title, TitleChange, Translation
from .ways import Availability, Service

__all__ = [
    "Alias",
    "Availability",
    "Certification",
    "Collection",
    "CollectionItem",
    "Credit",
    "DailyCount",
    "Episode",
    "EpisodeNumber",
    "ExternalId",
    "Genre",
    "GenreLabel",
    "ImportRun",
    "Match",
    "MergedRow",
    "Network",
    "Person",
    "Picture",
    "RecentSearch",
    "SearchChange",
    "SearchEntry",
    "Season",
    "Service",
    "SlugHistory",
    "Source",
    "SourceRecord",
    "Subject",
    "Title",
    "TitleChange",
    "TitleMerge",
    "Translation",
]
